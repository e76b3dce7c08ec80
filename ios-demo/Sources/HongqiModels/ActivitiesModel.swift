import Foundation
import Hongqi
import Observation

/// Activities that have not ended, the soonest first.
@MainActor @Observable
public final class ActivitiesModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    public private(set) var activities: [ActivityView] = []
    /// Whether this member may plan one for the own organisation.
    public private(set) var mayPlan = false
    private let now: @Sendable () -> Date

    public init(_ hongqi: Hongqi, now: @escaping @Sendable () -> Date = { Date() }) {
        (self.hongqi, self.now) = (hongqi, now)
    }

    public func run() async {
        let (hongqi, now) = (hongqi, now)
        await follow([.activities, .directory]) {
            let rights = try await Rights(of: hongqi)
            let mayPlan = rights.hold(.organiser, at: try await hongqi.me().home)
            return (try await hongqi.activities().list(from: now()), mayPlan)
        } show: {
            (activities, mayPlan) = $0
        }
    }
}
