import Foundation
import Hongqi
import Observation

/// The form that opens a gathering of an organisation, or a group of named people.
@MainActor @Observable
public final class OpenModel: Screen {
    /// Whom it is for.
    public enum Audience: Hashable, Sendable {
        /// All below an organisation.
        case org(OrgId)
        case people
    }

    public let hongqi: Hongqi
    public var failure: Failure?
    public var topic = ""
    public var audience = Audience.people
    /// Nil for a group without an end.
    public var ends: Date?
    /// Who is in the group besides its opener.
    public private(set) var chosen: Set<MemberId> = []
    /// Where this member may gather everybody; often nowhere.
    public private(set) var orgs: [OrgView] = []
    /// Who can be brought into a group: the own branch, without this member.
    public private(set) var people: [MemberView] = []
    /// What was opened.
    public private(set) var opened: GatheringView?

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        let hongqi = hongqi
        await follow([.directory]) {
            let (me, rights) = (try await hongqi.me(), try await Rights(of: hongqi))
            let orgs = try await hongqi.directory().orgs().filter { !$0.closed && rights.hold(.organiser, at: $0.id) }
            let people = try await hongqi.directory().members(home: me.home).filter { $0.id != me.member }
            return (orgs, people)
        } show: {
            (orgs, people) = $0
        }
    }

    public func toggle(_ person: MemberView) {
        if chosen.remove(person.id) == nil { chosen.insert(person.id) }
    }

    public var canOpen: Bool {
        let named = topic.contains { !$0.isWhitespace }
        return if case .org = audience { named && ends != nil } else { named }
    }

    public func open() async {
        guard canOpen else { return }
        await act {
            let gatherings = try hongqi.gatherings()
            let id = switch audience {
            case .org(let org): try await gatherings.openGathering(org: org, topic: topic, ends: ends ?? Date())
            case .people: try await gatherings.openGroup(topic: topic, members: Array(chosen), ends: ends)
            }
            opened = try await gatherings.gathering(id: id)
        }
    }
}
