import Foundation
import Hongqi

/// A real `hongqi-server` with the invented park (fixture set S: 19 organisations, 115 members), on a free port of the
/// loopback interface, with its data in a folder of its own that goes with it.
///
/// The environment names the program (`HONGQI_SERVER`) and the folder of the two CSV files (`HONGQI_FIXTURES`);
/// `cargo xtask swift` sets both.
public final class ServerProcess: @unchecked Sendable {
    // Unchecked: `Process` is touched by `start`, `stop` and `deinit` only, one after the other.
    private let process = Process()
    private let program: URL

    /// Everything of this server; also a place for the homes of its phones.
    public let folder: URL
    /// Where the server keeps its data.
    public var data: URL { folder.appendingPathComponent("server") }
    /// Its address, once it listens.
    public private(set) var url = URL(fileURLWithPath: "/")

    /// Starts it, and returns when it listens.
    public static func start() throws -> ServerProcess {
        let server = try ServerProcess()
        try server.serve()
        return server
    }

    /// The books now say that this member holds an office elsewhere that may set it against who asks for counsel.
    public func note(conflictOf number: String) throws {
        let books = try Self.environment("HONGQI_FIXTURES")
        let lines = try String(contentsOfFile: "\(books)/members.csv", encoding: .utf8).split(whereSeparator: \.isNewline)
        let noted = lines.enumerated().map { place, line in
            "\(line),\(place == 0 ? "conflict" : line.hasPrefix("\(number),") ? "yes" : "")\n"
        }
        let file = folder.appendingPathComponent("members.csv")
        try noted.joined().write(to: file, atomically: true, encoding: .utf8)
        try run("import", "\(books)/organisations.csv", file.path)
    }

    private init() throws {
        program = URL(fileURLWithPath: try Self.environment("HONGQI_SERVER"))
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("hongqi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let books = try Self.environment("HONGQI_FIXTURES")
        try run("import", "\(books)/organisations.csv", "\(books)/members.csv")
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// A one-time enrolment code for the member with this number.
    public func invite(_ number: String) throws -> String {
        try run("invite", number).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Grants a role, by the names of the command line.
    public func grant(_ role: String, to number: String, on org: String) throws {
        try run("grant", number, role, org)
    }

    /// Takes a role back.
    public func revoke(_ role: String, of number: String, on org: String) throws {
        try run("revoke", number, role, org)
    }

    /// Ends a device.
    public func revoke(_ device: DeviceId) throws {
        try run("revoke-device", device.hex)
    }

    /// The server stands still, or goes on: to its phones it is there and does not answer.
    public func freeze(_ frozen: Bool) {
        kill(process.processIdentifier, frozen ? SIGSTOP : SIGCONT)
    }

    /// Ends it at once, as a machine does that loses power: what it has accepted is on disk.
    public func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        Running.remove(process.processIdentifier)
    }

    private func serve() throws {
        let output = Pipe()
        process.executableURL = program
        process.arguments = ["serve", "--data", data.path, "--listen", "127.0.0.1:0"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        Running.add(process.processIdentifier)
        var said = Data()
        while !said.contains(UInt8(ascii: "\n")) {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw TestingError("the server ended before it listened") }
            said.append(more)
        }
        let line = String(decoding: said, as: UTF8.self)
        guard let address = line.split(separator: " ").last, let url = URL(string: "http://" + address.trimming()) else {
            throw TestingError("the server said: \(line)")
        }
        self.url = url
    }

    /// One command beside the running server; what it prints.
    @discardableResult
    private func run(_ command: String, _ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = program
        process.arguments = [command, "--data", data.path] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestingError("hongqi-server \(command) failed") }
        return String(decoding: said, as: UTF8.self)
    }

    private static func environment(_ name: String) throws -> String {
        guard let value = ProcessInfo.processInfo.environment[name] else {
            throw TestingError("\(name) is not set; run `cargo xtask swift`")
        }
        return value
    }
}

/// The servers of this process: those that a static variable holds would outlive it.
private enum Running {
    private static let lock = NSLock()
    nonisolated(unsafe) private static var servers: [pid_t] = []

    static func add(_ server: pid_t) {
        lock.withLock {
            if servers.isEmpty { atexit { Running.servers.forEach { kill($0, SIGKILL) } } }
            servers.append(server)
        }
    }

    static func remove(_ server: pid_t) {
        // A number that has ended may be somebody else's by the end of this process.
        lock.withLock { servers.removeAll { $0 == server } }
    }
}

/// What stands in the way of a test or a demo.
public struct TestingError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

extension Substring {
    fileprivate func trimming() -> String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
