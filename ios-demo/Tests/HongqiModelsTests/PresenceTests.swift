import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct PresenceTests {
    @Test func aMemberScansTheDoorIsToldWhyACodeIsNotTakenGoesAndIsCounted() async throws {
        let (org, li, id) = try await meeting()
        let door = try await org.hongqi.presence().openDoor(activity: id, label: "东门")
        try await org.sync()
        try await li.sync()

        // Offline from here.
        let code = try await org.hongqi.presence().nextCode(door: door).text
        try await shown(CheckInModel(li.hongqi, id), run: { await $0.run() }) { model in
            await until { model.canCheckIn && !model.mayOrganise && !model.mayStandAtDoor }
            await model.scanned("https://example.org")
            #expect(model.scan == .refused(.malformed) && model.canCheckIn)
            let said = SpeechContext.here(in: .chinese).say(try #require(model.scan))
            #expect(said.contains("未签到"))
            // The last sign carries spare bits; one before it does not.
            let at = code.index(code.endIndex, offsetBy: -8)
            let forged = code.replacingCharacters(in: at...at, with: code[at] == "A" ? "B" : "A")
            await model.scanned(forged)
            #expect(model.scan == .refused(.forged))
            await model.scanned(code)
            guard case .in = model.scan else { Issue.record("\(String(describing: model.scan))"); return }
            model.scanSeen()
            await until { model.own?.status == .present(.scanned) && model.canCheckOut && !model.canCheckIn }
            await model.scanned(code)
            #expect(model.scan == .already(activity: id))
            await model.scannedOut(forged)
            #expect(model.scanOut == .refused(.forged) && model.canCheckOut)
            await model.scannedOut(code)
            guard case .out = model.scanOut else { Issue.record("\(String(describing: model.scanOut))"); return }
            #expect(SpeechContext.here(in: .chinese).say(try #require(model.scanOut)) == "签退成功")
            await until { model.own?.went != nil && !model.canCheckOut && model.failure == nil }
            #expect(model.own?.stayedMs != nil)
            // Who has gone may come back, and asks for no leave any more.
            #expect(model.canCheckIn && !model.canAskLeave)
            await model.checkIn()
            await until { model.canCheckOut && !model.canCheckIn && model.failure == nil }
        }
    }

    @Test func whoAHostTookInMayGoAndIsSeenToGo() async throws {
        let (org, li, id) = try await meeting()
        let door = try await org.hongqi.presence().openDoor(activity: id, label: "东门")
        let scan = try await org.hongqi.presence().scanCard(door: door, text: try await li.hongqi.presence().ownCard().text)
        guard case .admitted = scan else { Issue.record("\(scan)"); return }
        try await org.sync()
        try await shown(CheckInModel(li.hongqi, id), run: { await $0.run() }) { model in
            await until { model.canCheckIn && model.canAskLeave && !model.canCheckOut }
            try await li.sync()
            await until { model.canCheckOut && !model.canCheckIn && !model.canAskLeave }
            #expect(model.activity?.checkedIn == nil, "by no word of their own")
            await model.checkOut()
            await until { model.isThere == false && !model.canCheckOut && model.canCheckIn }
            #expect(model.failure == nil)
        }
    }

    @Test func aMemberAsksForLeaveTakesItBackChecksInAndVotes() async throws {
        let (org, li, id) = try await meeting()
        let me = try await li.hongqi.me().member
        try await org.hongqi.activities().expectPeople(activity: id, people: [me: .voter])
        let resolution = try await org.hongqi.activities().moveResolution(activity: id, title: "通过工作计划")
        try await org.sync()
        try await li.sync()
        try await shown(CheckInModel(li.hongqi, id), run: { await $0.run() }) { model in
            await until { model.canAskLeave && model.resolutions.count == 1 }
            await model.askLeave(reason: "值班")
            await until { model.own?.leave == .asked && model.canWithdrawLeave && !model.canAskLeave }
            await model.withdrawLeave()
            await until { !model.canWithdrawLeave && model.canAskLeave }
            await model.checkIn()
            await until { model.activity?.checkedIn == .onDevice }
            let moved = try #require(model.resolutions.first)
            #expect(moved.id == resolution && model.canVote(on: moved))
            await model.vote(.for, on: moved)
            await until { model.resolutions.first?.own?.choice == .for }
            #expect(model.failure == nil)
        }
    }

    @Test func theOwnCardIsAPictureOfSquares() async throws {
        let li = try await Park.phone("li", Cast.li)
        try await shown(CardModel(li.hongqi), run: { await $0.run() }) { model in
            await until { model.picture != nil && !model.name.isEmpty }
            let picture = try #require(model.picture)
            #expect(model.text.hasPrefix("HQ1:"))
            // Three corners of a QR code begin with a dark line of seven modules, behind the quiet zone of four.
            let module = try #require(picture.dark.map(\.height).min())
            let row = picture.dark.filter { $0.y == 4 * module }.map(\.x)
            #expect(row.first == 4 * module && picture.side.isMultiple(of: module))
            #expect(picture.dark.allSatisfy { $0.x + $0.width <= picture.side - 4 * module })
        }
        for svg in ["", "<svg viewBox=\"0 0 4 4\"", "<svg viewBox=\"0 0 4 5\"><path d=\"M1 1h1v1H1V1\"", "<svg viewBox=\"0 0 4 4\"><path d=\"M1 1h1\""] {
            #expect(QrPicture(svg: svg) == nil)
        }
    }

    @Test func aHostPreparesOpensADoorScansFindsCountsAndShuts() async throws {
        let (org, li, id) = try await meeting()
        let host = try await Park.phone("host", Cast.host)
        let everybody = try await org.hongqi.me().home
        _ = try await org.hongqi.activities().expectMembers(activity: id, orgs: [everybody])
        try await org.sync()
        try await host.sync()
        let door = try await shown(DoorsModel(host.hongqi, id), run: { await $0.run() }) { model in
            await until { model.ready }
            await model.prepare()
            (model.label) = " "
            await model.open()
            #expect(model.doors.isEmpty && model.failure == nil)
            model.label = "西门"
            await model.open()
            await until { model.doors.count == 1 && model.label.isEmpty }
            #expect(model.isOwn(model.doors[0]) && model.doors[0].expected >= 10)
            return model.doors[0].id
        }
        try await shown(DoorModel(host.hongqi, door), run: { await $0.run() }) { model in
            await until { model.code != nil && model.door != nil }
            let card = try await li.hongqi.presence().ownCard().text
            await model.scanned("HQ2:AA")
            #expect(model.light == .red && model.scan == .refused(.wrongVersion))
            await model.scanned(card)
            #expect(model.light == .green)
            await until { model.door?.present == 1 && model.door?.ofExpected == 1 }
            model.scanSeen()
            model.query = "jiang"
            await model.find()
            let found = try #require(model.found.first)
            #expect(found.name.hasPrefix("姜") && !found.present)
            await model.admit(found)
            await until { model.found.first?.present == true && model.door?.present == 2 }
            await model.seeOut(found)
            await model.count(guests: 3)
            await model.count(guests: -1)
            await until { model.door?.guests == 2 }
            await model.shut()
            await until { model.door?.shut == true && model.code == nil }
            #expect(model.failure == nil)
        }
    }

    @Test func aRevokedPhonesCardIsAmberAndTheHostDecides() async throws {
        let server = try ServerProcess.start()
        let org = try await Phone.enrolled("org", Cast.organiser, at: server)
        let li = try await Phone.enrolled("li", Cast.li, at: server)
        let id = try await plan(on: org)
        let door = try await org.hongqi.presence().openDoor(activity: id, label: "东门")
        try server.revoke(try await li.hongqi.me().device)
        try await org.sync()
        let card = try await li.hongqi.presence().ownCard().text
        try await shown(DoorModel(org.hongqi, door), run: { await $0.run() }) { model in
            await until { model.door != nil }
            await model.scanned(card)
            guard case .amber(let amber) = model.scan else { Issue.record("\(String(describing: model.scan))"); return }
            #expect(model.light == .amber && amber.doubt == .revokedDevice && model.door?.present == 0)
            await model.admitAnyway()
            #expect(model.light == .green && model.failure == nil)
            await until { model.door?.present == 1 }
        }
        let row = try await org.hongqi.activities().attendance(activity: id).first
        #expect(row?.doubts == [.revokedDevice])
    }

    /// A meeting of the branch that both phones know.
    private func meeting() async throws -> (org: Phone, li: Phone, id: DocId) {
        let org = try await Park.phone("org", Cast.organiser)
        let li = try await Park.phone("li", Cast.li)
        let id = try await plan(on: org)
        try await org.sync()
        try await li.sync()
        return (org, li, id)
    }

    private func plan(on org: Phone) async throws -> DocId {
        let now = Date()
        return try await org.hongqi.activities().plan(
            org: try await org.hongqi.me().home, title: "主题党日", place: "礼堂",
            time: Period(starts: now, ends: now.addingTimeInterval(3600)))
    }
}
