import Hongqi
import HongqiModels
import SwiftUI

/// Attendance in numbers, by organisation, and as files for the share sheet.
struct NumbersView: View {
    @State private var model: NumbersModel

    init(_ hongqi: Hongqi, _ activity: DocId) { _model = State(initialValue: NumbersModel(hongqi, activity)) }

    var body: some View {
        List {
            if let numbers = model.numbers {
                Section(OrganisingWords.numbers.text()) {
                    Text(SpeechContext.here().say(numbers))
                    Text(PresenceWords.guests.text(in: .preferred, "\(model.guests)"))
                }
            }
            Section(OrganisingWords.byOrg.text()) {
                ForEach(model.orgs, id: \.org) { org in
                    DisclosureGroup(SpeechContext.here().say(org)) {
                        ForEach(org.people, id: \.member) { Text(SpeechContext.here().say($0)) }
                    }
                }
            }
            Section {
                Button(OrganisingWords.exportPeople.text()) { Task { await model.exportPeople() } }
                Button(OrganisingWords.exportOrgs.text()) { Task { await model.exportOrgs() } }
                if let file = model.file { ShareLink(item: file) }
            }
        }
        .navigationTitle(OrganisingWords.numbers.text())
        .task { await model.run() }
        .onDisappear { model.shared() }
        .alert(for: model)
    }
}
