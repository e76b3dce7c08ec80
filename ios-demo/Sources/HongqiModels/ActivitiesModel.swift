import Foundation
import Hongqi
import Observation

/// Activities that have not ended, the soonest first.
@MainActor @Observable
public final class ActivitiesModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    public private(set) var activities: [ActivityView] = []
    private let now: @Sendable () -> Date

    public init(_ hongqi: Hongqi, now: @escaping @Sendable () -> Date = { Date() }) {
        (self.hongqi, self.now) = (hongqi, now)
    }

    public func run() async {
        let (hongqi, now) = (hongqi, now)
        await follow([.activities, .directory], { try await hongqi.activities().list(from: now()) }) {
            activities = $0
        }
    }
}
