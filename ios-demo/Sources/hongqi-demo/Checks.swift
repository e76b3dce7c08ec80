import Foundation
import Hongqi
import HongqiTesting

/// What must hold at the end of the day.
func checkAll(_ phones: [Phone], _ traces: Traces, _ server: ServerProcess, _ story: Story) async throws {
    let (li, sec, org) = (phones[0], phones[1], phones[2])

    story.part("The feed, on all three 三部手机上的信息流")
    let feed = try await each(phones) { try await $0.feed() }
    story.screen(feed[0].lines)
    story.same("all three show the same feed: order, titles, marks", feed)
    story.check(feed[0].lines.count == 4, "it holds the four articles")
    story.check(feed[0].lines.first?.contains("更新") == true, "the pinned circular is on top")

    story.part("The discussions, on all three 三部手机上的讨论")
    let standing = try await each(phones) { try await $0.talk(traces.standing) }
    story.screen(standing[0].lines)
    story.same("all three show the same discussion of the branch: order, texts, reactions", standing)
    story.check(standing[0].lines.count == 3, "it holds three messages")
    story.check(standing[0].lines.first?.hasSuffix("👍×2") == true, "the first carries two 👍")
    let thread = try await each(phones) { try await $0.talk(traces.thread) }
    story.same("all three show the same thread below the circular", thread)
    for phone in phones {
        let messages = try await phone.messages(in: traces.thread)
        let once = messages.map(\.id) == [traces.comment]
        let corrected = messages.allSatisfy { $0.body.contains("交流心得") && !$0.edited }
        story.check(once && corrected, "\(phone.name): one comment, with the corrected text and no trace of the first")
        let unheard = try await phone.hongqi.search().find(query: secretWord).isEmpty
        story.check(unheard, "\(phone.name): the withdrawn comment never arrived")
    }
    let (never, held) = (try holds(server, traces.withdrawn), try holds(server, traces.comment))
    story.check(!never && held, "no file of the server holds the withdrawn comment's id; the other's it does")

    story.part("The circular 必读通知")
    for phone in [li, sec] {
        let count = try await phone.hongqi.feed().article(id: traces.circular)?.acknowledgements
        story.check(count == .exactly(1), "\(phone.name) knows of exactly one acknowledgement")
    }

    story.part("The attendance of the lesson 微党课考勤")
    let whole = try await each([sec, org]) { try await $0.roll(traces.lunch) }
    story.screen(whole[0].lines)
    story.same("@sec and @org, who keep the desk, show the same whole table", whole)
    story.check(whole[0].lines.count == 5, "it holds five people")
    let me = try await li.hongqi.me().member
    let own = try await each(phones) { try await $0.roll(traces.lunch, only: me) }
    story.same("all three show the same of @li (a member sees the own row only)", own)
    let rows = try await sec.hongqi.activities().attendance(activity: traces.lunch)
    let mine = rows.first { $0.member == me }
    story.check(
        mine?.status == .present(.attested) && mine?.receivedAt != nil,
        "@li is present, by the own word and the organiser's")
    let disputed = rows.filter { if case .disputed = $0.status { true } else { false } }
    story.check(disputed.count == 1, "one person is disputed, with both named; nothing was overwritten")
    let others = try await li.hongqi.activities().attendance(activity: traces.lunch).filter { $0.member != me }
    story.check(others.isEmpty, "@li is told nothing about anybody else's attendance")

    story.part("The evening 晚上的主题党日")
    let activities = try await each(phones) { try await $0.activities().map { "\($0.title)  \($0.place)" } }
    story.screen(activities[0].lines)
    story.same("all three show the same two activities", activities)
    story.check(activities[0].lines.count == 2, "there are two")
    let evening = try await li.activities().contains { $0.id == traces.evening }
    story.check(evening, "@li has the evening's activity under the id it was born with")

    story.part("The outboxes 发件箱")
    for phone in phones {
        let waiting = try await phone.outbox()
        story.check(waiting.isEmpty, "\(phone.name): empty, everything is at the server")
    }
}

private func each(
    _ phones: [Phone], _ look: (Phone) async throws -> [String]
) async throws -> [(phone: String, lines: [String])] {
    var shown: [(phone: String, lines: [String])] = []
    for phone in phones { shown.append((phone.name, try await look(phone))) }
    return shown
}

/// Whether any file of the server holds this document's id: its tables, its logs or their journal.
private func holds(_ server: ServerProcess, _ doc: DocId) throws -> Bool {
    let digits = Array(doc.hex)
    let bytes = Data(stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) })
    let files = try FileManager.default.contentsOfDirectory(at: server.data, includingPropertiesForKeys: nil)
    return try files.contains { try Data(contentsOf: $0).range(of: bytes) != nil }
}
