import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct OrganisingTests {
    @Test func anActivityIsPlannedWithRosterAgendaAndResolutionsAndChanged() async throws {
        let org = try await Park.phone("org", Cast.organiser)
        let member = try memberIdOfNumber(number: Cast.li)
        try await shown(PlanModel(org.hongqi), run: { await $0.run() }) { form in
            await until { form.org != nil }
            #expect(!form.canSave)
            (form.title, form.place, form.agenda) = ("组织生活会", "礼堂", "一、学习\n二、讨论")
            await form.save()
            let id = try #require(form.id)
            #expect(form.failure == nil && form.orgs.isEmpty)
            await form.expect(member, .voter)
            #expect(form.roster.map(\.member) == [member] && !form.others.contains { $0.id == member })
            let home = try await org.hongqi.me().home
            #expect(form.invitable.map(\.id) == [home], "a branch has nothing below it")
            await form.expectAll(of: form.invitable[0].id)
            let expected = form.roster.count
            #expect(expected >= 10)
            await form.expect(member, .none)
            #expect(form.roster.count == expected - 1)
            await form.move("通过年度计划", election: false)
            await form.move("选举支委", election: true)
            await form.withdraw(try #require(form.resolutions.first))
            #expect(form.resolutions.map(\.election) == [true], "one that was never sent is gone")
            form.place = "大礼堂"
            await form.save()
            let planned = try await org.hongqi.activities().activity(id: id)
            #expect(planned?.place == "大礼堂" && planned?.agenda == "一、学习\n二、讨论")
            await form.cancel()
            #expect(form.failure == nil)
            #expect(try await org.hongqi.activities().activity(id: id) == nil, "never sent, never planned")
        }
    }

    @Test func theRollContradictsTheScanTheDisputeNamesBothAndIsSettledWithItsReason() async throws {
        let (org, sec, li, id) = try await meeting()
        let me = try await li.hongqi.me().member
        let door = try await org.hongqi.presence().openDoor(activity: id, label: "东门")
        try await quiet(org, li)
        let code = try await org.hongqi.presence().nextCode(door: door).text
        _ = try await li.hongqi.presence().checkInWithCode(text: code)
        try await shown(RollModel(sec.hongqi, id), run: { await $0.run() }) { roll in
            await until { roll.rows.contains { $0.member == me && $0.place == .voter } }
            for mark: Mark? in [.present, .absent, .excused, nil, .present, .absent] {
                roll.cycle(me)
                #expect(roll.marks[me] == mark)
            }
            await roll.callRoll()
            await until { roll.rows.contains { $0.member == me && $0.status == .absent } }
            #expect(roll.marks.isEmpty && roll.open.isEmpty && roll.failure == nil)
            try await quiet(li, sec, org)
            await until { roll.open.map(\.member) == [me] }
        }
        let secretary = try await sec.hongqi.me().member
        try await quiet(li)
        try await shown(CheckInModel(li.hongqi, id), run: { await $0.run() }) { own in
            await until { own.sides.count == 2 && own.sides.allSatisfy { !$0.name.isEmpty } }
            #expect(Set(own.sides.map(\.mark)) == [.present, .absent], "whom it concerns sees who says what")
        }
        try await shown(PersonModel(sec.hongqi, id, me), run: { await $0.run() }) { person in
            await until { person.sides.count == 2 && person.names[me] != nil }
            #expect(Set(person.sides.map(\.by)) == [me, secretary] && Set(person.sides.map(\.mark)) == [.present, .absent])
            #expect(!person.canSettle, "not without a reason")
            person.reason = "东门已扫码，点名时未看到"
            await person.resolve(.present)
            await until { person.sides.isEmpty && person.reason.isEmpty }
            #expect(person.evidence.last?.reason == "东门已扫码，点名时未看到" && person.failure == nil)
        }
    }

    @Test func leaveIsAnsweredAndACorrectionAfterTheClosingWaitsForASecond() async throws {
        let (org, sec, li, id) = try await meeting()
        let me = try await li.hongqi.me().member
        _ = try await li.hongqi.activities().askLeave(activity: id, reason: "值班")
        try await quiet(li, org)
        try await shown(PersonModel(org.hongqi, id, me), run: { await $0.run() }) { person in
            await until { person.request?.reason == "值班" }
            await person.answer(.approve)
            await until { person.row?.status == .excused && person.request == nil }
            try await shown(MinutesModel(org.hongqi, id), run: { await $0.run() }) { minutes in
                minutes.text = "会议开始。"
                await minutes.save()
                await until { !minutes.changed }
                await minutes.closeAttendance()
                await until { minutes.closed && minutes.failure == nil }
            }
            await until { person.closed }
            person.reason = "后来到了"
            await person.correct(.present)
            await until { person.row?.pending.count == 1 }
            #expect(person.toSecond.isEmpty && person.row?.status == .excused, "nobody seconds the own correction")
        }
        try await quiet(org, sec)
        try await shown(PersonModel(sec.hongqi, id, me), run: { await $0.run() }) { person in
            await until { person.toSecond.count == 1 }
            await person.second(person.toSecond[0])
            await until { person.row?.pending.isEmpty == true && person.row?.status == .present(.attested) }
            #expect(person.failure == nil)
        }
    }

    @Test func quorumSaysWhyAndAVoteIsCounted() async throws {
        let (org, _, li, id) = try await meeting()
        let me = try await li.hongqi.me().member
        try await shown(BallotModel(org.hongqi, id), run: { await $0.run() }) { ballot in
            await until { ballot.quorum?.shortfall == .missing(1) && ballot.electionQuorum?.needed == 1 }
            await ballot.move("通过年度计划", election: false)
            await until { ballot.resolutions.count == 1 }
            try await quiet(org, li)
            let resolution = ballot.resolutions[0]
            _ = try await li.hongqi.activities().checkIn(activity: id)
            _ = try await li.hongqi.activities().vote(resolution: resolution.id, choice: .for)
            try await quiet(li, org)
            await until { ballot.quorum?.claimed == 1 && ballot.resolutions.first?.tally?.notCounted == 1 }
            try await org.hongqi.activities().callRoll(activity: id, marks: [me: .present])
            await until { ballot.quorum?.shortfall == nil && ballot.resolutions.first?.tally?.votesFor == 1 }
            await ballot.close(resolution)
            await until { ballot.resolutions.first?.closed != nil && ballot.resolutions.first?.tally?.carried == true }
            #expect(ballot.failure == nil)
        }
    }

    @Test func minutesOfTwoAreNotOverwritten() async throws {
        let (org, sec, _, id) = try await meeting()
        try await shown(MinutesModel(org.hongqi, id), run: { await $0.run() }) { model in
            try await sec.hongqi.activities().writeMinutes(activity: id, minutes: "书记的记录")
            model.text = "我的记录"
            try await quiet(sec, org)
            await until { model.theirs == "书记的记录" }
            #expect(model.text == "我的记录")
            model.takeTheirs()
            #expect(model.text == "书记的记录" && !model.changed && model.theirs == nil)
        }
    }

    @Test func numbersByOrganisationAndFilesToShare() async throws {
        let (org, _, li, id) = try await meeting()
        try await org.hongqi.activities().callRoll(activity: id, marks: [try await li.hongqi.me().member: .present])
        try await shown(NumbersModel(org.hongqi, id), run: { await $0.run() }) { model in
            await until { model.numbers != nil && !model.orgs.isEmpty }
            #expect(model.orgs[0].people.contains { $0.status == .present(.attested) })
            await model.exportPeople(in: .chinese)
            let file = try #require(model.file)
            #expect(try String(contentsOf: file, encoding: .utf8).contains("邹然星"))
            model.shared()
            #expect(model.file == nil && !FileManager.default.fileExists(atPath: file.path))
            await model.exportOrgs(in: .english)
            let numbers = try String(contentsOf: try #require(model.file), encoding: .utf8)
            #expect(!numbers.contains("邹然星") && numbers.contains("支部"))
            model.shared()
        }
    }

    @Test func theOwnHistoryFollowsWhatAnOrganiserSays() async throws {
        let (org, _, li, id) = try await meeting()
        let me = try await li.hongqi.me().member
        try await shown(HistoryModel(li.hongqi), run: { await $0.run() }) { model in
            await until { model.past != nil }
            try await org.hongqi.activities().callRoll(activity: id, marks: [me: .present])
            try await quiet(org, li)
            await until { model.past?.first { $0.activity == id }?.attendance.status == .present(.attested) }
            let past = try #require(model.past?.first { $0.activity == id })
            #expect(SpeechContext.here(in: .chinese).say(past).hasPrefix("已到，组织者确认，组织生活会"))
            #expect(past.attendance.status.name(in: .english) == "Attested by an organiser")
            #expect(model.failure == nil)
        }
    }

    /// A meeting of the branch that three phones know, with one voter.
    private func meeting() async throws -> (org: Phone, sec: Phone, li: Phone, id: DocId) {
        let org = try await Park.phone("org", Cast.organiser)
        let sec = try await Park.phone("sec", Cast.secretary)
        let li = try await Park.phone("li", Cast.li)
        let now = Date()
        let id = try await org.hongqi.activities().plan(
            org: try await org.hongqi.me().home, title: "组织生活会", place: "礼堂",
            time: Period(starts: now, ends: now.addingTimeInterval(3600)))
        try await org.hongqi.activities().expectPeople(activity: id, people: [try await li.hongqi.me().member: .voter])
        try await quiet(org, sec, li)
        return (org, sec, li, id)
    }

    /// One after the other, each to its end.
    private func quiet(_ phones: Phone...) async throws {
        for phone in phones { try await phone.sync() }
    }
}
