import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct TogetherTests {
    @Test func aGatheringIsOpenedExtendedEndedAndStaysAsAnArchiveWithItsSummary() async throws {
        let org = try await Park.phone("org", Cast.organiser)
        let li = try await Park.phone("li", Cast.li)
        let form = OpenModel(org.hongqi)
        let opened = try await shown(form, run: { await $0.run() }) { form in
            let home = try await org.hongqi.me().home
            await until { form.orgs.contains { $0.id == home } }
            #expect(!form.canOpen)
            (form.topic, form.audience) = ("雨天清扫改到哪天", .org(home))
            #expect(!form.canOpen, "a gathering of an organisation has an end")
            form.ends = Date(timeIntervalSinceNow: 3600)
            await form.open()
            return try #require(form.opened)
        }
        try await org.sync()
        try await li.sync()
        try await shown(GatheringsModel(li.hongqi), run: { await $0.run() }) { list in
            await until { list.running.contains { $0.id == opened.id && !$0.joined } }
            await list.join(opened)
            await until { list.running.contains { $0.id == opened.id && $0.joined } }
            try await shown(GatheringModel(li.hongqi, opened.space), run: { await $0.run() }) { model in
                await until { model.gathering?.id == opened.id }
                #expect(!model.readOnly && !model.leads && !model.canLeave)
                try await shown(GatheringModel(org.hongqi, opened.space), run: { await $0.run() }) { leader in
                    await until { leader.leads }
                    let ends = try #require(leader.gathering?.ends)
                    await leader.extend(by: .seconds(1800))
                    await until { leader.gathering?.ends == ends.addingTimeInterval(1800) }
                    await leader.close()
                    await until { leader.readOnly && leader.gathering?.state == .closed }
                    await leader.summarise("改到周五。")
                    await until { leader.gathering?.summary == "改到周五。" }
                    #expect(leader.failure == nil)
                }
                try await org.sync()
                try await li.sync()
                await until { model.readOnly && model.gathering?.summary == "改到周五。" }
                let late = DiscussionModel(li.hongqi, opened.space)
                late.text = "还来得及吗"
                await late.send()
                #expect(late.failure != nil && late.text == "还来得及吗")
            }
            await until { list.over.contains { $0.id == opened.id } && !list.running.contains { $0.id == opened.id } }
        }
    }

    @Test func aGroupOfNamedPeopleComesAndGoesAndAMentionIsCountedInAMutedOneToo() async throws {
        let li = try await Park.phone("li", Cast.li)
        let other = try await Park.phone("other", Cast.others[0])
        let them = try await other.hongqi.me().member
        let form = OpenModel(li.hongqi)
        let opened = try await shown(form, run: { await $0.run() }) { form in
            await until { form.people.contains { $0.id == them } }
            #expect(form.orgs.isEmpty, "who may gather nobody is offered nobody to gather")
            form.topic = "周五清扫"
            form.toggle(try #require(form.people.first { $0.id == them }))
            await form.open()
            return try #require(form.opened)
        }
        let model = DiscussionModel(li.hongqi, opened.space)
        try await shown(model, run: { await $0.run() }) { model in
            await model.loadMentionable()
            #expect(model.mentionable.map(\.member) == [them])
            model.mention(model.mentionable[0])
            model.text = "你带扫把"
            await model.send()
            #expect(model.mentions.isEmpty && model.failure == nil)
        }
        try await li.sync()
        try await other.sync()
        try await other.sync()
        try await shown(DiscussionsModel(other.hongqi), run: { await $0.run() }) { list in
            await until { list.talks.contains { $0.space == opened.space && $0.mentions == 1 } }
            let (unread, mentions) = (list.unread, list.mentions)
            await list.toggleMute(try #require(list.talks.first { $0.space == opened.space }))
            await until { list.unread == unread - 1 && list.mentions == mentions }
        }
        try await shown(GatheringModel(li.hongqi, opened.space), run: { await $0.run() }) { leader in
            await until { leader.participants.count == 2 && !leader.candidates.contains { $0.id == them } }
            let third = try memberIdOfNumber(number: Cast.others[1])
            await leader.bringIn(third)
            await until { leader.participants.count == 3 }
            await leader.sendAway(third)
            await until { leader.participants.count == 2 && leader.failure == nil }
        }
        try await shown(GatheringModel(other.hongqi, opened.space), run: { await $0.run() }) { model in
            await until { model.canLeave }
            await model.leave()
            #expect(model.gone && model.failure == nil)
        }
        try await other.sync()
        try await shown(GatheringsModel(other.hongqi), run: { await $0.run() }) { list in
            await until { list.left.contains { $0.space == opened.space } }
            await list.comeBack(to: try #require(list.left.first { $0.space == opened.space }))
            await until { !list.left.contains { $0.space == opened.space } }
            try await other.sync()
            try await other.sync()
            await until { list.running.contains { $0.id == opened.id } }
        }
    }
}
