import Foundation
import HongqiCore

extension Language {
    /// The one that the device's owner prefers of those that the core speaks.
    public static var preferred: Language { among(Locale.preferredLanguages) }

    /// The first of `tags` (BCP 47) that the core speaks; English if there is none.
    public static func among(_ tags: [String]) -> Language {
        for tag in tags {
            if tag.hasPrefix("zh") { return .chinese }
            if tag.hasPrefix("en") { return .english }
        }
        return .english
    }
}

extension SpeechContext {
    /// Speaks to this device's owner, at `now`.
    public static func here(
        in language: Language = .preferred, now: Date = Date(), timeZone: TimeZone = .current
    ) -> SpeechContext {
        SpeechContext(language: language, now: now, utcOffsetMinutes: Int32(timeZone.secondsFromGMT(for: now) / 60))
    }

    /// The sentence that a screen reader says of it; empty for a view that did not come from the core.
    public func say(_ item: FeedItem) -> String { (try? speakFeedItem(view: item, speech: self)) ?? "" }
    public func say(_ talk: TalkView) -> String { (try? speakTalk(view: talk, speech: self)) ?? "" }
    public func say(_ message: MessageView) -> String { (try? speakMessage(view: message, speech: self)) ?? "" }
    public func say(_ activity: ActivityView) -> String { (try? speakActivity(view: activity, speech: self)) ?? "" }
    public func say(_ row: AttendanceRow) -> String { (try? speakAttendance(view: row, speech: self)) ?? "" }
    public func say(_ item: OutboxItem) -> String { (try? speakOutboxItem(view: item, speech: self)) ?? "" }
    public func say(_ hit: SearchHit) -> String { (try? speakHit(view: hit, speech: self)) ?? "" }

    /// A moment: the day, in words if it is near, and the time.
    public func say(_ time: Date) -> String { (try? speakTime(time: time, speech: self)) ?? "" }
}
