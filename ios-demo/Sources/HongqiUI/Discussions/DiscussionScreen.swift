#if canImport(SwiftUI)
    import Hongqi
    import HongqiModels
    import SwiftUI

    struct DiscussionsView: View {
        @State private var model: DiscussionsModel

        init(_ hongqi: Hongqi) { _model = State(initialValue: DiscussionsModel(hongqi)) }

        var body: some View {
            List(model.talks, id: \.space) { talk in
                NavigationLink(value: Place.discussion(talk.space, talk.name)) {
                    VStack(alignment: .leading) {
                        Text(talk.name).font(.headline)
                        Text(talk.last.map { "\($0.authorName)：\($0.body)" } ?? "").lineLimit(1).foregroundStyle(.secondary)
                    }
                    .badge(talk.muted ? 0 : Int(clamping: talk.unread))
                    .spoken(SpeechContext.here().say(talk))
                }
                .swipeActions {
                    Button(talk.muted ? Words.unmute.text() : Words.mute.text()) { Task { await model.toggleMute(talk) } }
                    Button(Words.leave.text(), role: .destructive) { Task { await model.leave(talk) } }
                }
            }
            .listStyle(.plain)
            .task { await model.run() }
            .alert(for: model)
        }
    }

    struct DiscussionScreen: View {
        @State private var model: DiscussionModel
        @Environment(\.scenePhase) private var phase
        private let name: String

        init(_ hongqi: Hongqi, _ space: SpaceId, _ name: String) {
            _model = State(initialValue: DiscussionModel(hongqi, space))
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
            .safeAreaInset(edge: .bottom) { Composer(model: model) }
            .navigationTitle(name)
            .task { await model.run() }
            .task(id: model.messages.last?.id) { await model.markRead() }
            .onChange(of: phase) { _, phase in
                if phase != .active { Task { await model.keepDraft() } }
            }
            .onDisappear { Task { await model.keepDraft() } }
            .alert(for: model)
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
                    DeliveryMark(delivery: message.delivery)
                }
                if let answered {
                    Text(answered.body).font(.footnote).lineLimit(1).foregroundStyle(.secondary)
                }
                Text(message.withdrawn ? Words.withdrawn.text() : message.body)
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

    private struct Composer: View {
        @Bindable var model: DiscussionModel

        var body: some View {
            VStack(alignment: .leading) {
                if let subject {
                    HStack {
                        Text(subject).font(.footnote).lineLimit(1)
                        Spacer()
                        Button(Words.cancel.text(), systemImage: "xmark") { model.giveUp() }.labelStyle(.iconOnly)
                    }
                }
                HStack {
                    TextField(Words.compose.text(), text: $model.text, axis: .vertical).lineLimit(1...5)
                        .textFieldStyle(.roundedBorder)
                    Button(Words.send.text(), systemImage: "paperplane.fill") { Task { await model.send() } }
                        .labelStyle(.iconOnly).disabled(!model.canSend)
                }
            }
            .padding(8).background(.bar)
        }

        private var subject: String? {
            switch model.aim {
            case .new: nil
            case .reply(let message): "\(Words.reply.text())  \(message.body)"
            case .edit: Words.edit.text()
            }
        }
    }
#endif
