import Hongqi
import Observation

/// What this member has still to acknowledge, overdue first.
@MainActor @Observable
public final class RemindersModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    public private(set) var reminders: [Reminder] = []
    private let alarms: (any Alarms)?

    /// `alarms` are set anew whenever the list changes.
    public init(_ hongqi: Hongqi, alarms: (any Alarms)? = nil) { (self.hongqi, self.alarms) = (hongqi, alarms) }

    public func run() async {
        await follow(try hongqi.reminders()) {
            reminders = $0
            alarms?.set(for: $0)
        }
    }

    public var overdue: Int { reminders.filter(\.overdue).count }
}
