import Hongqi
import HongqiModels
import SwiftUI

struct OutboxView: View {
    @State private var model: OutboxModel

    init(_ hongqi: Hongqi) { _model = State(initialValue: OutboxModel(hongqi)) }

    var body: some View {
        List {
            ForEach(model.items, id: \.doc) { item in
                OutboxRow(item: item).swipeActions { actions(item) }
            }
            if !model.arrived.isEmpty {
                Section(Words.arrived.text()) {
                    ForEach(model.arrived, id: \.doc) { OutboxRow(item: $0) }
                }
            }
        }
        .overlay {
            if model.items.isEmpty, model.arrived.isEmpty {
                ContentUnavailableView(Words.nothingWaits.text(), systemImage: "tray")
            }
        }
        .navigationTitle(Words.outbox.text())
        .task { await model.run() }
        .alert(for: model)
    }

    @ViewBuilder
    private func actions(_ item: OutboxItem) -> some View {
        if case .refused = item.delivery {
            Button(Words.retry.text()) { Task { await model.retry(item) } }
            Button(Words.discard.text(), role: .destructive) { Task { await model.discard(item) } }
        } else if item.cancellable {
            Button(Words.cancel.text(), role: .destructive) { Task { await model.cancel(item) } }
        }
    }
}

private struct OutboxRow: View {
    let item: OutboxItem

    var body: some View {
        HStack {
            Text(SpeechContext.here().say(item))
            Spacer()
            Text(OutboxModel.state(of: item.delivery)).font(.footnote).foregroundStyle(.secondary)
        }
        .spoken(SpeechContext.here().say(item))
    }
}
