import Hongqi
import HongqiModels
import SwiftUI

struct ConsultationsView: View {
    @State private var model: ConsultationsModel
    @State private var asks = false
    @State private var asked: Place?
    private let hongqi: Hongqi

    init(_ hongqi: Hongqi) {
        _model = State(initialValue: ConsultationsModel(hongqi))
        self.hongqi = hongqi
    }

    var body: some View {
        List(model.cases, id: \.space) { one in
            NavigationLink(value: Place.discussion(one.space, one.subject)) {
                VStack(alignment: .leading) {
                    Text(one.subject).font(.headline)
                    HStack {
                        Text(one.deskName)
                        Text(one.category.name())
                        Spacer()
                        DeliveryMark(delivery: one.delivery)
                    }
                    .font(.footnote).foregroundStyle(.secondary)
                }
                .spoken(SpeechContext.here().say(one))
            }
        }
        .navigationTitle(ConsultWords.consultations.text())
        .toolbar { Button(ConsultWords.ask.text(), systemImage: "square.and.pencil") { asks = true } }
        .sheet(isPresented: $asks) {
            AskView(hongqi) { space, subject in
                asks = false
                asked = .discussion(space, subject)
            }
        }
        .navigationDestination(item: $asked) { $0.view(hongqi) }
        .task { await model.run() }
        .alert(for: model)
    }
}

/// The form of a question. Who will read it is never off it.
private struct AskView: View {
    @State private var model: AskModel
    @State private var desk: OrgId?
    @Environment(\.dismiss) private var dismiss
    private let done: (SpaceId, String) -> Void

    init(_ hongqi: Hongqi, done: @escaping (SpaceId, String) -> Void) {
        _model = State(initialValue: AskModel(hongqi))
        self.done = done
    }

    var body: some View {
        NavigationStack {
            Form {
                Picker(ConsultWords.desk.text(), selection: $desk) {
                    Text("—").tag(OrgId?.none)
                    ForEach(model.desks, id: \.id) { Text($0.name).tag(Optional($0.id)) }
                }
                TextField(ConsultWords.subject.text(), text: $model.subject)
                Picker(ConsultWords.category.text(), selection: $model.category) {
                    ForEach(ConsultWords.categories, id: \.self) { Text($0.name()).tag($0) }
                }
                TextField(ConsultWords.question.text(), text: $model.question, axis: .vertical).lineLimit(3...12)
                if !model.proposal.isEmpty {
                    Section {
                        ForEach(model.proposal, id: \.member) { proposed in
                            Button { Task { await model.toggle(proposed) } } label: {
                                Label(
                                    SpeechContext.here().say(proposed),
                                    systemImage: model.isLeftOut(proposed) ? "checkmark.circle.fill" : "circle")
                            }
                            .accessibilityAddTraits(model.isLeftOut(proposed) ? .isSelected : [])
                        }
                    } header: {
                        Text(ConsultWords.leaveOut.text())
                    } footer: {
                        Text(ConsultWords.leaveOutHint.text())
                    }
                }
                if !model.readers.isEmpty {
                    Section(ConsultWords.whoWillRead.text()) { Readers(readers: model.readers) }
                }
            }
            .navigationTitle(ConsultWords.ask.text())
            .toolbar {
                ToolbarItem(placement: .cancellationAction) { Button(Words.cancel.text()) { dismiss() } }
                ToolbarItem(placement: .confirmationAction) {
                    Button(ConsultWords.send.text()) { Task { await ask() } }.disabled(!model.canAsk)
                }
            }
            .onChange(of: desk) { _, desk in
                if let desk { Task { await model.choose(desk) } }
            }
            .task { await model.run() }
            .alert(for: model)
        }
    }

    private func ask() async {
        await model.ask()
        if let space = model.asked { done(space, model.subject) }
    }
}

struct Readers: View {
    let readers: [CaseReader]

    var body: some View {
        ForEach(readers, id: \.member) { reader in
            HStack {
                Text(reader.name)
                Spacer()
                Text(reader.office.map { $0.role.name() } ?? ConsultWords.asker.text()).foregroundStyle(.secondary)
            }
            .spoken(SpeechContext.here().say(reader))
        }
    }
}
