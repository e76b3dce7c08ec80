import Hongqi
import HongqiModels
import SwiftUI

/// One activity, for who comes; what else a role allows here stands at the end.
struct CheckInView: View {
    @State private var model: CheckInModel
    @State private var scans = false
    @State private var scansOut = false
    @State private var asks = false

    init(_ hongqi: Hongqi, _ id: DocId) { _model = State(initialValue: CheckInModel(hongqi, id)) }

    var body: some View {
        List {
            if let activity = model.activity {
                Section { about(activity) }
                Section { acts(activity) }
            }
            if let scan = model.scan { came(SpeechContext.here().say(scan), color(of: scan)) }
            if let scan = model.scanOut { came(SpeechContext.here().say(scan), color(of: scan)) }
            if !model.resolutions.isEmpty {
                Section(PresenceWords.votes.text()) {
                    ForEach(model.resolutions, id: \.id) { ResolutionRow(model: model, resolution: $0) }
                }
            }
            roles
        }
        .sheet(isPresented: $scans) {
            ScanSheet(hint: PresenceWords.scanHint.text()) { text in Task { await model.scanned(text) } }
        }
        .sheet(isPresented: $scansOut) {
            ScanSheet(hint: PresenceWords.scanHint.text()) { text in Task { await model.scannedOut(text) } }
        }
        .sheet(isPresented: $asks) {
            TextSheet(title: PresenceWords.reason.text(), text: "") { reason in
                Task { await model.askLeave(reason: reason) }
            }
        }
        .task { await model.run() }
        .alert(for: model)
    }

    /// What came of a code, until it was seen.
    private func came(_ said: String, _ color: Color) -> some View {
        Section {
            Button { model.scanSeen() } label: { Text(said).outcome(color) }.buttonStyle(.plain)
        }
    }

    @ViewBuilder
    private func about(_ activity: ActivityView) -> some View {
        Text(activity.title).font(.title3).accessibilityAddTraits(.isHeader)
        Text(SpeechContext.here().say(activity.starts) + "  " + activity.place)
        if !activity.note.isEmpty { Text(activity.note) }
        if !activity.agenda.isEmpty { LabeledContent(OrganisingWords.agenda.text()) { Text(activity.agenda) } }
        if !activity.minutes.isEmpty { LabeledContent(OrganisingWords.minutes.text()) { Text(activity.minutes) } }
        if activity.cancelled { Text(Words.cancelled.text()).foregroundStyle(.red) }
        if let own = model.own { Text(SpeechContext.here().say(own)).foregroundStyle(.secondary) }
        ForEach(Array(model.sides.enumerated()), id: \.offset) { _, side in
            LabeledContent(side.name, value: side.mark.name())
        }
    }

    @ViewBuilder
    private func acts(_ activity: ActivityView) -> some View {
        if model.canCheckIn {
            Button(PresenceWords.scan.text(), systemImage: "qrcode.viewfinder") { scans = true }
                .buttonStyle(.borderedProminent)
            Button((model.isThere == nil ? Words.checkIn : .backAgain).text()) { Task { await model.checkIn() } }
        } else if let state = activity.checkedIn {
            Label(Words.checkedIn.text() + "  " + OutboxModel.state(of: state), systemImage: "checkmark")
        }
        if model.canCheckOut {
            Button(PresenceWords.scanOut.text(), systemImage: "qrcode.viewfinder") { scansOut = true }
            Button(PresenceWords.checkOut.text()) { Task { await model.checkOut() } }
        }
        if model.canAskLeave { Button(PresenceWords.askLeave.text()) { asks = true } }
        if model.canWithdrawLeave { Button(PresenceWords.withdrawLeave.text()) { Task { await model.withdrawLeave() } } }
    }

    @ViewBuilder
    private var roles: some View {
        if model.mayStandAtDoor {
            Section { NavigationLink(PresenceWords.doors.text(), value: Place.doors(model.id)) }
        }
        if model.mayOrganise {
            Section {
                NavigationLink(Words.roll.text(), value: Place.roll(model.id))
                NavigationLink(OrganisingWords.quorum.text(), value: Place.ballot(model.id))
                NavigationLink(OrganisingWords.minutes.text(), value: Place.minutes(model.id))
                NavigationLink(OrganisingWords.numbers.text(), value: Place.numbers(model.id))
                NavigationLink(Words.edit.text(), value: Place.plan(model.id))
            }
        }
    }

    private func color(of scan: CodeScan) -> Color {
        if case .refused = scan { .red } else { .green }
    }

    private func color(of scan: CodeScanOut) -> Color {
        if case .refused = scan { .red } else { .green }
    }
}

/// Something to vote on; the own vote may be changed until the vote has ended.
private struct ResolutionRow: View {
    let model: CheckInModel
    let resolution: ResolutionView

    var body: some View {
        VStack(alignment: .leading) {
            Text(SpeechContext.here().say(resolution)).strikethrough(resolution.withdrawn)
            if model.canVote(on: resolution) {
                HStack {
                    ForEach(PresenceWords.choices, id: \.self) { choice in
                        Button(choice.name()) { Task { await model.vote(choice, on: resolution) } }
                            .buttonStyle(.bordered)
                            .tint(resolution.own?.choice == choice ? .accentColor : .secondary)
                            .accessibilityAddTraits(resolution.own?.choice == choice ? .isSelected : [])
                    }
                }
            }
        }
    }
}
