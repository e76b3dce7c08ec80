import Hongqi
import HongqiModels
import SwiftUI

struct DiscussionScreen: View {
    @State private var model: DiscussionModel
    @State private var gathering: GatheringModel
    @State private var consultation: ConsultationModel
    @Environment(\.dismiss) private var dismiss
    @Environment(\.scenePhase) private var phase
    private let name: String

    init(_ hongqi: Hongqi, _ space: SpaceId, _ name: String) {
        _model = State(initialValue: DiscussionModel(hongqi, space))
        _gathering = State(initialValue: GatheringModel(hongqi, space))
        _consultation = State(initialValue: ConsultationModel(hongqi, space))
        self.name = name
    }

    var body: some View {
        ScrollView {
            LazyVStack(alignment: .leading, spacing: 12) {
                // Once for each page that has come, for as long as it is in view.
                if model.more { ProgressView().task(id: model.messages.first?.id) { await model.loadOlder() } }
                if model.gap { Text(Words.gap.text()).font(.footnote).foregroundStyle(.secondary) }
                ForEach(model.messages, id: \.id) { message in
                    MessageRow(message: message, answered: model.answered(by: message))
                        .contextMenu { menu(message) }
                }
            }
            .padding()
        }
        .defaultScrollAnchor(.bottom)
        .safeAreaInset(edge: .top) {
            VStack(spacing: 0) {
                GatheringHeader(model: gathering)
                ConsultationHeader(model: consultation)
            }
        }
        .safeAreaInset(edge: .bottom) {
            if let over {
                Text(over).font(.footnote).foregroundStyle(.secondary).padding(8).frame(maxWidth: .infinity).background(.bar)
            } else {
                Composer(model: model)
            }
        }
        .navigationTitle(name)
        .task { await model.run() }
        .task { await gathering.run() }
        .task { await consultation.run() }
        .onChange(of: gathering.gone || consultation.gone) { _, gone in if gone { dismiss() } }
        .task(id: model.messages.last?.id) { await model.markRead() }
        .onChange(of: phase) { _, phase in
            if phase != .active { Task { await model.keepDraft() } }
        }
        .onDisappear { Task { await model.keepDraft() } }
        .alert(for: model)
        .alert(for: gathering)
        .alert(for: consultation)
    }

    /// Why nothing more can be said here.
    private var over: String? {
        if gathering.readOnly { return TogetherWords.readOnly.text() }
        return consultation.isClosed ? ConsultWords.closedNow.text() : nil
    }

    @ViewBuilder
    private func menu(_ message: MessageView) -> some View {
        ForEach(["👍", "❤️", "🙏"], id: \.self) { emoji in
            Button(emoji) { Task { await model.react(emoji, to: message) } }
        }
        Button(Words.reply.text()) { model.reply(to: message) }
        if model.isOwn(message), !message.withdrawn {
            Button(Words.edit.text()) { model.edit(message) }
            Button(Words.withdraw.text(), role: .destructive) { Task { await model.withdraw(message) } }
        }
    }
}

private struct MessageRow: View {
    let message: MessageView
    let answered: MessageView?

    var body: some View {
        VStack(alignment: .leading, spacing: 2) {
            HStack {
                Text(message.authorName).font(.footnote.bold())
                Text(SpeechContext.here().say(message.at)).font(.caption).foregroundStyle(.secondary)
                if message.edited { Text(Words.edited.text()).font(.caption) }
                if message.arrivedLater { Text(TogetherWords.arrivedLater.text()).font(.caption).foregroundStyle(.orange) }
                if message.afterEnd { Text(TogetherWords.afterEnd.text()).font(.caption).foregroundStyle(.secondary) }
                DeliveryMark(delivery: message.delivery)
            }
            if let answered {
                Text(answered.body).font(.footnote).lineLimit(1).foregroundStyle(.secondary)
            }
            Text(message.withdrawn ? Words.withdrawn.text() : message.body).bold(message.mentionsMe)
            if let other = message.other { Text(Words.otherText.text(in: .preferred, other)).font(.footnote) }
            if case .refused(let reason) = message.delivery {
                Text(Words.refused.text(in: .preferred, reason.text(in: .preferred))).font(.footnote).foregroundStyle(.red)
            }
            HStack {
                ForEach(message.reactions, id: \.emoji) { Text("\($0.emoji) \($0.count)").font(.caption) }
            }
        }
        .spoken(SpeechContext.here().say(message))
    }
}
