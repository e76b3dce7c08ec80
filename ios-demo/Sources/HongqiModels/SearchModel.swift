import Hongqi
import Observation

/// Search over articles, messages and activities, the own unsent ones included.
@MainActor @Observable
public final class SearchModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    public var query = ""
    public private(set) var hits: [SearchHit] = []
    /// What the hits answer; nil before the first search.
    public private(set) var answered: String?

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    /// Call it in a task that begins anew with each change of `query` (`.task(id:)`): an answer that comes too late is
    /// not shown.
    public func search() async {
        let asked = query
        await act {
            let hits = asked.isEmpty ? [] : try await hongqi.search().find(query: asked)
            guard asked == query else { return }
            (self.hits, answered) = (hits, asked.isEmpty ? nil : asked)
        }
    }
}
