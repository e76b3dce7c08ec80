import Foundation
import Hongqi
import Observation

/// What stands above a discussion that is a gathering or a group; nothing above any other.
@MainActor @Observable
public final class GatheringModel: Screen {
    public let hongqi: Hongqi
    public let space: SpaceId
    public var failure: Failure?
    public private(set) var gathering: GatheringView?
    /// Who is in the group; nobody of a gathering, which is for all of its organisation.
    public private(set) var participants: [ParticipantView] = []
    /// Who of the own branch may still be brought in; nobody for who does not lead it.
    public private(set) var candidates: [MemberView] = []
    /// Whether this member has gone; the screen closes.
    public private(set) var gone = false

    public init(_ hongqi: Hongqi, _ space: SpaceId) { (self.hongqi, self.space) = (hongqi, space) }

    public func run() async {
        let (hongqi, space) = (hongqi, space)
        let topics: Set<Topic> = [.talk(space), .talks, .directory, .outbox]
        await follow(
            try hongqi.observe(topics, holds: { try await hongqi.gatherings().nextEnd() }) {
                let gathering = try await hongqi.gatherings().ofDiscussion(space: space)
                guard let gathering, gathering.org == nil else { return (gathering, [], []) }
                let participants = try await hongqi.gatherings().participants(group: gathering.id)
                guard gathering.mayLead else { return (gathering, participants, []) }
                let inside = Set(participants.map(\.member))
                let branch = try await hongqi.directory().members(home: try await hongqi.me().home)
                return (gathering, participants, branch.filter { !inside.contains($0.id) })
            }
        ) {
            (gathering, participants, candidates) = $0
        }
    }

    /// Whether nothing more can be said in it.
    public var readOnly: Bool { gathering.map { !$0.mayWrite } ?? false }

    /// Whether this member may lead what still goes on.
    public var leads: Bool { gathering.map { $0.mayLead && $0.state == .running } ?? false }

    /// Whether this member may go: from a group that somebody else has opened.
    public var canLeave: Bool { gathering.map { $0.org == nil && !$0.mayLead } ?? false }

    public func extend(by time: Duration) async {
        guard let gathering, let ends = gathering.ends else { return }
        let later = ends.addingTimeInterval(TimeInterval(time.components.seconds))
        await act { try await hongqi.gatherings().extend(gathering: gathering.id, ends: later) }
    }

    /// Ends it before its time.
    public func close() async {
        await with { try await $0.end(gathering: $1) }
    }

    /// What stays pinned above it, also after its end.
    public func summarise(_ text: String) async {
        await with { try await $0.summarise(gathering: $1, summary: text) }
    }

    public func bringIn(_ member: MemberId) async {
        await with { try await $0.bringIn(group: $1, members: [member]) }
    }

    public func sendAway(_ member: MemberId) async {
        await with { try await $0.sendAway(group: $1, member: member) }
    }

    public func leave() async {
        await with {
            try await $0.leave(group: $1)
            gone = true
        }
    }

    private func with(_ act: (Gatherings, DocId) async throws -> Void) async {
        guard let gathering else { return }
        await self.act { try await act(try hongqi.gatherings(), gathering.id) }
    }
}
