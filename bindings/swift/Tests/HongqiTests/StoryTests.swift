import Foundation
import Hongqi
import HongqiTesting
import Testing

/// What a member does, against a real server.
@Suite(.timeLimit(.minutes(2)))
struct StoryTests {
    @Test func readsAndWritesOfflineAcrossARestartAndArrivesOnce() async throws {
        let sec = try await Park.phone("sec", Cast.secretary)
        let li = try await Park.phone("li", Cast.li)
        let talk = try await li.standing()
        let greeting = try await sec.hongqi.talk().post(space: talk, body: "今天午间微党课。")
        try await sec.sync()
        try await li.sync()

        // Offline from here.
        #expect(try await li.messages(in: talk).contains { $0.id == greeting && $0.delivery == .atServer })
        let answer = try await li.hongqi.talk().post(space: talk, body: "收到，我带笔记本 📓", reply: greeting)
        try await li.hongqi.talk().react(message: greeting, emoji: "👍")
        let waiting = try await li.hongqi.outbox().items()
        #expect(waiting.first { $0.doc == answer }?.delivery == .onDevice)

        let again = try await li.restarted()
        #expect(try await again.hongqi.outbox().items() == waiting)
        let kept = try await again.messages(in: talk).first { $0.id == answer }
        #expect(kept?.body == "收到，我带笔记本 📓" && kept?.reply == greeting)

        try await again.sync()
        try await sec.sync()
        #expect(try await again.hongqi.outbox().items().isEmpty)
        let arrived = try await sec.messages(in: talk)
        #expect(arrived.filter { $0.id == answer }.map(\.body) == ["收到，我带笔记本 📓"])
        let reactions = arrived.first { $0.id == greeting }?.reactions
        #expect(reactions == [ReactionView(emoji: "👍", count: 1, own: false)])
    }

    @Test func hearsOfWhatAnotherPhoneChanges() async throws {
        let sec = try await Park.phone("sec", Cast.secretary)
        let li = try await Park.phone("li", Cast.li)
        let talk = try await li.standing()
        let (hongqi, body) = (li.hongqi, "通知\(UUID().uuidString)")
        try hongqi.network(up: true)
        let pages = try hongqi.observe([.talk(talk)]) { try await hongqi.talk().page(space: talk).messages }
        try sec.hongqi.network(up: true)
        _ = try await sec.hongqi.talk().post(space: talk, body: body)
        for try await messages in pages where messages.contains(where: { $0.body == body }) { return }
        Issue.record("the stream ended")
    }

    @Test func aRefusalIsShownWithItsReasonAndTheTextIsKept() async throws {
        let server = try ServerProcess.start()
        let sec = try await Phone.enrolled("sec", Cast.secretary, at: server)
        let branch = try await sec.hongqi.me().home
        let article = try await sec.hongqi.feed().publish(
            org: branch, title: "支部动态", body: "正文", category: .information)
        try server.revoke("secretary", of: Cast.secretary, on: Cast.branch)
        try await sec.sync()
        let refused = try await sec.hongqi.outbox().items().first { $0.doc == article }
        #expect(refused?.delivery == .refused(.notAllowed))
        #expect(Refusal.notAllowed.text(in: .chinese) == "您没有权限在此发布")
        try await sec.hongqi.outbox().discard(doc: article)
        #expect(try await sec.hongqi.outbox().items().isEmpty)
    }

    @Test func activitiesAttendanceSearchAndPersonalMarks() async throws {
        let org = try await Park.phone("org", Cast.organiser)
        let li = try await Park.phone("li", Cast.li)
        let (me, starts) = (try await li.hongqi.me(), Date(timeIntervalSince1970: 4_000_000_000.125))
        let time = Period(starts: starts, ends: starts.addingTimeInterval(3600))
        let lesson = try await org.hongqi.activities().plan(
            org: try await org.hongqi.me().home, title: "微党课：一只泵阀", place: "食堂二楼", time: time, note: "带笔记本")
        try await org.hongqi.activities().callRoll(activity: lesson, marks: [me.member: .present])
        try await org.sync()
        try await li.sync()
        _ = try await li.hongqi.activities().checkIn(activity: lesson)
        let shown = try await li.hongqi.activities().list(from: starts).first { $0.id == lesson }
        #expect(shown?.starts == starts && shown?.note == "带笔记本", "times keep their milliseconds")
        try await li.sync()
        try await org.sync()
        let row = try await org.hongqi.activities().attendance(activity: lesson).first { $0.member == me.member }
        #expect(row?.status == .present(.attested))
        #expect(try await li.hongqi.search().find(query: "泵阀").contains { $0.doc == lesson && $0.kind == .activity })
        try await li.hongqi.personal().bookmark(doc: lesson, kept: true)
        #expect(try await li.hongqi.personal().bookmarks().contains(lesson))
        let speech = SpeechContext.here(in: .chinese, timeZone: TimeZone(secondsFromGMT: 8 * 3600)!)
        #expect(speech.say(try #require(shown)).contains("微党课"))
    }
}
