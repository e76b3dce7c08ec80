import Hongqi
import Observation

/// Whether there are enough voters, and why not; what is voted on, and what it comes to.
@MainActor @Observable
public final class BallotModel: Screen {
    public let hongqi: Hongqi
    public let activity: DocId
    public var failure: Failure?
    /// For an ordinary meeting.
    public private(set) var quorum: Quorum?
    /// For an election.
    public private(set) var electionQuorum: Quorum?
    public private(set) var resolutions: [ResolutionView] = []

    public init(_ hongqi: Hongqi, _ activity: DocId) { (self.hongqi, self.activity) = (hongqi, activity) }

    public func run() async {
        let (hongqi, id) = (hongqi, activity)
        await follow([.activity(id), .directory, .outbox]) {
            let activities = try hongqi.activities()
            let quorum = try await activities.quorum(activity: id)
            let election = try await activities.quorum(activity: id, election: true)
            return (quorum, election, try await activities.resolutions(activity: id))
        } show: {
            (quorum, electionQuorum, resolutions) = $0
        }
    }

    public func move(_ title: String, election: Bool) async {
        await act { _ = try await hongqi.activities().moveResolution(activity: activity, title: title, election: election) }
    }

    public func close(_ resolution: ResolutionView) async {
        await act { try await hongqi.activities().closeVote(resolution: resolution.id) }
    }
}
