import Foundation
import HongqiCore

extension HongqiError {
    /// What went wrong.
    public var code: ErrorCode {
        switch self { case .Failed(let code, _, _, _, _): code }
    }

    /// Whether the same call may succeed later without the caller changing anything in it.
    public var retryable: Bool {
        switch self { case .Failed(_, let retryable, _, _, _): retryable }
    }

    /// Of `invalid`: which input.
    public var field: String? {
        switch self { case .Failed(_, _, let field, _, _): field }
    }

    /// Of `invalid` and `storage`: what is wrong, in a few English words; for a developer, not for a member.
    public var reason: String? {
        switch self { case .Failed(_, _, _, let reason, _): reason }
    }

    /// Of `busy`: how long the server asks to be left alone.
    public var retryAfter: Duration? {
        switch self { case .Failed(_, _, _, _, let seconds): seconds.map { .seconds($0) } }
    }

    /// What happened and what to do about it, for a member.
    public func text(in language: Language) -> ErrorText {
        // A code always has its text.
        (try? errorText(code: code, language: language)) ?? ErrorText(key: "internal", what: "", advice: "")
    }
}

/// What an alert shows: the glossary's words in the language of the device.
extension HongqiError: LocalizedError {
    public var errorDescription: String? { text(in: .preferred).what }
    public var recoverySuggestion: String? { text(in: .preferred).advice }
}

extension Refusal {
    /// The reason as the end of a sentence, for a member.
    public func text(in language: Language) -> String {
        (try? refusalText(reason: self, language: language)) ?? ""
    }
}
