import Foundation
import HongqiTesting

/// One server for the tests that do not stop it; each enrols phones of its own.
enum Park {
    static let server = Result { try ServerProcess.start() }

    static func phone(_ name: String, _ number: String) async throws -> Phone {
        try await .enrolled(name, number, at: server.get())
    }
}
