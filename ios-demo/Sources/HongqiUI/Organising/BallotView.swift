import Hongqi
import HongqiModels
import SwiftUI

/// Whether there are enough voters, and why not; the votes.
struct BallotView: View {
    @State private var model: BallotModel
    @State private var title = ""
    @State private var election = false

    init(_ hongqi: Hongqi, _ activity: DocId) { _model = State(initialValue: BallotModel(hongqi, activity)) }

    var body: some View {
        List {
            Section(OrganisingWords.quorum.text()) {
                if let quorum = model.quorum { row(OrganisingWords.ordinary.text(), quorum) }
                if let quorum = model.electionQuorum { row(OrganisingWords.election.text(), quorum) }
            }
            Section(OrganisingWords.resolutions.text()) {
                ForEach(model.resolutions, id: \.id) { resolution in
                    VStack(alignment: .leading) {
                        Text(SpeechContext.here().say(resolution)).strikethrough(resolution.withdrawn)
                        if resolution.closed == nil, !resolution.withdrawn {
                            SureButton(title: OrganisingWords.closeVote.text()) { Task { await model.close(resolution) } }
                                .buttonStyle(.bordered)
                        }
                    }
                }
                TextField(OrganisingWords.newResolution.text(), text: $title, axis: .vertical)
                Toggle(OrganisingWords.election.text(), isOn: $election)
                Button(OrganisingWords.move.text()) { Task { await move() } }.disabled(title.isEmpty)
            }
        }
        .navigationTitle(OrganisingWords.quorum.text())
        .task { await model.run() }
        .alert(for: model)
    }

    private func row(_ name: String, _ quorum: Quorum) -> some View {
        Label {
            VStack(alignment: .leading) {
                Text(name)
                Text(SpeechContext.here().say(quorum)).font(.footnote).foregroundStyle(.secondary)
            }
        } icon: {
            Image(systemName: quorum.shortfall == nil ? "checkmark.circle.fill" : "xmark.circle")
                .foregroundStyle(quorum.shortfall == nil ? .green : .orange)
        }
        .spoken(name + "  " + SpeechContext.here().say(quorum))
    }

    private func move() async {
        await model.move(title, election: election)
        if model.failure == nil { (title, election) = ("", false) }
    }
}
