import Hongqi
import HongqiModels
import SwiftUI

/// What a host does before the network is left behind, and the doors of the activity.
struct DoorsView: View {
    @State private var model: DoorsModel

    init(_ hongqi: Hongqi, _ activity: DocId) { _model = State(initialValue: DoorsModel(hongqi, activity)) }

    var body: some View {
        List {
            Section {
                ForEach(model.checks, id: \.need) { check in
                    Label {
                        Text(SpeechContext.here().say(check))
                    } icon: {
                        Image(systemName: check.lacks == nil ? "checkmark.circle.fill" : "exclamationmark.triangle.fill")
                            .foregroundStyle(check.lacks == nil ? .green : .orange)
                    }
                    .accessibilityElement(children: .combine)
                }
                Button(PresenceWords.prepare.text()) { Task { await model.prepare() } }
            } header: {
                Text(PresenceWords.ready.text())
            } footer: {
                Text(PresenceWords.prepareHint.text())
            }
            Section(PresenceWords.doors.text()) {
                ForEach(model.doors, id: \.id) { door in row(door) }
                HStack {
                    TextField(PresenceWords.doorLabel.text(), text: $model.label)
                    Button(PresenceWords.openDoor.text()) { Task { await model.open() } }.disabled(!model.canOpen)
                }
            }
            Section { Button(PresenceWords.letGo.text(), role: .destructive) { Task { await model.letGo() } } }
        }
        .navigationTitle(PresenceWords.doors.text())
        .task { await model.run() }
        .alert(for: model)
    }

    @ViewBuilder
    private func row(_ door: DoorView) -> some View {
        let text = Text(SpeechContext.here().say(door))
        if model.isOwn(door) {
            NavigationLink(value: Place.door(door.id)) { text }.swipeActions { revoke(door) }
        } else {
            text.foregroundStyle(.secondary).swipeActions { revoke(door) }
        }
    }

    @ViewBuilder
    private func revoke(_ door: DoorView) -> some View {
        if !door.revoked {
            Button(PresenceWords.revoke.text(), role: .destructive) { Task { await model.revoke(door) } }
        }
    }
}
