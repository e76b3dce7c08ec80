import Hongqi
import HongqiModels
import SwiftUI

/// The form that opens a gathering or a group.
struct OpenView: View {
    @State private var model: OpenModel
    @State private var noEnd = false
    @State private var ends = Date(timeIntervalSinceNow: 3600)
    @Environment(\.dismiss) private var dismiss
    private let done: (GatheringView) -> Void

    init(_ hongqi: Hongqi, done: @escaping (GatheringView) -> Void) {
        _model = State(initialValue: OpenModel(hongqi))
        self.done = done
    }

    var body: some View {
        NavigationStack {
            Form {
                TextField(TogetherWords.topic.text(), text: $model.topic)
                Picker(TogetherWords.audience.text(), selection: $model.audience) {
                    Text(TogetherWords.people.text()).tag(OpenModel.Audience.people)
                    ForEach(model.orgs, id: \.id) { org in Text(org.name).tag(OpenModel.Audience.org(org.id)) }
                }
                if model.audience == .people {
                    Toggle(TogetherWords.noEnd.text(), isOn: $noEnd)
                }
                if hasEnd {
                    DatePicker(TogetherWords.ends.text(), selection: $ends, in: Date()...)
                }
                if model.audience == .people {
                    Section(TogetherWords.participants.text()) {
                        ForEach(model.people, id: \.id) { person in
                            Button { model.toggle(person) } label: {
                                Label(person.name, systemImage: isIn(person) ? "checkmark.circle.fill" : "circle")
                            }
                            .accessibilityAddTraits(isIn(person) ? .isSelected : [])
                        }
                    }
                }
            }
            .navigationTitle(TogetherWords.open.text())
            .toolbar {
                ToolbarItem(placement: .cancellationAction) { Button(Words.cancel.text()) { dismiss() } }
                ToolbarItem(placement: .confirmationAction) {
                    Button(TogetherWords.open.text()) { Task { await open() } }.disabled(model.topic.isEmpty)
                }
            }
            .task { await model.run() }
            .alert(for: model)
        }
    }

    /// A gathering of an organisation always has one.
    private var hasEnd: Bool { !noEnd || model.audience != .people }

    private func isIn(_ person: MemberView) -> Bool { model.chosen.contains(person.id) }

    private func open() async {
        model.ends = hasEnd ? ends : nil
        await model.open()
        if let opened = model.opened { done(opened) }
    }
}
