import Foundation
import Hongqi
import HongqiTesting

private let hour: TimeInterval = 3600
/// Occurs in the withdrawn comment and nowhere else.
let secretWord = "麒麟"

/// What the day leaves behind.
struct Traces {
    let circular, comment, withdrawn, lunch, evening: DocId
    let standing, thread: SpaceId
}

func play(_ phones: inout [Phone], _ story: Story) async throws -> Traces {
    let (li, sec, org) = (phones[0], phones[1], phones[2])
    let branch = try await li.hongqi.me().home
    let top = try orgIdOfNumber(number: Cast.top)
    let standing = try standingTalkOf(org: branch)
    let now = Date()

    story.part("07:30  Morning. Everybody is online 早晨，都在线")
    let circular = try await publish(sec, top, branch, due: now + 72 * hour)
    let greeting = try await sec.hongqi.talk().post(space: standing, body: "今天午间微党课，十二点半食堂二楼，请大家带上笔记本。")
    let lunch = try await plan(sec, branch, "午间微党课：从一只泵阀看质量", "食堂二楼", now + hour)
    for phone in [sec, li, org] { try await phone.sync() }
    story.screen(try await li.feed())
    let arrived = (try await li.feed().count, try await org.feed().count)
    story.check(arrived == (4, 4), "four articles have reached @li and @org")
    let thread = try threadOf(doc: circular)
    for phone in phones { try await phone.hongqi.talk().join(space: thread) }

    story.part("12:30  A basement canteen. @li and @org have no network 地下食堂，没有网络")
    do {
        _ = try await li.hongqi.feed().publish(org: branch, title: "不该发出的文章", body: "正文", category: .information)
        story.fail("@li published")
    } catch let error as HongqiError {
        story.check(error.code == .notAllowed, "@li may not publish and is told so at once: \(error.text(in: .chinese).what)")
    }
    try await li.hongqi.personal().markRead(article: circular)
    for _ in 1...2 { try await li.hongqi.feed().acknowledge(article: circular) }
    story.say("  @li reads the circular and acknowledges it, twice for good measure.")
    let talk = try li.hongqi.talk()
    let comment = try await talk.post(space: thread, body: "泵阀车间的党员已经学完了。")
    try await talk.edit(message: comment, body: "泵阀车间的党员已经学完了，下午交流心得。")
    let withdrawn = try await talk.post(space: thread, body: "这条写错了，\(secretWord)")
    try await talk.withdraw(message: withdrawn)
    try await talk.react(message: greeting, emoji: "👍")
    _ = try await li.hongqi.activities().checkIn(activity: lunch)
    story.say("  @li comments and corrects the comment, withdraws another one, gives a 👍, says \"I am here\".")
    for (word, least) in [("泵阀", 3), ("党", 4), ("质", 3)] {
        let hits = try await li.hongqi.search().find(query: word)
        story.check(hits.count >= least, "@li searches \(word) and finds \(hits.count) things")
    }
    let own = try await li.hongqi.search().find(query: "交流心得")
    story.check(own.count == 1, "the own comment, not sent yet, is found by its corrected words")
    let gone = try await li.hongqi.search().find(query: secretWord)
    story.check(gone.isEmpty, "the withdrawn comment is not")

    let evening = try await plan(org, branch, "主题党日：清扫园区步道", "园区北门", now + 6 * hour)
    _ = try await org.hongqi.talk().post(space: standing, body: "收到，晚上六点北门集合，扫把我来带。", reply: greeting)
    try await org.hongqi.talk().react(message: greeting, emoji: "👍")
    let others = try Cast.others.map { try memberIdOfNumber(number: $0) }
    var marks: [MemberId: Mark] = [try await li.hongqi.me().member: .present, try await org.hongqi.me().member: .present]
    for (member, mark) in zip(others, [Mark.present, .excused, .present]) { marks[member] = mark }
    try await org.hongqi.activities().callRoll(activity: lunch, marks: marks)
    story.say("  @org plans the evening, answers in the branch's discussion and calls the roll of the lesson.")

    let traces = Traces(
        circular: circular, comment: comment, withdrawn: withdrawn, lunch: lunch, evening: evening,
        standing: standing, thread: thread)
    for at in [0, 2] {
        let before = try await phones[at].all(traces)
        phones[at] = try await phones[at].restarted()
        let after = try await phones[at].all(traces)
        let name = phones[at].name
        story.same(
            "\(name) is switched off and on: all of it is still there",
            [("\(name) before", before), ("\(name) after", after)])
    }
    let speech = SpeechContext.here(in: .chinese)
    story.screen(try await phones[0].outbox().prefix(3).map { speech.say($0) })

    story.part("13:00  Meanwhile @sec is online 书记在线")
    try await sec.hongqi.feed().edit(article: circular, title: "关于开展质量月学习的通知（更新）")
    try await sec.hongqi.feed().pin(article: circular, pinned: true)
    _ = try await sec.hongqi.talk().post(space: standing, body: "补充：笔记本由支部统一准备。")
    try await sec.hongqi.activities().callRoll(activity: lunch, marks: [others[2]: .absent])
    try await sec.sync()
    story.say("  @sec corrects and pins the circular, adds a message and notes somebody as absent whom @org saw there.")

    story.part("17:00  The network is back 网络恢复")
    let rounds = try await quiet(phones, traces)
    story.say("  All three have exchanged what they had; quiet after \(rounds) rounds.")
    return traces
}

/// Four articles; the last is the circular.
private func publish(_ sec: Phone, _ top: OrgId, _ branch: OrgId, due: Date) async throws -> DocId {
    let feed = try sec.hongqi.feed()
    _ = try await feed.publish(
        org: top, title: "园区要闻：三家企业通过能效认证", body: "青岚园区三家泵阀企业通过了新一轮能效认证，平均节电百分之九。",
        category: .zoneNews)
    _ = try await feed.publish(
        org: top, title: "每日一学：质量记录怎么写", body: "本周学习要点：把质量记录写清楚，把身边的小改进写下来。",
        category: .information)
    _ = try await feed.publish(
        org: branch, title: "支部动态：两名预备党员转正", body: "支部本月有两名预备党员转正，讨论会时间另行通知。",
        category: .information)
    return try await feed.publish(
        org: top, title: "关于开展质量月学习的通知", body: "请各支部三日内组织学习，每名党员学习后在手机上确认。\n学习材料见附页。",
        category: .circular, mustRead: true, due: due)
}

private func plan(_ phone: Phone, _ org: OrgId, _ title: String, _ place: String, _ starts: Date) async throws -> DocId {
    try await phone.hongqi.activities().plan(
        org: org, title: title, place: place, time: Period(starts: starts, ends: starts + hour), note: "请提前十分钟到场。")
}

/// Lets all phones exchange until nothing changes on any of them.
private func quiet(_ phones: [Phone], _ traces: Traces) async throws -> Int {
    var before: [[String]] = []
    for round in 1...10 {
        for phone in phones { try await phone.sync() }
        var now: [[String]] = []
        for phone in phones { now.append(try await phone.all(traces)) }
        if now == before { return round }
        before = now
    }
    throw TestingError("the phones still had something to say after ten rounds")
}
