import Hongqi
import Observation

/// One discussion with its composer. What is in the composer survives the screen as a draft, on all of the member's
/// devices.
@MainActor @Observable
public final class DiscussionModel: Screen {
    /// What sending will do.
    public enum Aim: Equatable {
        case new
        case reply(MessageView)
        case edit(MessageView)
    }

    public let hongqi: Hongqi
    public let space: SpaceId
    public var failure: Failure?
    /// Oldest first.
    public private(set) var messages: [MessageView] = []
    /// Whether there are older ones here.
    public private(set) var more = false
    /// Whether the server holds messages that have not arrived yet.
    public private(set) var gap = false
    /// The composer.
    public var text = ""
    public private(set) var aim = Aim.new
    /// Whom the next message mentions.
    public private(set) var mentions: [ParticipantView] = []
    /// Whose holders it mentions, at the organisation that the discussion belongs to.
    public private(set) var mentionedRoles: [Role] = []
    /// Whom it may mention by name: who is in the group or reads the consultation, or else the own branch.
    public private(set) var mentionable: [ParticipantView] = []

    private var me: MemberId?
    private var draft: DraftView?
    private var wanted = DiscussionModel.pageSize

    private static let pageSize = 50

    public init(_ hongqi: Hongqi, _ space: SpaceId) { (self.hongqi, self.space) = (hongqi, space) }

    public func run() async {
        await act {
            me = try await hongqi.me().member
            try await takeUpDraft()
        }
        await follow([.talk(space), .directory], { try await self.load() }) { loaded in
            (messages, more, gap) = (loaded.messages, loaded.more, loaded.gap)
        }
    }

    /// The first row came into view.
    public func loadOlder() async {
        guard more else { return }
        wanted += Self.pageSize
        await act {
            let loaded = try await load()
            (messages, more, gap) = (loaded.messages, loaded.more, loaded.gap)
        }
    }

    /// The newest message was on screen.
    public func markRead() async {
        guard let newest = messages.last, newest.unread else { return }
        await act { try await hongqi.personal().markTalkRead(message: newest.id) }
    }

    public func isOwn(_ message: MessageView) -> Bool { message.author == me }

    /// What a reply answers, if it is on screen.
    public func answered(by message: MessageView) -> MessageView? {
        message.reply.flatMap { id in messages.first { $0.id == id } }
    }

    public func reply(to message: MessageView) { aim = .reply(message) }

    public func edit(_ message: MessageView) {
        aim = .edit(message)
        text = message.body
    }

    /// The member wants none of it.
    public func giveUp() {
        if case .edit = aim { text = "" }
        aim = .new
    }

    public var canSend: Bool { text.contains { !$0.isWhitespace } }

    /// Returns when the message is safe on this phone. On failure the composer keeps its text.
    public func send() async {
        guard canSend else { return }
        let (body, aim) = (text, aim)
        let sent = await act {
            switch aim {
            case .new: try await post(body)
            case .reply(let message): try await post(body, reply: message.id)
            case .edit(let message): try await hongqi.talk().edit(message: message.id, body: body)
            }
        }
        guard sent else { return }
        // What was typed meanwhile stays.
        text = text.hasPrefix(body) ? String(text.dropFirst(body.count)) : text
        if case .edit = aim {} else { (mentions, mentionedRoles) = ([], []) }
        self.aim = .new
        await keepDraft()
    }

    private func post(_ body: String, reply: DocId? = nil) async throws {
        _ = try await hongqi.talk().post(
            space: space, body: body, reply: reply, mentions: mentions.map(\.member), roles: mentionedRoles)
    }

    /// The member wants to mention somebody.
    public func loadMentionable() async {
        await act {
            let group = try await hongqi.gatherings().ofDiscussion(space: space)
            let readers = try await hongqi.consult().readers(space: space)
            let people =
                if let group, group.org == nil {
                    try await hongqi.gatherings().participants(group: group.id)
                } else if !readers.isEmpty {
                    readers.map { ParticipantView(member: $0.member, name: $0.name) }
                } else {
                    try await hongqi.directory().members(home: try await hongqi.me().home)
                        .map { ParticipantView(member: $0.id, name: $0.name) }
                }
            mentionable = people.filter { $0.member != me }
        }
    }

    public func mention(_ person: ParticipantView) {
        if !mentions.contains(person) { mentions.append(person) }
    }

    public func mention(_ role: Role) {
        if !mentionedRoles.contains(role) { mentionedRoles.append(role) }
    }

    public func mentionNobody() { (mentions, mentionedRoles) = ([], []) }

    public func withdraw(_ message: MessageView) async {
        await act { try await hongqi.talk().withdraw(message: message.id) }
    }

    /// The emoji in place of an earlier one; the same again takes it back.
    public func react(_ emoji: String, to message: MessageView) async {
        let had = message.reactions.contains { $0.own && $0.emoji == emoji }
        await act { try await hongqi.talk().react(message: message.id, emoji: had ? nil : emoji) }
    }

    /// The screen goes, or the app goes to the background: keeps a new message that is not finished.
    public func keepDraft() async {
        if case .edit = aim { return }
        guard text != draft?.text ?? "" else { return }
        await act {
            switch (draft, canSend) {
            case (nil, false): break
            case (nil, true):
                let id = try await hongqi.personal().newDraft(title: "", text: text, target: space)
                draft = DraftView(id: id, title: "", text: text, target: space, article: nil)
            case (let kept?, true):
                try await hongqi.personal().editDraft(draft: kept.id, text: text)
                draft = DraftView(id: kept.id, title: "", text: text, target: space, article: nil)
            case (let kept?, false):
                try await hongqi.personal().discardDraft(draft: kept.id)
                draft = nil
            }
        }
    }

    private func takeUpDraft() async throws {
        guard draft == nil, text.isEmpty else { return }
        draft = try await hongqi.personal().drafts().first { $0.target == space && $0.title.isEmpty }
        text = draft?.text ?? ""
    }

    /// As many messages as are on screen, page by page.
    private func load() async throws -> (messages: [MessageView], more: Bool, gap: Bool) {
        var (messages, before, gap) = ([MessageView](), MessageCursor?.none, false)
        repeat {
            let page = try await hongqi.talk().page(space: space, before: before, limit: UInt32(Self.pageSize))
            messages = page.messages + messages
            before = page.before
            gap = gap || page.gap
        } while before != nil && messages.count < wanted
        return (messages, before != nil, gap)
    }
}
