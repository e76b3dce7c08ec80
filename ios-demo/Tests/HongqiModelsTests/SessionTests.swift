import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct PresenceTests {
    @Test func aMemberChecksInAndTheOrganiserCallsTheRoll() async throws {
        let org = try await Park.phone("org", Cast.organiser)
        let li = try await Park.phone("li", Cast.li)
        let me = try await li.hongqi.me().member
        let starts = Date(timeIntervalSince1970: 4_000_000_000)
        let id = try await org.hongqi.activities().plan(
            org: try await org.hongqi.me().home, title: "微党课", place: "食堂", time: Period(starts: starts, ends: starts))
        try await org.sync()
        try await li.sync()
        try await shown(ActivitiesModel(li.hongqi), run: { await $0.run() }) { list in
            await until { list.activities.contains { $0.id == id } }
        }
        try await shown(CheckInModel(li.hongqi, id), run: { await $0.run() }) { model in
            await until { model.canCheckIn }
            #expect(model.members.isEmpty, "who may not call the roll is not shown it")
            await model.checkIn()
            await until { model.activity?.checkedIn == .onDevice && !model.canCheckIn }
        }
        try await li.sync()
        try await org.sync()
        try await shown(CheckInModel(org.hongqi, id), run: { await $0.run() }) { model in
            await until { model.members.contains { $0.id == me } && !model.attendance.isEmpty }
            #expect(model.attendance.first { $0.member == me }?.status == .present(.claimed))
            model.cycle(me)
            #expect(model.marks[me] == .present)
            await model.callRoll()
            await until { model.attendance.first { $0.member == me }?.status == .present(.attested) }
            #expect(model.marks.isEmpty && model.failure == nil)
            for mark: Mark? in [.present, .absent, .excused, nil] {
                model.cycle(me)
                #expect(model.marks[me] == mark)
            }
        }
    }

    @Test func enrolmentByTheFormAndItsErrors() async throws {
        let server = try Park.server.get()
        let phone = try await Phone.new("new", of: server)
        try phone.hongqi.network(up: true)
        try await shown(SessionModel(phone.hongqi), run: { await $0.run() }) { model in
            await until { model.enrolled == false }
            model.server = server.url.absoluteString
            model.code = "没有这个码"
            await model.enrol()
            #expect(model.failure != nil && model.enrolled == false && model.code == "没有这个码")
            model.failure = nil
            model.code = " \(try server.invite(Cast.li)) "
            await model.enrol()
            #expect(model.failure == nil && model.code.isEmpty)
            await until { model.enrolled == true && model.line == nil }
            try phone.hongqi.network(up: false)
            await until { model.line == Words.offline.text() }
        }
    }
}

@Suite
struct WordsTests {
    @Test(arguments: Words.allCases)
    func saysTheSameInBothLanguages(_ word: Words) {
        let (chinese, english) = (word.text(in: .chinese, "3"), word.text(in: .english, "3"))
        #expect(chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(word) is not Chinese")
        #expect(english.contains(where: \.isLetter) && !english.unicodeScalars.contains { $0.value >= 0x4E00 && $0.value < 0xA000 })
        #expect(chinese.contains("3") == english.contains("3"), "\(word) takes a value in one language only")
        #expect(!chinese.contains("%") && !english.contains("%"))
    }
}
