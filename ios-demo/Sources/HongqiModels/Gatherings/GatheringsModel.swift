import Hongqi
import Observation

/// Gatherings and groups: those that go on, those that are over, and the groups that this member has left.
@MainActor @Observable
public final class GatheringsModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    /// What ends first stands first.
    public private(set) var running: [GatheringView] = []
    /// The last over first.
    public private(set) var over: [GatheringView] = []
    /// Whether there are older ones.
    public private(set) var more = false
    public private(set) var left: [LeftGroup] = []
    private var wanted = GatheringsModel.pageSize

    private static let pageSize = 30

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        let hongqi = hongqi
        // One whose time is over goes from one list to the other, with nothing said.
        await follow(
            try hongqi.observe([.talks, .directory, .outbox], holds: { try await hongqi.gatherings().nextEnd() }) {
                (try await hongqi.gatherings().running(), try await self.load(), try await hongqi.gatherings().left())
            }
        ) {
            (running, (over, more), left) = $0
        }
    }

    /// The last row came into view.
    public func loadMore() async {
        guard more else { return }
        wanted += Self.pageSize
        await act { (over, more) = try await load() }
    }

    /// Keeps a gathering's discussion in sync from now on.
    public func join(_ gathering: GatheringView) async {
        await act { try await hongqi.gatherings().join(gathering: gathering.id) }
    }

    /// Back into a group that this member has left.
    public func comeBack(to group: LeftGroup) async {
        await act { try await hongqi.gatherings().comeBack(group: group.space) }
    }

    private func load() async throws -> ([GatheringView], Bool) {
        var (found, after) = ([GatheringView](), GatheringCursor?.none)
        repeat {
            let page = try await hongqi.gatherings().archive(after: after, limit: UInt32(Self.pageSize))
            found += page.gatherings
            after = page.next
        } while after != nil && found.count < wanted
        return (found, after != nil)
    }
}
