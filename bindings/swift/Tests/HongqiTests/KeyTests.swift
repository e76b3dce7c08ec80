import Foundation
import Hongqi
import HongqiTesting
import Testing

@Suite(.timeLimit(.minutes(2)))
struct KeyTests {
    /// A key store of the app's own, written in Swift.
    private final class Own: DeviceKey {
        let key: SoftwareKey
        let locked: Bool
        init(_ key: SoftwareKey, locked: Bool = false) { (self.key, self.locked) = (key, locked) }
        struct Locked: Error {}
        func publicKey() throws -> Data { try key.publicKey() }
        func sign(message: Data) throws -> Data {
            if locked { throw Locked() }
            return try key.sign(message: message)
        }
    }

    private func enrol(with key: any DeviceKey) async throws -> Me {
        let server = try Park.server.get()
        let home = server.folder.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let hongqi = try await Hongqi.open(home: home.path, key: key)
        try await hongqi.resume()
        return try await hongqi.enrol(at: server.url, with: try server.invite(Cast.li))
    }

    @Test func anAppMayBringItsOwnKeyStore() async throws {
        let me = try await enrol(with: Own(try .generate()))
        let li = try memberIdOfNumber(number: Cast.li)
        #expect(me.member == li)
    }

    @Test func aLockedKeyStoreIsAnErrorOfTheKey() async throws {
        await #expect { _ = try await enrol(with: Own(try .generate(), locked: true)) } throws: {
            ($0 as? HongqiError)?.code == .key
        }
    }

    @Test func theFolderIsMadeOnceForItsOwnerOnlyAndTheCoreOpensInIt() async throws {
        let parent = FileManager.default.temporaryDirectory.appendingPathComponent("app-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: parent) }
        let home = try Hongqi.folder(in: parent)
        let mode = try FileManager.default.attributesOfItem(atPath: home.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let hongqi = try await Hongqi.open(home: home.path, key: try SoftwareKey.generate())
        try await hongqi.pause()
        #expect(try Hongqi.folder(in: parent) == home)
        #expect(FileManager.default.fileExists(atPath: home.appendingPathComponent("hongqi.db").path))
    }

    @Test func aKeyFileComesBackAndIsForItsOwnerOnly() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("key-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let key = try SoftwareKey.kept(in: file)
        #expect(try SoftwareKey.kept(in: file).publicKey() == key.publicKey())
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try Data("没有钥匙".utf8).write(to: file)
        #expect(throws: HongqiError.self) { try SoftwareKey.kept(in: file) }
    }
}
