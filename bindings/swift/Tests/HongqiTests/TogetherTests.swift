import Foundation
import Hongqi
import HongqiTesting
import Testing

/// Consultations, groups and doors, with the network off where it may be.
@Suite(.timeLimit(.minutes(2)))
struct TogetherTests {
    @Test func aConsultationReachesTheDeskAndNotWhoIsLeftOut() async throws {
        let li = try await Park.phone("li", Cast.li)
        let top = try orgIdOfNumber(number: Cast.top)
        let secretary = try memberIdOfNumber(number: Cast.secretary)
        let proposed = try await li.hongqi.consult().proposal(desk: top)
        #expect(proposed.first { $0.member == secretary }?.why == .ownSecretary)
        let space = try await li.hongqi.consult().ask(
            desk: top, subject: "党费怎么算", category: .policy, question: "兼职收入算不算？",
            leaveOut: proposed.map(\.member))
        let asked = try await li.hongqi.consult().consultation(space: space)
        #expect(asked?.delivery == .onDevice && asked?.state.phase == .open)
        let readers = try await li.hongqi.consult().readers(space: space)
        #expect(readers.contains { $0.office == Office(org: top, role: .secretary) })
        #expect(!readers.contains { $0.member == secretary })

        try await li.sync()
        let desk = try await Park.phone("top", Cast.topSecretary)
        try await desk.hongqi.consult().answered(space: space)
        try await desk.sync()
        try await li.sync()
        #expect(try await first(of: li.hongqi.consultation(in: space))??.state.phase == .answered)
        #expect(try await first(of: li.hongqi.consultations())?.contains { $0.space == space } == true)
        #expect(try await desk.messages(in: space).map(\.body) == ["兼职收入算不算？"])
        let left = try await Park.phone("sec", Cast.secretary)
        #expect(try await left.hongqi.consult().consultation(space: space) == nil)
    }

    @Test func aGroupReachesWhoIsInItAndAMentionWhomItMeans() async throws {
        let li = try await Park.phone("li", Cast.li)
        let member = try memberIdOfNumber(number: Cast.others[0])
        let group = try await li.hongqi.gatherings().openGroup(topic: "三号线检修", members: [])
        let opened = try #require(try await li.hongqi.gatherings().gathering(id: group))
        #expect(opened.state == .running && opened.mayLead && opened.delivery == .onDevice)
        _ = try await li.hongqi.talk().post(space: opened.space, body: "你带钥匙", mentions: [member])
        try await li.sync()
        try await li.hongqi.gatherings().bringIn(group: group, members: [member])
        try await li.sync()
        let inIt = try await first(of: li.hongqi.participants(in: opened))?.map(\.member)
        #expect(inIt?.contains(member) == true && inIt?.count == 2)
        let other = try await Park.phone("other", Cast.others[0])
        let seen = try await other.hongqi.gatherings().running().first { $0.id == group }
        #expect(seen?.topic == "三号线检修")
        #expect(try await other.messages(in: opened.space).map(\.mentionsMe) == [true])
    }

    @Test func aDoorAndAMemberMeetWithNoNetwork() async throws {
        let org = try await Park.phone("org", Cast.organiser)
        let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded())
        let activity = try await org.hongqi.activities().plan(
            org: try await org.hongqi.me().home, title: "主题党日", place: "三楼",
            time: Period(starts: now, ends: now.addingTimeInterval(3600)))
        let door = try await org.hongqi.presence().openDoor(activity: activity, label: "东门")
        try await org.sync()
        let li = try await Park.phone("li", Cast.li)

        // Offline from here.
        let code = try #require(try await first(of: org.hongqi.doorCodes(of: door)))
        #expect(code.svg.contains("<svg"))
        guard case .in(activity: let came, doc: _) = try await li.hongqi.presence().checkInWithCode(text: code.text)
        else { Issue.record("the code was not taken"); return }
        #expect(came == activity)
        let card = try #require(try await first(of: li.hongqi.ownCards()))
        guard case .admitted(let who) = try await org.hongqi.presence().scanCard(door: door, text: card.text)
        else { Issue.record("the card was not taken"); return }
        #expect(who.member == (try await li.hongqi.me().member) && !who.expected)
        #expect(try await li.hongqi.presence().checkInWithCode(text: card.text) == .refused(.malformed))
        let doors = try #require(try await first(of: org.hongqi.doors(of: activity)))
        #expect(doors.map(\.id) == [door] && doors[0].present == 1)
        let row = try await first(of: org.hongqi.attendance(of: activity))?.first { $0.member == who.member }
        #expect(row?.status == .present(.witnessed))
    }

    private func first<Item: Sendable>(of stream: AsyncThrowingStream<Item, any Error>) async throws -> Item? {
        for try await item in stream { return item }
        return nil
    }
}
