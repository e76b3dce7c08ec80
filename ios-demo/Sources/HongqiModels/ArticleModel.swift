import Hongqi
import Observation

/// One article. Opening it is reading it; no time is taken.
@MainActor @Observable
public final class ArticleModel: Screen {
    public let hongqi: Hongqi
    public let id: DocId
    public var failure: Failure?
    /// Nil while it loads, or once it was withdrawn.
    public private(set) var article: ArticleView?
    /// Whether the member may correct and withdraw it.
    public private(set) var mayEdit = false
    /// Whether it was withdrawn here.
    public private(set) var withdrawn = false

    public init(_ hongqi: Hongqi, _ id: DocId) { (self.hongqi, self.id) = (hongqi, id) }

    public func run() async {
        let (hongqi, id) = (self.hongqi, self.id)
        await act {
            try await hongqi.personal().markRead(article: id)
            // The discussion below it is kept in sync from the first look on.
            try await hongqi.talk().join(space: try threadOf(doc: id))
        }
        await follow([.feed, .personal, .directory]) {
            let article = try await hongqi.feed().article(id: id)
            let rights = try await Rights(of: hongqi)
            return (article, article.map { rights.hold(.editor, at: $0.item.org) } ?? false)
        } show: {
            (article, mayEdit) = $0
        }
    }

    /// Whether the member is asked to acknowledge it and has not.
    public var asksForAcknowledgement: Bool {
        guard let item = article?.item else { return false }
        return item.mustRead && item.acknowledged == nil
    }

    public func acknowledge() async {
        await act { try await hongqi.feed().acknowledge(article: id) }
    }

    /// Puts it on top of the feed, or back in its place.
    public func togglePin() async {
        guard let item = article?.item else { return }
        await act { try await hongqi.feed().pin(article: id, pinned: !item.pinned) }
    }

    public func withdraw() async {
        withdrawn = await act { try await hongqi.feed().withdraw(article: id) }
    }

    public func toggleBookmark() async {
        guard let item = article?.item else { return }
        await act { try await hongqi.personal().bookmark(doc: id, kept: !item.bookmarked) }
    }
}
