import Hongqi
import Observation

/// The form of a question to a desk. Who will read it stands on it all the time; whom the core proposes to leave out is
/// left out unless the member says otherwise.
@MainActor @Observable
public final class AskModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    /// The desks that can be asked.
    public private(set) var desks: [OrgView] = []
    public private(set) var desk: OrgId?
    public var subject = ""
    public var category = CaseCategory.other
    public var question = ""
    public private(set) var proposal: [LeaveOut] = []
    /// Of those proposed, who shall read it all the same.
    public private(set) var included: Set<MemberId> = []
    /// Who will read it.
    public private(set) var readers: [CaseReader] = []
    /// The discussion, once it was asked.
    public private(set) var asked: SpaceId?

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        let hongqi = hongqi
        await follow([.directory], { try await hongqi.directory().orgs().filter { !$0.closed } }) { desks = $0 }
    }

    public func choose(_ desk: OrgId) async {
        (self.desk, proposal, included, readers) = (desk, [], [], [])
        await act {
            let proposal = try await hongqi.consult().proposal(desk: desk)
            guard self.desk == desk else { return }
            self.proposal = proposal
            try await lookAtReaders()
        }
    }

    /// Leaves out who was proposed, or lets them read it.
    public func toggle(_ proposed: LeaveOut) async {
        if included.remove(proposed.member) == nil { included.insert(proposed.member) }
        await act { try await lookAtReaders() }
    }

    public func isLeftOut(_ proposed: LeaveOut) -> Bool { !included.contains(proposed.member) }

    public var canAsk: Bool {
        // Not before the member could see who reads it.
        desk != nil && !readers.isEmpty && [subject, question].allSatisfy { $0.contains { !$0.isWhitespace } }
    }

    /// Returns when the question is safe on this phone.
    public func ask() async {
        guard let desk, canAsk else { return }
        await act {
            asked = try await hongqi.consult().ask(
                desk: desk, subject: subject, category: category, question: question, leaveOut: leftOut)
        }
    }

    private var leftOut: [MemberId] { proposal.map(\.member).filter { !included.contains($0) } }

    private func lookAtReaders() async throws {
        guard let desk else { return }
        let left = leftOut
        let readers = try await hongqi.consult().wouldRead(desk: desk, leaveOut: left)
        // The last choice is the one that is shown.
        if self.desk == desk, leftOut == left { self.readers = readers }
    }
}
