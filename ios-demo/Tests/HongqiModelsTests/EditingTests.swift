import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct EditingTests {
    private func written(_ hongqi: Hongqi, _ start: WriteModel.Start) async throws -> WriteModel {
        let model = WriteModel(hongqi, start)
        return try await shown(model, run: { await $0.run() }) { model in
            await until { model.loaded }
            return model
        }
    }

    @Test func anArticleSurvivesTheProcessAndIsPublishedOnceCorrectedAndWithdrawn() async throws {
        let server = try ServerProcess.start()
        let sec = try await Phone.enrolled("sec", Cast.secretary, at: server)
        let li = try await Phone.enrolled("li", Cast.li, at: server)
        let home = try await sec.hongqi.me().home
        try await shown(WriteModel(sec.hongqi, .new), run: { await $0.run() }) { model in
            await until { model.loaded }
            #expect(model.orgs.map(\.id) == [home] && model.form.org == home, "not for the committee above")
            #expect(!model.canPublish)
            (model.form.title, model.form.body) = ("安全自查", "请自查。")
            (model.form.category, model.form.mustRead) = (.circular, true)
            model.setDate(true)
            try await shown(DraftsModel(sec.hongqi), run: { await $0.run() }) { list in
                await until { list.drafts.map(\.title) == ["安全自查"] && list.drafts[0].article?.due != nil }
            }
            try await shown(FeedModel(sec.hongqi), run: { await $0.run() }) { feed in
                await until { feed.writing == 1 }
            }
        }

        let again = try await sec.restarted()
        let kept = try #require(try await again.hongqi.personal().drafts().first)
        let model = try await written(again.hongqi, .draft(kept.id))
        #expect(model.form.title == "安全自查" && model.form.category == .circular && model.form.mustRead)
        #expect(model.form.due.map { $0 > Date(timeIntervalSinceNow: 2 * 86_400) } == true)
        model.form.body = "请在周五前自查。"
        await model.publish()
        let id = try #require(model.published)
        #expect(model.failure == nil && !model.canPublish)
        await model.publish()
        #expect(try await again.hongqi.personal().drafts().isEmpty)
        #expect(try await again.hongqi.feed().page().items.map(\.id) == [id])
        try await again.sync()
        try await li.sync()
        let read = try #require(try await li.hongqi.feed().article(id: id))
        #expect(read.body == "请在周五前自查。" && read.item.mustRead && read.item.due == model.form.due)

        let begun = try await written(again.hongqi, .correction(id))
        #expect(begun.corrects == id && begun.form.body == read.body && !begun.mayDropDate)
        await begun.keep()
        #expect(try await again.hongqi.personal().drafts().isEmpty, "what was not touched is no correction")
        begun.form.body = "请在周四前自查。"
        await begun.keep()
        let corrected = try await written(again.hongqi, .correction(id))
        #expect(corrected.form.body == "请在周四前自查。", "a correction that was begun goes on")
        #expect(try await again.hongqi.feed().article(id: id)?.body == read.body)
        await corrected.publish()
        #expect(corrected.published == id)
        try await again.sync()
        try await li.sync()
        #expect(try await li.hongqi.feed().revisions(article: id).map(\.body) == ["请在周四前自查。", "请在周五前自查。"])

        try await shown(ArticleModel(again.hongqi, id), run: { await $0.run() }) { article in
            await until { article.mayEdit }
            await article.togglePin()
            await until { article.article?.item.pinned == true }
            await article.withdraw()
            #expect(article.withdrawn && article.failure == nil)
            await until { article.article == nil }
        }
        try await shown(ArticleModel(li.hongqi, id), run: { await $0.run() }) { article in
            await until { article.article != nil }
            #expect(!article.mayEdit)
        }
    }

    @Test func whatCannotBeKeptIsSaidOnceAndStays() async throws {
        let server = try ServerProcess.start()
        let sec = try await Phone.enrolled("sec", Cast.secretary, at: server)
        let model = try await written(sec.hongqi, .new)
        let long = String(repeating: "长", count: 300)
        (model.form.title, model.form.body) = (long, "正文")
        await model.keep()
        #expect(model.failure != nil)
        model.failure = nil
        await model.keep()
        #expect(model.failure == nil)
        await model.publish()
        #expect(model.failure != nil && model.published == nil && model.form.title == long)
        model.failure = nil
        model.form.title = "菜单"
        await model.keep()
        #expect(try await sec.hongqi.personal().drafts().map(\.title) == ["菜单"])
        await model.discard()
        #expect(try await sec.hongqi.personal().drafts().isEmpty)
        await model.keep()
        #expect(model.discarded && model.failure == nil)
        #expect(try await sec.hongqi.personal().drafts().isEmpty, "what was thrown away is not kept again")
        let li = try await Phone.enrolled("li", Cast.li, at: server)
        let none = try await written(li.hongqi, .new)
        #expect(none.orgs.isEmpty && !none.canPublish, "who publishes nowhere is offered nowhere")
    }
}
