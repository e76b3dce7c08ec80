import Hongqi
import Observation

/// Whose phone this is, where the server is, and what this member may do.
@MainActor @Observable
public final class SettingsModel: Screen {
    public struct Facts: Equatable, Sendable {
        public var name = ""
        public var org = ""
        public var server = ""
        /// Organisation and role, of each role that the member holds beyond belonging.
        public var roles: [String] = []
    }

    public let hongqi: Hongqi
    public var failure: Failure?
    public private(set) var facts = Facts()
    /// After a damaged database was replaced: what the member should hear of it, once.
    public private(set) var recovery: Recovery?
    public let version = (try? libraryVersion()) ?? ""

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        let hongqi = hongqi
        await follow([.directory]) {
            let me = try await hongqi.me()
            let orgs = Dictionary(
                try await hongqi.directory().orgs().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
            let roles = try await hongqi.directory().roles().filter { $0.role != .member }
            let facts = Facts(
                name: try await hongqi.directory().member(id: me.member)?.name ?? "",
                org: orgs[me.home] ?? "",
                server: try await hongqi.serverUrl() ?? "",
                roles: roles.map { "\(orgs[$0.org] ?? "")  \($0.role.name())" })
            return (facts, try await hongqi.recovered())
        } show: {
            (facts, recovery) = $0
        }
    }

    public func recoverySeen() async {
        if await act({ try await hongqi.recoverySeen() }) { recovery = nil }
    }
}
