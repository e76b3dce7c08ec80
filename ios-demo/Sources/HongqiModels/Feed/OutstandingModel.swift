import Hongqi
import Observation

/// Who has not acknowledged an article: by name in the branch that this member leads, in numbers elsewhere.
@MainActor @Observable
public final class OutstandingModel: Screen {
    public let hongqi: Hongqi
    public let article: DocId
    public var failure: Failure?
    public private(set) var outstanding: Outstanding?

    public init(_ hongqi: Hongqi, _ article: DocId) { (self.hongqi, self.article) = (hongqi, article) }

    public func run() async {
        let (hongqi, id) = (hongqi, article)
        await follow([.feed, .directory], { try await hongqi.feed().outstanding(article: id) }) { outstanding = $0 }
    }

    /// Whether there is nobody of whom this member may know.
    public var isEmpty: Bool { outstanding.map { $0.branches.isEmpty && $0.orgs.isEmpty } ?? false }
}
