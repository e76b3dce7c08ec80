import Foundation
import Hongqi
import Observation

/// What reminds the member when the app is not in front: the system's notifications.
@MainActor
public protocol Alarms: Sendable {
    /// These, and none that was set before.
    func set(for reminders: [Reminder])
}

/// One notification, made on this device: no push is needed.
public struct Alarm: Equatable, Sendable {
    /// The article and which of its moments.
    public let id: String
    /// In whole seconds: the system's clock for it has no others.
    public let at: Date
    public let title: String
    /// In the core's words, as of then.
    public let body: String

    public init(id: String, at: Date, title: String, body: String) {
        (self.id, self.at, self.title, self.body) = (id, at, title, body)
    }
}

/// What the system has of notifications and is asked for: `UNUserNotificationCenter`, and an array in tests.
public protocol NotificationCenter: Sendable {
    /// Whether the member lets the app notify; asks at the first time.
    func allowed() async -> Bool
    /// Those that have not come yet.
    func pending() async -> [Alarm]
    /// The ids of those that have come and are seen still.
    func delivered() async -> [String]
    /// Adds it, or puts it in the place of the one with its id.
    func add(_ alarm: Alarm) async
    /// Neither come nor are seen any more.
    func remove(_ ids: [String]) async
}

/// What is to change so that the system rings for what is due, and for nothing else. The system keeps what it was given
/// over the end of the app and of the phone.
public struct AlarmPlan: Equatable, Sendable {
    public let add: [Alarm]
    public let remove: [String]

    /// The system keeps 64 at most; the soonest are set, and the next when one of them has rung.
    static let most = 60
    private static let prefix = "reminder "

    public init(
        for reminders: [Reminder], pending: [Alarm], delivered: [String], speaking language: Language = .preferred,
        in timeZone: TimeZone = .current
    ) {
        let wanted = Array(
            reminders.flatMap { Self.alarms(of: $0, language, timeZone) }.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
                .prefix(Self.most))
        let ids = Set(wanted.map(\.id))
        let open = Set(reminders.map(\.item.id.hex))
        // What has come goes once its article needs no more: acknowledged, here or on another device, or withdrawn.
        let done = delivered.filter { id in
            id.hasPrefix(Self.prefix) && !open.contains { id.hasPrefix(Self.prefix + $0) }
        }
        add = wanted.filter { !pending.contains($0) }
        remove = pending.map(\.id).filter { $0.hasPrefix(Self.prefix) && !ids.contains($0) } + done
    }

    /// The article that the alarm with this id speaks of; nil of what others have set.
    static func article(of id: String) -> DocId? {
        guard id.hasPrefix(prefix) else { return nil }
        return try? parseDocId(text: String(id.dropFirst(prefix.count).prefix { $0 != " " }))
    }

    private static func alarms(of reminder: Reminder, _ language: Language, _ timeZone: TimeZone) -> [Alarm] {
        reminder.remindAt.map { moment in
            let at = Date(timeIntervalSince1970: moment.timeIntervalSince1970.rounded(.up))
            // As it will be then: "today", and overdue or not.
            let then = Reminder(item: reminder.item, overdue: reminder.item.due.map { $0 <= at } ?? false, remindAt: [])
            let hours = reminder.item.due.map { Int(($0.timeIntervalSince(at) / 3600).rounded()) } ?? 0
            return Alarm(
                id: "\(prefix)\(reminder.item.id.hex) \(hours)", at: at, title: DutyWords.reminders.text(in: language),
                body: SpeechContext.here(in: language, now: at, timeZone: timeZone).say(then))
        }
    }
}

/// Which notification the member has touched: its article opens, also if that was what started the app.
@MainActor @Observable
public final class TouchedAlarm {
    /// The article that is still to be opened.
    public private(set) var article: DocId?

    public init() {}

    /// What the system tells; of others' notifications nothing follows.
    public func touched(_ id: String) {
        if let article = AlarmPlan.article(of: id) { self.article = article }
    }

    /// It is on screen.
    public func opened() { article = nil }
}

/// Keeps the system's notifications as the plan has them.
@MainActor
public final class PlannedAlarms: Alarms {
    private let center: any NotificationCenter
    private var setting: Task<Void, Never>?

    public init(_ center: any NotificationCenter) { self.center = center }

    public func set(for reminders: [Reminder]) {
        let (center, before) = (center, setting)
        // One after the other: what was told last is what stays.
        setting = Task {
            await before?.value
            let plan = AlarmPlan(for: reminders, pending: await center.pending(), delivered: await center.delivered())
            if !plan.remove.isEmpty { await center.remove(plan.remove) }
            // Asked for once something is due; who says no is reminded by the feed.
            guard !plan.add.isEmpty, await center.allowed() else { return }
            for alarm in plan.add { await center.add(alarm) }
        }
    }

    /// Returns when what was told last is set.
    public func settled() async { await setting?.value }
}
