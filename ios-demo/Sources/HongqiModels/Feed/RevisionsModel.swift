import Hongqi
import Observation

/// The wordings that an article has had, the present one first.
@MainActor @Observable
public final class RevisionsModel: Screen {
    public let hongqi: Hongqi
    public let article: DocId
    public var failure: Failure?
    public private(set) var revisions: [ArticleRevision] = []

    public init(_ hongqi: Hongqi, _ article: DocId) { (self.hongqi, self.article) = (hongqi, article) }

    public func run() async {
        let (hongqi, id) = (hongqi, article)
        await follow([.feed], { try await hongqi.feed().revisions(article: id) }) { revisions = $0 }
    }
}
