import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct DutyTests {
    private final class Bell: Alarms {
        var set: [DocId: [Date]] = [:]

        func set(for reminders: [Reminder]) {
            set = Dictionary(reminders.map { ($0.item.id, $0.remindAt) }, uniquingKeysWith: { first, _ in first })
        }
    }

    @Test func aCircularRemindsUntilItIsAcknowledgedAndTheSecretarySeesWhoHasNot() async throws {
        let sec = try await Park.phone("sec", Cast.secretary)
        let li = try await Park.phone("li", Cast.li)
        let due = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded() + 3 * 86_400)
        let id = try await sec.hongqi.feed().publish(
            org: try await sec.hongqi.me().home, title: "学习通知", body: "三日内学习。", category: .circular, mustRead: true,
            due: due)
        try await sec.sync()
        try await li.sync()
        let bell = Bell()
        try await shown(RemindersModel(li.hongqi, alarms: bell), run: { await $0.run() }) { model in
            await until { model.reminders.contains { $0.item.id == id && !$0.overdue } }
            #expect(bell.set[id]?.count == 3)
            try await sec.hongqi.feed().edit(article: id, due: .removed)
            try await sec.sync()
            try await li.sync()
            await until { model.reminders.first { $0.item.id == id }?.remindAt.isEmpty == true }
            #expect(bell.set[id] == [], "no date, and no alarm of the one before")
            try await li.hongqi.feed().acknowledge(article: id)
            await until { !model.reminders.contains { $0.item.id == id } }
            #expect(bell.set[id] == nil, "an acknowledgement that waits to be sent is one")
        }
        let me = try await li.hongqi.me().member
        try await shown(OutstandingModel(sec.hongqi, id), run: { await $0.run() }) { model in
            await until { model.outstanding?.branches.first?.members.contains { $0.id == me } == true }
            try await li.sync()
            try await sec.sync()
            await until { model.outstanding?.branches.first?.members.contains { $0.id == me } == false }
            #expect(model.outstanding?.branches.first?.acknowledged == 1 && !model.isEmpty)
        }
        try await shown(OutstandingModel(li.hongqi, id), run: { await $0.run() }) { model in
            await until { model.outstanding != nil }
            #expect(model.isEmpty, "who leads nobody sees nobody")
        }
    }

    @Test func readersSeeHowAnArticleWasCorrected() async throws {
        let sec = try await Park.phone("sec", Cast.secretary)
        let li = try await Park.phone("li", Cast.li)
        let id = try await sec.hongqi.feed().publish(
            org: try await sec.hongqi.me().home, title: "停水通知", body: "周四停水。", category: .information)
        try await sec.sync()
        try await sec.hongqi.feed().edit(article: id, body: "周五停水。")
        try await sec.sync()
        try await li.sync()
        try await shown(RevisionsModel(li.hongqi, id), run: { await $0.run() }) { model in
            await until { model.revisions.map(\.body) == ["周五停水。", "周四停水。"] }
        }
    }
}
