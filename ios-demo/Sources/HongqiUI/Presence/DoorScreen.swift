import Hongqi
import HongqiModels
import SwiftUI

/// A host's phone at the door: its code, cards to scan, people to find.
struct DoorScreen: View {
    @State private var model: DoorModel
    @State private var scans = false
    @Environment(\.accessibilityReduceMotion) private var still

    init(_ hongqi: Hongqi, _ id: DocId) { _model = State(initialValue: DoorModel(hongqi, id)) }

    var body: some View {
        List {
            if let picture = model.code {
                Section { QrView(picture: picture, label: PresenceWords.showCode.text()) }
            }
            if let scan = model.scan, let light = model.light {
                Section { verdict(scan, light) }
            }
            if let door = model.door {
                Section {
                    Text(SpeechContext.here().say(door)).font(.headline)
                    if !door.shut, !door.revoked {
                        Button(PresenceWords.scanCard.text(), systemImage: "qrcode.viewfinder") { scans = true }
                            .buttonStyle(.borderedProminent)
                        guests(door)
                    }
                }
                if !door.shut, !door.revoked { people }
            }
        }
        .animation(still ? nil : .default, value: model.scan)
        .searchable(text: $model.query, prompt: PresenceWords.find.text())
        // Anew for another question, and when somebody else has come.
        .task(id: "\(model.door?.present ?? 0) \(model.door == nil) \(model.query)") { await model.find() }
        .toolbar {
            if let door = model.door, !door.shut {
                SureButton(title: PresenceWords.shut.text()) { Task { await model.shut() } }
            }
        }
        .navigationTitle(model.door?.label ?? "")
        .sheet(isPresented: $scans) {
            ScanSheet(hint: PresenceWords.scanCard.text()) { text in Task { await model.scanned(text) } }
        }
        .task { await model.run() }
        .alert(for: model)
    }

    /// Green, amber or red, and always in words too. Amber waits for the host.
    @ViewBuilder
    private func verdict(_ scan: CardScan, _ light: DoorModel.Light) -> some View {
        Label(SpeechContext.here().say(scan), systemImage: image(of: light)).outcome(color(of: light))
            .accessibilityAddTraits(.isHeader)
        if light == .amber {
            HStack {
                Button(PresenceWords.admitAnyway.text()) { Task { await model.admitAnyway() } }.buttonStyle(.borderedProminent)
                Button(PresenceWords.refuse.text(), role: .cancel) { model.scanSeen() }.buttonStyle(.bordered)
            }
        } else {
            Button(Words.ok.text()) { model.scanSeen() }
        }
    }

    private func guests(_ door: DoorView) -> some View {
        HStack {
            Text(PresenceWords.guests.text(in: .preferred, "\(door.guests)"))
            Spacer()
            Button(PresenceWords.oneGuestLess.text(), systemImage: "minus.circle") { Task { await model.count(guests: -1) } }
                .disabled(door.guests == 0)
            Button(PresenceWords.oneGuest.text(), systemImage: "plus.circle") { Task { await model.count(guests: 1) } }
        }
        .labelStyle(.iconOnly)
        // Two buttons in one row of a list, each for itself.
        .buttonStyle(.borderless)
    }

    private var people: some View {
        Section(OrganisingWords.roster.text()) {
            ForEach(model.found, id: \.member) { person in
                HStack {
                    VStack(alignment: .leading) {
                        Text(person.name)
                        Text(person.homeName).font(.footnote).foregroundStyle(.secondary)
                    }
                    .spoken(SpeechContext.here().say(person))
                    Spacer()
                    if person.present {
                        Label(PresenceWords.here.text(), systemImage: "checkmark").labelStyle(.iconOnly)
                        Button(PresenceWords.seeOut.text()) { Task { await model.seeOut(person) } }
                    } else {
                        Button(PresenceWords.admit.text()) { Task { await model.admit(person) } }
                    }
                }
                .buttonStyle(.borderless)
            }
        }
    }

    private func color(of light: DoorModel.Light) -> Color {
        switch light {
        case .green: .green
        case .amber: .orange
        case .red: .red
        }
    }

    private func image(of light: DoorModel.Light) -> String {
        switch light {
        case .green: "checkmark.circle.fill"
        case .amber: "questionmark.circle.fill"
        case .red: "xmark.octagon.fill"
        }
    }
}
