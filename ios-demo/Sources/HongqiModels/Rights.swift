import Hongqi

/// The tree of organisations and what the member's roles allow in it: nobody is offered what would be refused. The core judges again.
struct Rights: Sendable {
    private let roles: [RoleView]
    private let parents: [OrgId: OrgId?]

    init(of hongqi: Hongqi) async throws {
        roles = try await hongqi.directory().roles()
        parents = Dictionary(
            try await hongqi.directory().orgs().map { ($0.id, $0.parent) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether the member holds `least` or a later role at `org` or above it.
    func hold(_ least: Role, at org: OrgId) -> Bool {
        let above = path(of: org)
        return roles.contains { $0.role.rank >= least.rank && above.contains($0.org) }
    }

    /// `org` and all above it.
    func path(of org: OrgId) -> Set<OrgId> {
        var above: Set<OrgId> = []
        var next: OrgId? = org
        // Ends also if the cards, which come from outside, go round in a circle.
        while let org = next, above.insert(org).inserted { next = parents[org] ?? nil }
        return above
    }
}

extension Role {
    /// A later one may do all that an earlier one may.
    var rank: Int {
        switch self {
        case .member: 1
        case .host: 2
        case .instructor: 3
        case .organiser: 4
        case .editor: 5
        case .deputySecretary: 6
        case .secretary: 7
        case .administrator: 8
        }
    }
}
