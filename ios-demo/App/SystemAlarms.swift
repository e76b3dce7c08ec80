import Foundation
import Hongqi
import HongqiModels
import UserNotifications

/// Reminders as the system's notifications, made on this device: no push is needed.
final class SystemAlarms: Alarms {
    private struct Moment: Sendable {
        let at: Date
        let title: String
    }

    /// The system keeps 64 at most; the soonest are set.
    private static let most = 60
    private var setting: Task<Void, Never>?

    func set(for reminders: [Reminder]) {
        let moments = reminders.flatMap { reminder in reminder.remindAt.map { Moment(at: $0, title: reminder.item.title) } }
        let soonest = Array(moments.sorted { $0.at < $1.at }.prefix(Self.most))
        // One after the other: what was told last is what stays.
        let before = setting
        before?.cancel()
        setting = Task {
            await before?.value
            if !Task.isCancelled { await Self.replace(with: soonest) }
        }
    }

    private nonisolated static func replace(with moments: [Moment]) async {
        let center = UNUserNotificationCenter.current()
        center.removeAllPendingNotificationRequests()
        // Asked for once something is due; who says no is reminded by the feed.
        guard !moments.isEmpty, (try? await center.requestAuthorization(options: [.alert, .sound])) == true else { return }
        for (place, moment) in moments.enumerated() {
            let content = UNMutableNotificationContent()
            content.title = DutyWords.reminders.text()
            content.body = moment.title
            content.sound = .default
            let parts = Calendar.current.dateComponents([.year, .month, .day, .hour, .minute, .second], from: moment.at)
            let trigger = UNCalendarNotificationTrigger(dateMatching: parts, repeats: false)
            try? await center.add(UNNotificationRequest(identifier: "reminder-\(place)", content: content, trigger: trigger))
        }
    }
}
