import Hongqi
import Observation

/// What every screen has: the core, and the last thing that went wrong.
///
/// A screen's `run` is the body of its `.task`: it keeps the model fresh until the screen goes, and then lets go of the
/// core's listener.
@MainActor
public protocol Screen: AnyObject, Observable, Sendable {
    var hongqi: Hongqi { get }
    /// What an alert shows; set to nil when it was seen.
    var failure: Failure? { get set }
}

/// What went wrong, in the words of the glossary.
public struct Failure: Equatable, Sendable {
    public let what: String
    public let advice: String

    /// Nil for a cancelled task: nobody waits for it any more.
    init?(_ error: any Error) {
        guard !(error is CancellationError) else { return nil }
        // An error of another type is a defect here.
        let code = (error as? HongqiError)?.code ?? .internal
        guard let text = try? errorText(code: code, language: .preferred) else { return nil }
        (what, advice) = (text.what, text.advice)
    }
}

extension Screen {
    /// Whether an alert is up; false once the member has seen it.
    public var alerts: Bool {
        get { failure != nil }
        set { if !newValue { failure = nil } }
    }

    /// Shows what `query` answers, now and after each change of `topics`, until the task ends.
    func follow<Answer: Sendable>(
        _ topics: Set<Topic>, _ query: @escaping @Sendable () async throws -> Answer, show: (Answer) -> Void
    ) async {
        await follow(try hongqi.observe(topics, query), show: show)
    }

    /// Shows what one of the package's streams gives, until the task ends.
    func follow<Answer: Sendable>(
        _ answers: @autoclosure () throws -> AsyncThrowingStream<Answer, any Error>, show: (Answer) -> Void
    ) async {
        do {
            for try await answer in try answers() { show(answer) }
        } catch {
            failure = Failure(error)
        }
    }

    /// Does something that the member asked for; says whether it worked.
    @discardableResult
    func act(_ work: () async throws -> Void) async -> Bool {
        do {
            try await work()
            return true
        } catch {
            failure = Failure(error)
            return false
        }
    }
}
