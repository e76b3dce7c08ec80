import Foundation
import Hongqi

/// The people of the park's first branch whom tests and demos call by name.
public enum Cast {
    /// The organisation on top, and the branch of all of them.
    public static let top = "Z001", branch = "Z001-0001"
    /// Leads the branch.
    public static let secretary = "M000001"
    /// Plans the branch's activities.
    public static let organiser = "M000002"
    /// Stands at the door of the branch's activities.
    public static let host = "M000003"
    /// Leads the organisation on top, and belongs to the branch.
    public static let topSecretary = "M000005"
    /// Their deputy, of the same branch.
    public static let topDeputy = "M000006"
    /// Members without a role.
    public static let li = "M000009", others = ["M000010", "M000011", "M000012"]
}

/// A phone: a folder with a database and a key, and the core that has it open. In the foreground, without a network
/// until it is given one.
public struct Phone: Sendable {
    public let name: String
    public let home: URL
    public let hongqi: Hongqi

    /// A phone that belongs to nobody yet, in a new folder of the server's.
    public static func new(_ name: String, of server: ServerProcess) async throws -> Phone {
        let home = server.folder.appendingPathComponent("phone-\(name)-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        return try await switchedOn(name, home: home)
    }

    /// A new device of the member with this number, enrolled and exchanged once.
    public static func enrolled(_ name: String, _ number: String, at server: ServerProcess) async throws -> Phone {
        let phone = try await new(name, of: server)
        try phone.hongqi.network(up: true)
        _ = try await phone.hongqi.enrol(at: server.url, with: try server.invite(number))
        try await phone.sync()
        return phone
    }

    /// The phone whose data is in `home`.
    public static func switchedOn(_ name: String, home: URL) async throws -> Phone {
        let key = try SoftwareKey.kept(in: home.appendingPathComponent("device.key"))
        let hongqi = try await Hongqi.open(home: home.path, key: key)
        try hongqi.network(up: false)
        try await hongqi.resume()
        return Phone(name: name, home: home, hongqi: hongqi)
    }

    /// Switched off and on again: the database is closed and opened from its file.
    public func restarted() async throws -> Phone {
        try await hongqi.pause()
        return try await .switchedOn(name, home: home)
    }

    /// The network is there for as long as phone and server have something to say.
    public func sync() async throws {
        try hongqi.network(up: true)
        defer { try? hongqi.network(up: false) }
        try await hongqi.backgroundSync(within: .seconds(60))
    }

    /// The standing discussion of the member's own branch.
    public func standing() async throws -> SpaceId {
        try standingTalkOf(org: try await hongqi.me().home)
    }

    /// The newest messages of a discussion, oldest first; 200 at the most.
    public func messages(in talk: SpaceId) async throws -> [MessageView] {
        try await hongqi.talk().page(space: talk, limit: 200).messages
    }
}
