import Hongqi
import Observation

/// Articles of the own and all superior organisations: pinned first, then the newest.
@MainActor @Observable
public final class FeedModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    public private(set) var items: [FeedItem] = []
    /// Whether there is more below.
    public private(set) var more = false
    /// How many articles this member is writing; nil for who publishes nowhere.
    public private(set) var writing: Int?
    private var wanted = FeedModel.pageSize

    private static let pageSize = 30

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        await follow([.feed, .personal, .directory], { try await self.load() }, show: show)
    }

    /// The last row came into view.
    public func loadMore() async {
        guard more else { return }
        wanted += Self.pageSize
        await act { show(try await load()) }
    }

    /// The member pulled the list down.
    public func refresh() async {
        await act { try hongqi.syncNow() }
    }

    private typealias Loaded = (items: [FeedItem], more: Bool, writing: Int?)

    private func show(_ list: Loaded) { (items, more, writing) = list }

    /// As many rows as are on screen, page by page.
    private func load() async throws -> Loaded {
        var (items, after) = ([FeedItem](), FeedCursor?.none)
        repeat {
            let page = try await hongqi.feed().page(after: after, limit: UInt32(Self.pageSize))
            items += page.items
            after = page.next
        } while after != nil && items.count < wanted
        return (items, after != nil, try await drafts())
    }

    private func drafts() async throws -> Int? {
        let count = try await hongqi.personal().drafts().filter { $0.article != nil }.count
        let rights = try await Rights(of: hongqi)
        let may = try await hongqi.directory().orgs().contains { !$0.closed && rights.hold(.editor, at: $0.id) }
        return may || count > 0 ? count : nil
    }
}
