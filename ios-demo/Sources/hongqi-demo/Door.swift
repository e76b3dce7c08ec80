import Hongqi
import HongqiTesting

/// The evening: a door with no network, a roll call that contradicts it, and how that is settled. Everybody has heard of
/// the activity.
func playDoor(_ phones: inout [Phone], _ evening: DocId, _ story: Story) async throws {
    let (li, sec) = (phones[0], phones[1])
    let me = try await li.hongqi.me().member

    story.part("17:30  @org opens a door for the evening while there is a network 晚上的签到点")
    let door = try await phones[2].hongqi.presence().openDoor(activity: evening, label: "北门")
    for phone in [phones[2], li] { try await phone.sync() }

    story.part("18:00  At the door. Nobody has a network 门口，没有网络")
    let old = try await phones[2].hongqi.presence().nextCode(door: door)
    story.say("  @org's phone shows a code that changes every 15 seconds; as text:")
    story.screen(["\(old.text.prefix(32))…"])
    for _ in 1...2 {
        phones[2] = try await phones[2].restarted()
        _ = try await phones[2].hongqi.presence().nextCode(door: door)
    }
    let org = phones[2]
    let code = try await org.hongqi.presence().nextCode(door: door)
    story.check(code.counter >= old.counter + 2, "it is switched off and on twice: no counter comes twice, none goes back")

    let presence = try li.hongqi.presence()
    let scanned = try await presence.checkInWithCode(text: code.text, activity: evening)
    story.check(scanned.isIn, "@li scans it and is checked in; the phone verifies the signature by itself")
    try await presence.checkOut(activity: evening)
    let shot = try await presence.checkInWithCode(text: old.text, activity: evening)
    story.check(
        shot == .refused(.expired),
        "@li goes out, and the picture of the first code does not let anybody back in: \(story.zh.say(shot))")

    let card = try await presence.ownCard().text
    let seen = try await org.hongqi.presence().scanCard(door: door, text: card)
    if case .admitted(let who) = seen {
        story.check(who.member == me, "@org's phone scans @li's card instead: \(story.zh.say(seen))")
    } else {
        story.fail("@li's card is not taken: \(story.zh.say(seen))")
    }
    story.say("  @sec, who did not see @li come in, calls the roll without a network: absent.")
    try await sec.hongqi.activities().callRoll(activity: evening, marks: [me: .absent])

    story.part("20:00  The network is back 网络恢复")
    for phone in [li, sec, org, li] { try await phone.sync() }
    let secretary = try await sec.hongqi.me().member
    for phone in phones {
        let row = try await phone.hongqi.activities().attendance(activity: evening).first { $0.member == me }
        guard case .disputed(let words) = row?.status else {
            story.fail("\(phone.name): @li is not disputed")
            continue
        }
        let absent = words.filter { $0.mark == .absent }.map(\.by)
        let present = words.filter { $0.mark == .present }.map(\.by)
        story.check(
            absent == [secretary] && !present.isEmpty,
            "\(phone.name): @li is disputed, who saw @li and the roll call both named")
    }
    _ = try await sec.hongqi.activities().resolve(
        activity: evening, member: me, mark: .present, reason: "北门签到点已扫码，点名时未看到")
    story.say("  @sec settles it, with the reason: scanned at the north gate.")
    for phone in [sec, li, org] { try await phone.sync() }
    for phone in phones {
        let row = try await phone.hongqi.activities().attendance(activity: evening).first { $0.member == me }
        let present = if case .present = row?.status { true } else { false }
        story.check(present, "\(phone.name): \(row.map { story.zh.say($0) } ?? "nothing is known of @li")")
    }
}

extension CodeScan {
    fileprivate var isIn: Bool {
        if case .in = self { true } else { false }
    }
}
