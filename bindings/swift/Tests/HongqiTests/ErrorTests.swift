import Foundation
import Hongqi
import HongqiTesting
import Testing

/// Bad input, and what must not bring the app down.
@Suite(.timeLimit(.minutes(2)))
struct ErrorTests {
    /// The code with which `call` fails.
    private func code(_ call: () async throws -> Void) async -> ErrorCode? {
        do {
            try await call()
            return nil
        } catch {
            return (error as? HongqiError)?.code
        }
    }

    @Test func badInputIsATypedError() async throws {
        let li = try await Park.phone("li", Cast.li)
        let (hongqi, talk, branch) = (li.hongqi, try await li.standing(), try await li.hongqi.me().home)
        #expect(await code { _ = try await hongqi.talk().post(space: talk, body: "") } == .invalid)
        #expect(await code { _ = try await hongqi.talk().post(space: talk, body: String(repeating: "长", count: 9000)) } == .invalid)
        #expect(await code { _ = try await hongqi.feed().article(id: DocId(hex: "泵阀")) } == .invalidId)
        #expect(await code { _ = try await hongqi.talk().page(space: SpaceId(text: "shelf:00")) } == .invalidId)
        #expect(await code { try await hongqi.feed().acknowledge(article: DocId(hex: String(repeating: "0", count: 32))) } == .notFound)
        #expect(await code { _ = try parseDocId(text: "0x12") } == .invalidId)
        #expect(
            await code {
                _ = try await hongqi.feed().publish(org: branch, title: "题", body: "文", category: .circular)
            } == .notAllowed)
        // Far beyond what milliseconds hold.
        #expect(await code { _ = try await hongqi.activities().list(from: .distantFuture) } == nil)
        #expect(await code { _ = try await hongqi.activities().list(from: Date(timeIntervalSince1970: 1e300)) } == nil)
    }

    @Test func anErrorNamesTheFieldAndSpeaksTwoLanguages() async throws {
        let li = try await Park.phone("li", Cast.li)
        do {
            _ = try await li.hongqi.talk().post(space: try await li.standing(), body: "")
            Issue.record("an empty message was taken")
        } catch let error as HongqiError {
            #expect(error.field != nil && error.reason != nil && !error.retryable)
            #expect(error.text(in: .chinese).what == "填写的内容不符合要求。")
            #expect(error.text(in: .english).key == "invalid")
            #expect(error.errorDescription?.isEmpty == false && error.recoverySuggestion?.isEmpty == false)
        }
    }

    @Test func enrolmentFailsWithWhatIsWrong() async throws {
        let server = try Park.server.get()
        let hongqi = try await Phone.new("new", of: server).hongqi
        try hongqi.network(up: true)
        #expect(await code { _ = try await hongqi.me() } == .notEnrolled)
        #expect(await code { _ = try await hongqi.enrol(at: server.url, with: "没有这个码") } == .invalidCode)
        #expect(await code { _ = try await hongqi.enrol(url: "ftp://x", code: "1") } == .badUrl)
        #expect(await code { _ = try await hongqi.enrol(url: "http://127.0.0.1:1", code: "1") } == .offline)
    }

    @Test func aPanicIsAnErrorWithoutItsTextAndTheCoreGoesOn() async throws {
        let li = try await Park.phone("li", Cast.li)
        for panics in [{ try probePanic() }, { try await probePanicAsync() }] as [() async throws -> Void] {
            do {
                try await panics()
                Issue.record("a panic went unnoticed")
            } catch {
                #expect((error as? HongqiError)?.code == .internal)
                // It could be what a member wrote.
                #expect(!"\(error) \(error.localizedDescription)".contains("purpose"))
            }
        }
        let id = try await li.hongqi.talk().post(space: try await li.standing(), body: "还在")
        #expect(try await li.messages(in: try await li.standing()).contains { $0.id == id })
    }
}
