import Hongqi
import Observation

/// The minutes, which several may write, and the end of an activity.
@MainActor @Observable
public final class MinutesModel: Screen {
    public let hongqi: Hongqi
    public let activity: DocId
    public var failure: Failure?
    public var text = ""
    public private(set) var closed = false
    /// What others have written since this member began to type; to be looked at before saving.
    public private(set) var theirs: String?
    private var base = ""

    public init(_ hongqi: Hongqi, _ activity: DocId) { (self.hongqi, self.activity) = (hongqi, activity) }

    public func run() async {
        let (hongqi, id) = (hongqi, activity)
        await follow([.activity(id), .activities], { try await hongqi.activities().activity(id: id) }) { shown in
            guard let shown else { return }
            closed = shown.closed != nil
            if text == base {
                (text, base) = (shown.minutes, shown.minutes)
            } else if shown.minutes != base {
                theirs = shown.minutes
            }
        }
    }

    public var changed: Bool { text != base }

    public func save() async {
        let saved = text
        if await act({ try await hongqi.activities().writeMinutes(activity: activity, minutes: saved) }) {
            (base, theirs) = (saved, nil)
        }
    }

    /// What others wrote, in place of what was typed here.
    public func takeTheirs() {
        guard let theirs else { return }
        (text, base, self.theirs) = (theirs, theirs, nil)
    }

    /// From now on a correction needs a second signature, and door phones let go of the names.
    public func closeAttendance() async {
        await act { try await hongqi.activities().closeAttendance(activity: activity) }
    }
}
