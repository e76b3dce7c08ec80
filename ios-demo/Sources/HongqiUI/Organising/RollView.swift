import Hongqi
import HongqiModels
import SwiftUI

/// The roster with what is known of each: first what is to be settled, then everybody, to call the roll.
struct RollView: View {
    @State private var model: RollModel

    init(_ hongqi: Hongqi, _ activity: DocId) { _model = State(initialValue: RollModel(hongqi, activity)) }

    var body: some View {
        List {
            if model.closed {
                Label(OrganisingWords.attendanceClosed.text(), systemImage: "lock")
                Text(OrganisingWords.closeHint.text()).font(.footnote).foregroundStyle(.secondary)
            }
            if !model.open.isEmpty {
                Section(OrganisingWords.toSettle.text()) {
                    ForEach(model.open, id: \.member) { row in
                        NavigationLink(value: Place.person(model.activity, row.member, row.name)) {
                            Label(SpeechContext.here().say(row), systemImage: "exclamationmark.bubble").foregroundStyle(.orange)
                        }
                    }
                }
            }
            Section(Words.attendance.text()) {
                ForEach(model.rows, id: \.member) { row in
                    NavigationLink(value: Place.person(model.activity, row.member, row.name)) {
                        Text(SpeechContext.here().say(row))
                    }
                }
            }
            Section(Words.roll.text()) {
                ForEach(model.rows, id: \.member) { mark($0.member, $0.name) }
                ForEach(model.others, id: \.id) { mark($0.id, $0.name) }
                Button(Words.callRoll.text()) { Task { await model.callRoll() } }.disabled(model.marks.isEmpty)
            }
        }
        .navigationTitle(Words.roll.text())
        .task { await model.run() }
        .alert(for: model)
    }

    private func mark(_ member: MemberId, _ name: String) -> some View {
        Button { model.cycle(member) } label: {
            LabeledContent(name, value: model.marks[member].map { $0.name() } ?? "—")
        }
    }
}
