import Foundation
import Hongqi
import HongqiTesting
import Testing

@testable import HongqiModels

@MainActor @Suite(.timeLimit(.minutes(2)))
struct SessionTests {
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
    @Test func everyTextSaysTheSameInBothLanguages() {
        check(Words.self)
        check(TogetherWords.self)
        check(ConsultWords.self)
        check(PresenceWords.self)
        check(OrganisingWords.self)
        check(DutyWords.self)
        check(EditingWords.self)
    }

    private func check<Texts: Wording>(_ texts: Texts.Type) {
        for word in texts.allCases {
            let (chinese, english) = (word.text(in: .chinese, "3"), word.text(in: .english, "3"))
            let han = { (scalar: Unicode.Scalar) in (0x4E00...0x9FFF).contains(scalar.value) }
            #expect(chinese.unicodeScalars.contains(where: han), "\(word) is not Chinese")
            #expect(english.contains(where: \.isLetter) && !english.unicodeScalars.contains(where: han), "\(word)")
            #expect(chinese.filter { $0 == "3" } == english.filter { $0 == "3" }, "\(word) takes a value in one language only")
            #expect(!chinese.contains("%") && !english.contains("%"))
        }
    }
}
