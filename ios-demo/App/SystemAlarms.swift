import Foundation
import HongqiModels
import UserNotifications

/// Tells what the member touched. The system wants it before the app has started, and holds it weakly.
final class NotificationTouches: NSObject, UNUserNotificationCenterDelegate {
    private let touched: TouchedAlarm

    @MainActor
    init(telling touched: TouchedAlarm) {
        self.touched = touched
        super.init()
        UNUserNotificationCenter.current().delegate = self
    }

    func userNotificationCenter(
        _ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse,
        withCompletionHandler completionHandler: @escaping () -> Void
    ) {
        let (touched, id) = (touched, response.notification.request.identifier)
        Task { @MainActor in touched.touched(id) }
        completionHandler()
    }
}

/// The system's notifications. What to set is `AlarmPlan`'s.
struct SystemNotifications: HongqiModels.NotificationCenter {
    private var center: UNUserNotificationCenter { .current() }

    func allowed() async -> Bool {
        (try? await center.requestAuthorization(options: [.alert, .sound])) == true
    }

    func pending() async -> [Alarm] {
        await center.pendingNotificationRequests().compactMap { request in
            guard let trigger = request.trigger as? UNCalendarNotificationTrigger,
                let at = Calendar.current.date(from: trigger.dateComponents)
            else { return nil }
            return Alarm(id: request.identifier, at: at, title: request.content.title, body: request.content.body)
        }
    }

    func delivered() async -> [String] { await center.deliveredNotifications().map(\.request.identifier) }

    func add(_ alarm: Alarm) async {
        let content = UNMutableNotificationContent()
        content.title = alarm.title
        content.body = alarm.body
        content.sound = .default
        let parts = Calendar.current.dateComponents([.year, .month, .day, .hour, .minute, .second], from: alarm.at)
        let trigger = UNCalendarNotificationTrigger(dateMatching: parts, repeats: false)
        try? await center.add(UNNotificationRequest(identifier: alarm.id, content: content, trigger: trigger))
    }

    func remove(_ ids: [String]) async {
        center.removePendingNotificationRequests(withIdentifiers: ids)
        center.removeDeliveredNotifications(withIdentifiers: ids)
    }
}
