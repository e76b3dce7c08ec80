import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct AlarmTests {
    /// What the system does, with its own clock.
    private actor Bell: HongqiModels.NotificationCenter {
        var waiting: [Alarm] = []
        var seen: [Alarm] = []
        var says = true
        private(set) var added = 0

        func allowed() -> Bool { says }
        func pending() -> [Alarm] { waiting }
        func delivered() -> [String] { seen.map(\.id) }
        func add(_ alarm: Alarm) {
            added += 1
            waiting = waiting.filter { $0.id != alarm.id } + [alarm]
        }
        func remove(_ ids: [String]) {
            waiting.removeAll { ids.contains($0.id) }
            seen.removeAll { ids.contains($0.id) }
        }
        func passes(to now: Date) {
            seen += waiting.filter { $0.at <= now }
            waiting.removeAll { $0.at <= now }
        }
        func refuse() { says = false }
        func foreign() { waiting.append(Alarm(id: "other", at: .distantFuture, title: "", body: "")) }
    }

    private func circular(_ title: String, due: Date?) async throws -> (Phone, DocId) {
        let server = try ServerProcess.start()
        let sec = try await Phone.enrolled("sec", Cast.secretary, at: server)
        let li = try await Phone.enrolled("li", Cast.li, at: server)
        let id = try await sec.hongqi.feed().publish(
            org: try await sec.hongqi.me().home, title: title, body: "……", category: .circular, mustRead: true, due: due)
        try await sec.sync()
        try await li.sync()
        return (li, id)
    }

    @Test func aCircularRingsThreeTimesUntilItIsAcknowledged() async throws {
        let due = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded() + 3 * 86_400)
        let (li, id) = try await circular("安全自查", due: due)
        let bell = Bell()
        await bell.foreign()
        let alarms = PlannedAlarms(bell)
        let reminders = try await li.hongqi.feed().reminders()
        alarms.set(for: reminders)
        alarms.set(for: reminders)
        await alarms.settled()
        let own = await bell.waiting.filter { $0.id != "other" }
        #expect(own.count == 3 && Set(own.map(\.id)).count == 3)
        #expect(await bell.added == 3, "what is set already is not set again")
        #expect(own.allSatisfy { $0.body.contains("安全自查") && $0.title == DutyWords.reminders.text() })
        let moments = try #require(reminders.first).remindAt
        #expect(zip(own, moments).allSatisfy { (0..<1).contains($0.at.timeIntervalSince($1)) }, "in whole seconds, never early")

        // The first has rung and is seen still; the clock was set by a little meanwhile: the others are the same ones.
        await bell.passes(to: own[0].at)
        let later = reminders.map { one in
            Reminder(item: one.item, overdue: one.overdue, remindAt: one.remindAt.dropFirst().map { $0.addingTimeInterval(1.2) })
        }
        alarms.set(for: later)
        await alarms.settled()
        #expect(await bell.waiting.map(\.id).filter { $0 != "other" } == own.dropFirst().map(\.id))
        #expect(await bell.delivered() == [own[0].id])

        try await li.hongqi.feed().acknowledge(article: id)
        alarms.set(for: try await li.hongqi.feed().reminders())
        await alarms.settled()
        #expect(await bell.waiting.map(\.id) == ["other"], "what others have set is left alone")
        #expect(await bell.delivered().isEmpty)
    }

    @Test func touchingOneOpensItsArticleOnce() async throws {
        let (li, id) = try await circular("安全自查", due: Date(timeIntervalSinceNow: 3 * 86_400))
        let rung = AlarmPlan(for: try await li.hongqi.feed().reminders(), pending: [], delivered: []).add
        let touched = TouchedAlarm()
        for foreign in ["", "other", "reminder ", "reminder x 24", "calendar \(id.hex) 24"] {
            touched.touched(foreign)
            #expect(touched.article == nil, "\(foreign)")
        }
        #expect(rung.count == 3)
        for alarm in rung {
            touched.touched(alarm.id)
            #expect(touched.article == id)
            touched.touched("other")
            #expect(touched.article == id, "another's takes nothing away")
            touched.opened()
            #expect(touched.article == nil)
        }
    }

    @Test func whoSaysNoIsNotRung() async throws {
        let (li, _) = try await circular("学习通知", due: Date(timeIntervalSinceNow: 3 * 86_400))
        let bell = Bell()
        await bell.refuse()
        let alarms = PlannedAlarms(bell)
        alarms.set(for: try await li.hongqi.feed().reminders())
        await alarms.settled()
        #expect(await bell.waiting.isEmpty)
    }

    @Test func theSystemIsGivenTheSoonestAndWordsAsOfThen() async throws {
        // Noon: no moment of it lies where a day ends.
        let day = Date(timeIntervalSinceNow: 40 * 86_400)
        let (li, _) = try await circular("质量月", due: Calendar.current.date(bySettingHour: 12, minute: 0, second: 0, of: day))
        let one = try #require(try await li.hongqi.feed().reminders().first)
        let first = try #require(one.remindAt.first)
        let many = (0..<100).map { place in
            Reminder(item: one.item, overdue: false, remindAt: [first.addingTimeInterval(Double(100 - place) * 86_400)])
        }
        let plan = AlarmPlan(for: many, pending: [], delivered: [])
        #expect(plan.add.count == AlarmPlan.most && plan.remove.isEmpty)
        #expect(plan.add[0].at < plan.add[1].at && abs(plan.add[0].at.timeIntervalSince(many[99].remindAt[0])) <= 1)
        let chinese = AlarmPlan(for: [one], pending: [], delivered: [], speaking: .chinese).add
        #expect(chinese.count == 3 && chinese[0].body.contains("明天"), "\(chinese.map(\.body))")
        #expect(chinese[1].body.contains("前确认") && chinese[2].body != chinese[1].body, "\(chinese.map(\.body))")
    }
}
