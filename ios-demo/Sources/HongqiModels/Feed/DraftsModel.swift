import Hongqi
import Observation

/// The articles that this member is writing, on any phone; the last changed first.
@MainActor @Observable
public final class DraftsModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    public private(set) var loaded = false
    public private(set) var drafts: [DraftView] = []

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        await follow(try hongqi.drafts()) {
            drafts = $0.filter { $0.article != nil }
            loaded = true
        }
    }
}
