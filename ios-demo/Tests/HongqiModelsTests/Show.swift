import Foundation
import Hongqi
import HongqiTesting
import Observation

@testable import HongqiModels

/// One server for all tests; each enrols phones of its own.
enum Park {
    static let server = Result { try ServerProcess.start() }

    static func phone(_ name: String, _ number: String) async throws -> Phone {
        try await .enrolled(name, number, at: server.get())
    }
}

/// Shows a screen as SwiftUI does: `run` as a task that ends with the screen, here with `body`.
@MainActor
func shown<Model: Screen, Outcome>(
    _ model: Model, run: @escaping @MainActor (Model) async -> Void, _ body: @MainActor (Model) async throws -> Outcome
) async throws -> Outcome {
    let task = Task { await run(model) }
    defer { task.cancel() }
    return try await body(model)
}

/// Waits until `holds`, looking again only when something that it looked at changes.
@MainActor
func until(_ holds: @escaping @MainActor () -> Bool) async {
    while true {
        let (changes, change) = AsyncStream<Void>.makeStream()
        if withObservationTracking(holds, onChange: { change.yield() }) { return }
        // `onChange` comes before the change; the main actor, where models change, is free again after it.
        var iterator = changes.makeAsyncIterator()
        guard await iterator.next() != nil else { return }
    }
}
