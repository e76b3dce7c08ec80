import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct ReadingTests {
    @Test func theFeedShowsWhatArrivesAndGrowsByPages() async throws {
        let sec = try await Park.phone("sec", Cast.secretary)
        let li = try await Park.phone("li", Cast.li)
        let org = try await sec.hongqi.me().home
        for number in 0..<35 {
            _ = try await sec.hongqi.feed().publish(
                org: org, title: "第\(number)期", body: "正文", category: .information)
        }
        let model = FeedModel(li.hongqi)
        try await shown(model, run: { await $0.run() }) { model in
            try await sec.sync()
            try await li.sync()
            await until { model.items.count == 30 && model.more }
            await model.loadMore()
            #expect(model.items.count > 30 && model.failure == nil)
            #expect(Set(model.items.map(\.id)).count == model.items.count)
            // Those of one millisecond stand in the order of their ids.
            let titles = Set(model.items.map(\.title))
            #expect((0..<35).allSatisfy { titles.contains("第\($0)期") })
            let first = try #require(model.items.first)
            #expect(SpeechContext.here(in: .chinese).say(first).contains(first.title))
        }
    }

    @Test func aCircularIsReadAcknowledgedAndKept() async throws {
        let sec = try await Park.phone("sec", Cast.secretary)
        let li = try await Park.phone("li", Cast.li)
        let id = try await sec.hongqi.feed().publish(
            org: try await sec.hongqi.me().home, title: "通知", body: "请学习", category: .circular, mustRead: true)
        try await sec.sync()
        try await li.sync()
        try await shown(ArticleModel(li.hongqi, id), run: { await $0.run() }) { model in
            await until { model.article?.item.read == true && model.asksForAcknowledgement }
            await model.acknowledge()
            await model.toggleBookmark()
            await until { !model.asksForAcknowledgement && model.article?.item.bookmarked == true }
            #expect(model.article?.item.acknowledged == .onDevice && model.failure == nil)
        }
    }

    @Test func searchShowsTheAnswerToWhatIsAskedNow() async throws {
        let li = try await Park.phone("li", Cast.li)
        _ = try await li.hongqi.talk().post(space: try await li.standing(), body: "泵阀车间的例会改到三楼")
        let model = SearchModel(li.hongqi)
        model.query = "例会"
        let late = Task { await model.search() }
        model.query = "三楼"
        await model.search()
        await late.value
        #expect(model.answered == "三楼" && model.hits.count == 1)
        model.query = String(repeating: "长", count: 200)
        await model.search()
        #expect(model.failure != nil && model.hits.count == 1)
        model.query = ""
        await model.search()
        #expect(model.hits.isEmpty && model.answered == nil)
    }

    @Test func settingsSayWhoThisIs() async throws {
        let sec = try await Park.phone("sec", Cast.secretary)
        try await shown(SettingsModel(sec.hongqi), run: { await $0.run() }) { model in
            await until { !model.facts.name.isEmpty && !model.facts.roles.isEmpty }
            #expect(model.facts.server == (try? Park.server.get())?.url.absoluteString)
            #expect(model.facts.org.hasSuffix("支部") && model.recovery == nil && !model.version.isEmpty)
        }
    }
}
