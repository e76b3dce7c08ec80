import Hongqi
import Observation

/// The consultations that this member reads, as asker or at a desk: those that are not closed first.
@MainActor @Observable
public final class ConsultationsModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    public private(set) var cases: [CaseView] = []

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        await follow(try hongqi.consultations()) { cases = $0 }
    }
}
