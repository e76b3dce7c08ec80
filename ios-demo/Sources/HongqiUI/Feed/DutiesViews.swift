import Hongqi
import HongqiModels
import SwiftUI

/// What this member has still to acknowledge.
struct RemindersView: View {
    @State private var model: RemindersModel

    init(_ hongqi: Hongqi) { _model = State(initialValue: RemindersModel(hongqi)) }

    var body: some View {
        List {
            if model.overdue > 0 {
                Text(DutyWords.overdue.text(in: .preferred, "\(model.overdue)")).foregroundStyle(.red)
            }
            ForEach(model.reminders, id: \.item.id) { reminder in
                NavigationLink(value: Place.article(reminder.item.id)) {
                    Text(SpeechContext.here().say(reminder)).foregroundStyle(reminder.overdue ? .red : .primary)
                }
            }
        }
        .overlay {
            if model.reminders.isEmpty { ContentUnavailableView(DutyWords.nothingToDo.text(), systemImage: "checkmark.circle") }
        }
        .navigationTitle(DutyWords.reminders.text())
        .task { await model.run() }
        .alert(for: model)
    }
}

/// Who has not acknowledged: names in the branch that this member leads, numbers elsewhere.
struct OutstandingView: View {
    @State private var model: OutstandingModel

    init(_ hongqi: Hongqi, _ article: DocId) { _model = State(initialValue: OutstandingModel(hongqi, article)) }

    var body: some View {
        List {
            if let outstanding = model.outstanding {
                ForEach(outstanding.branches, id: \.org.id) { branch in
                    Section(branch.org.name) {
                        if branch.members.isEmpty { Text(DutyWords.allDone.text()) }
                        ForEach(branch.members, id: \.id) { Text($0.name) }
                    }
                }
                if !outstanding.orgs.isEmpty {
                    Section(DutyWords.inNumbers.text()) {
                        ForEach(outstanding.orgs, id: \.org) { Text(SpeechContext.here().say($0)) }
                    }
                }
            }
        }
        .overlay {
            if model.isEmpty { ContentUnavailableView(DutyWords.notForYou.text(), systemImage: "person.slash") }
        }
        .navigationTitle(DutyWords.outstanding.text())
        .task { await model.run() }
        .alert(for: model)
    }
}

/// How an article was corrected.
struct RevisionsView: View {
    @State private var model: RevisionsModel

    init(_ hongqi: Hongqi, _ article: DocId) { _model = State(initialValue: RevisionsModel(hongqi, article)) }

    var body: some View {
        List {
            ForEach(Array(model.revisions.enumerated()), id: \.offset) { place, revision in
                Section(place == 0 ? DutyWords.present.text() : DutyWords.earlier.text()) {
                    VStack(alignment: .leading, spacing: 4) {
                        Text(revision.title).font(.headline)
                        Text(SpeechContext.here().say(revision.writtenAt)).font(.footnote).foregroundStyle(.secondary)
                        Text(revision.body)
                    }
                    .accessibilityElement(children: .combine)
                }
            }
        }
        .navigationTitle(DutyWords.corrections.text())
        .task { await model.run() }
        .alert(for: model)
    }
}
