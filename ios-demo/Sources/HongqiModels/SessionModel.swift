import Foundation
import Hongqi
import Observation

/// What stands above all screens: whether the phone is enrolled, and how sync goes.
@MainActor @Observable
public final class SessionModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    public private(set) var state: AppState
    /// Nil until it is known.
    public private(set) var enrolled: Bool?

    // The enrolment form.
    public var server = "https://"
    public var code = ""
    public private(set) var enrolling = false

    public init(_ hongqi: Hongqi) {
        self.hongqi = hongqi
        state = (try? hongqi.state()) ?? .paused
    }

    public func run() async {
        await act {
            for await state in try hongqi.states() {
                self.state = state
                switch state {
                case .notEnrolled: enrolled = false
                case .paused, .background, .failed: break
                case .offline, .syncing, .idle, .waiting, .revoked: enrolled = true
                }
            }
        }
    }

    public func enrol() async {
        enrolling = true
        defer { enrolling = false }
        await act {
            // What the core says of an address that is none.
            guard let url = URL(string: server.trimmingCharacters(in: .whitespaces)) else {
                _ = try await hongqi.enrol(url: server, code: code)
                return
            }
            _ = try await hongqi.enrol(at: url, with: code.trimmingCharacters(in: .whitespaces))
            enrolled = true
            code = ""
        }
    }

    /// The line below the title; nil when there is nothing to say.
    public var line: String? {
        switch state {
        case .paused, .background, .notEnrolled, .idle: nil
        case .offline: Words.offline.text()
        case .syncing: Words.syncing.text()
        case .waiting(let cause, _): cause == .offline ? Words.offline.text() : Words.waiting.text()
        case .revoked: (try? errorText(code: .revoked, language: .preferred))?.what
        case .failed(let code): (try? errorText(code: code, language: .preferred))?.what
        }
    }
}
