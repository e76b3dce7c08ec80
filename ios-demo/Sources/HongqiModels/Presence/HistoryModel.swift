import Hongqi
import Observation

/// This member's own attendance over time, the latest first.
@MainActor @Observable
public final class HistoryModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    /// Nil until it is loaded.
    public private(set) var past: [PastAttendance]?

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        await follow(try hongqi.ownHistory()) { past = $0 }
    }
}
