import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct WritingTests {
    @Test func aMessageIsShownAtOnceAndItsWayToTheServer() async throws {
        let li = try await Park.phone("li", Cast.li)
        let talk = try await li.standing()
        try await shown(OutboxModel(li.hongqi), run: { await $0.run() }) { outbox in
            try await shown(DiscussionModel(li.hongqi, talk), run: { await $0.run() }) { model in
                model.text = "  \n"
                #expect(!model.canSend)
                model.text = "收到"
                await model.send()
                #expect(model.text.isEmpty && model.aim == .new)
                await until { model.messages.last?.body == "收到" && outbox.items.count == 1 }
                let message = try #require(model.messages.last)
                #expect(model.isOwn(message) && message.delivery == .onDevice)
                #expect(OutboxModel.state(of: outbox.items[0].delivery, in: .chinese) == "在本机，联网后发送")
                model.reply(to: message)
                model.text = "补充一句"
                await model.send()
                await until { model.messages.last?.body == "补充一句" }
                #expect(model.answered(by: try #require(model.messages.last))?.id == message.id)
                await model.react("👍", to: message)
                model.edit(message)
                #expect(model.text == "收到")
                model.text = "收到！"
                await model.send()
                await until { model.messages.contains { $0.body == "收到！" && $0.reactions.first?.own == true } }
                try await li.sync()
                await until { outbox.items.isEmpty && model.messages.allSatisfy { $0.delivery == .atServer } }
                #expect(outbox.arrived.contains { $0.doc == message.id && $0.delivery == .atServer })
            }
        }
    }

    @Test func aFailedSendKeepsTheText() async throws {
        let li = try await Park.phone("li", Cast.li)
        let model = DiscussionModel(li.hongqi, try await li.standing())
        let long = String(repeating: "长", count: 9000)
        model.text = long
        await model.send()
        #expect(model.text == long && model.failure != nil)
    }

    @Test func anUnfinishedMessageComesBackAfterTheScreenAndTheProcess() async throws {
        let li = try await Park.phone("li", Cast.li)
        let talk = try await li.standing()
        let model = DiscussionModel(li.hongqi, talk)
        model.text = "写了一半"
        await model.keepDraft()
        let again = try await li.restarted()
        try await shown(DiscussionModel(again.hongqi, talk), run: { await $0.run() }) { model in
            await until { model.text == "写了一半" }
            await model.send()
            await until { model.messages.last?.body == "写了一半" }
        }
        #expect(try await again.hongqi.personal().drafts().isEmpty)
    }

    @Test func whatWasRefusedIsShownWithItsReasonAndKeptAsADraft() async throws {
        let server = try ServerProcess.start()
        let sec = try await Phone.enrolled("sec", Cast.secretary, at: server)
        let article = try await sec.hongqi.feed().publish(
            org: try await sec.hongqi.me().home, title: "支部动态", body: "正文", category: .information)
        try server.revoke("secretary", of: Cast.secretary, on: Cast.branch)
        try await shown(OutboxModel(sec.hongqi), run: { await $0.run() }) { outbox in
            try await sec.sync()
            await until { outbox.items.contains { $0.doc == article && $0.delivery == .refused(.notAllowed) } }
            let item = try #require(outbox.items.first { $0.doc == article })
            #expect(OutboxModel.state(of: item.delivery, in: .chinese) == "未被接收：您没有权限在此发布")
            await outbox.discard(item)
            await until { !outbox.items.contains { $0.doc == article } }
            #expect(outbox.failure == nil && outbox.arrived.isEmpty)
        }
        let kept = try await sec.hongqi.personal().drafts()
        #expect(kept.map(\.text) == ["正文"] && kept.map(\.article?.category) == [.information], "it is an article still")
    }

    @Test func discussionsListMuteAndBadge() async throws {
        let sec = try await Park.phone("sec", Cast.secretary)
        let li = try await Park.phone("li", Cast.li)
        let talk = try await li.standing()
        _ = try await sec.hongqi.talk().post(space: talk, body: "请看")
        try await sec.sync()
        try await li.sync()
        try await shown(DiscussionsModel(li.hongqi), run: { await $0.run() }) { list in
            await until { list.unread >= 1 }
            try await shown(DiscussionModel(li.hongqi, talk), run: { await $0.run() }) { model in
                await until { model.messages.last?.body == "请看" }
                await model.markRead()
                await until { list.talks.first { $0.space == talk }?.unread == 0 }
            }
            let row = try #require(list.talks.first { $0.space == talk })
            await list.toggleMute(row)
            await until { list.talks.first { $0.space == talk }?.muted == true }
        }
    }
}
