import Hongqi
import HongqiModels
import SwiftUI

/// The articles that are being written.
struct DraftsView: View {
    @State private var model: DraftsModel

    init(_ hongqi: Hongqi) { _model = State(initialValue: DraftsModel(hongqi)) }

    var body: some View {
        List {
            Section {
                NavigationLink(value: Place.write(.new)) { Label(EditingWords.write.text(), systemImage: "square.and.pencil") }
            } footer: {
                if model.loaded { Text(model.drafts.isEmpty ? EditingWords.noDrafts.text() : EditingWords.draftsHint.text()) }
            }
            ForEach(model.drafts, id: \.id) { draft in
                NavigationLink(value: Place.write(.draft(draft.id))) { DraftRow(draft: draft) }
            }
        }
        .navigationTitle(EditingWords.drafts.text())
        .task { await model.run() }
        .alert(for: model)
    }
}

private struct DraftRow: View {
    let draft: DraftView

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(draft.title.isEmpty ? EditingWords.untitled.text() : draft.title).font(.headline)
            if !draft.text.isEmpty { Text(draft.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")).lineLimit(2) }
            if let article = draft.article { Text(facts(article)).font(.footnote).foregroundStyle(.secondary) }
        }
        .accessibilityElement(children: .combine)
    }

    private func facts(_ article: DraftArticle) -> String {
        let due = article.due.map { DutyWords.due.text(in: .preferred, SpeechContext.here().say($0)) }
        return [
            article.category.name(), article.mustRead ? Words.mustRead.text() : nil, due,
            article.corrects == nil ? nil : EditingWords.correction.text(),
        ].compactMap { $0 }.joined(separator: " · ")
    }
}

/// The form of an article. It is kept while it is written, and when the app leaves the screen.
struct WriteView: View {
    @State private var model: WriteModel
    @Environment(\.dismiss) private var dismiss
    @Environment(\.scenePhase) private var phase

    init(_ hongqi: Hongqi, _ start: WriteModel.Start) { _model = State(initialValue: WriteModel(hongqi, start)) }

    private var corrects: Bool { model.corrects != nil }

    var body: some View {
        Form {
            if model.loaded {
                if !corrects {
                    Picker(EditingWords.publisher.text(), selection: $model.form.org) {
                        ForEach(model.orgs, id: \.id) { Text($0.name).tag(Optional($0.id)) }
                    }
                }
                Section {
                    TextField(EditingWords.title.text(), text: $model.form.title, axis: .vertical)
                    TextField(EditingWords.text.text(), text: $model.form.body, axis: .vertical).lineLimit(8...)
                    Picker(EditingWords.category.text(), selection: $model.form.category) {
                        ForEach(EditingWords.categories, id: \.self) { Text($0.name()).tag($0) }
                    }
                } footer: {
                    Text((corrects ? EditingWords.correctHint.text() + " " : "") + EditingWords.draftsHint.text())
                }
                Section { duty }
                Button(corrects ? EditingWords.publishCorrection.text() : EditingWords.publish.text()) {
                    Task { await model.publish() }
                }
                .disabled(!model.canPublish)
                SureButton(title: EditingWords.discard.text()) { Task { await model.discard() } }
            }
        }
        .navigationTitle(corrects ? EditingWords.correct.text() : EditingWords.write.text())
        .task { await model.run() }
        .onChange(of: phase) { _, phase in
            if phase != .active { Task { await model.keep() } }
        }
        .onDisappear { Task { await model.keep() } }
        .onChange(of: model.published) { _, published in
            if published != nil { dismiss() }
        }
        .onChange(of: model.discarded) { _, discarded in
            if discarded { dismiss() }
        }
        .alert(for: model)
    }

    @ViewBuilder
    private var duty: some View {
        // Whoever has read it has been asked already, or not: that stays.
        if !corrects { Toggle(EditingWords.mustRead.text(), isOn: $model.form.mustRead) }
        if model.form.mustRead {
            if model.mayDropDate || model.form.due == nil {
                Toggle(
                    EditingWords.setDate.text(),
                    isOn: Binding(get: { model.form.due != nil }, set: { model.setDate($0) }))
            }
            if let due = model.form.due {
                DatePicker(
                    EditingWords.due.text(), selection: Binding(get: { due }, set: { model.form.due = $0 }),
                    in: min(due, Date())...)
            }
        }
    }
}
