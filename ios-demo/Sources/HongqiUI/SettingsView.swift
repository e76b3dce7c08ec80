import Hongqi
import HongqiModels
import SwiftUI

struct SettingsView: View {
    @State private var model: SettingsModel

    init(_ hongqi: Hongqi) { _model = State(initialValue: SettingsModel(hongqi)) }

    var body: some View {
        Form {
            if let recovery = model.recovery {
                Section {
                    Text(Words.recovered.text(in: .preferred, "\(recovery.acts)"))
                    if recovery.incomplete { Text(Words.recoveredIncomplete.text()) }
                    Button(Words.ok.text()) { Task { await model.recoverySeen() } }
                }
            }
            Section {
                LabeledContent(Words.name.text(), value: model.facts.name)
                LabeledContent(Words.organisation.text(), value: model.facts.org)
                LabeledContent(Words.server.text(), value: model.facts.server)
                LabeledContent(Words.version.text(), value: model.version)
            }
            if !model.facts.roles.isEmpty {
                Section(Words.roles.text()) { ForEach(model.facts.roles, id: \.self) { Text($0) } }
            }
            NavigationLink(PresenceWords.history.text(), value: Place.history)
            NavigationLink(Words.outbox.text(), value: Place.outbox)
        }
        .task { await model.run() }
        .alert(for: model)
    }
}
