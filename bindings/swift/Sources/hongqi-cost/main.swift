import Foundation
import Hongqi
import HongqiTesting

// What the border costs: each call from Swift, beside the same in Rust (`bindings/examples/cost.rs`, which HONGQI_COST
// names), on one phone with 50 messages. `cargo xtask swift cost`.

let rounds = 5

/// Nanoseconds of one of `count` calls, in the best of the rounds: what else this machine does can only add.
func least(_ count: Int, _ round: () async throws -> Void) async rethrows -> Int {
    var best = Duration.seconds(3600)
    for _ in 0..<rounds {
        let clock = ContinuousClock()
        let start = clock.now
        try await round()
        best = min(best, start.duration(to: clock.now))
    }
    return Int(best / .nanoseconds(1)) / count
}

final class Count: TopicListener, @unchecked Sendable {
    // Only the core's one thread of listeners calls.
    private var left: Int
    private let done: AsyncStream<Void>.Continuation
    init(_ count: Int, _ done: AsyncStream<Void>.Continuation) { (left, self.done) = (count, done) }
    func onChange(topics: [Topic]) throws {
        left -= 1
        if left == 0 { done.finish() }
    }
}

let server = try ServerProcess.start()
let li = try await Phone.enrolled("li", Cast.li, at: server)
let space = try await li.standing()
for number in 0..<50 {
    _ = try await li.hongqi.talk().post(space: space, body: "第\(number)条：泵阀车间的例会改到三楼，请大家带上笔记本。")
}
let (hongqi, talk) = (li.hongqi, try li.hongqi.talk())

var swift: [(name: String, cost: Int)] = []
swift.append(("sync_call", try await least(100_000) { for _ in 0..<100_000 { _ = try hongqi.state() } }))
swift.append(("async_call", try await least(2_000) { for _ in 0..<2_000 { _ = try await hongqi.me() } }))
swift.append(("page_of_50", try await least(500) { for _ in 0..<500 { _ = try await talk.page(space: space) } }))
let callback = try await least(10_000) {
    let (stream, done) = AsyncStream<Void>.makeStream()
    let handle = try probeCallbacks(listener: Count(10_000, done), count: 10_000)
    for await _ in stream {}
    try handle.cancel()
}
swift.append(("callback", callback))
try await hongqi.pause()

guard let program = ProcessInfo.processInfo.environment["HONGQI_COST"] else {
    throw TestingError("HONGQI_COST is not set; run `cargo xtask swift cost`")
}
let (process, output) = (Process(), Pipe())
process.executableURL = URL(fileURLWithPath: program)
process.arguments = [li.home.path]
process.standardOutput = output
try process.run()
let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
process.waitUntilExit()
var rust: [String: Int] = [:]
for line in said.split(separator: "\n") {
    let parts = line.split(separator: " ")
    if parts.count == 2 { rust[String(parts[0])] = Int(parts[1]) }
}

print("call         Rust ns   Swift ns   ratio   more ns")
for (name, cost) in swift {
    guard let floor = rust[name], floor > 0 else { throw TestingError("Rust did not measure \(name)") }
    let pad = { (text: String, width: Int) in String(repeating: " ", count: max(0, width - text.count)) + text }
    let ratio = String(format: "%.1f", Double(cost) / Double(floor))
    let columns = pad("\(floor)", 8) + pad("\(cost)", 11) + pad(ratio, 8) + pad("\(cost - floor)", 10)
    print(name.padding(toLength: 12, withPad: " ", startingAt: 0) + columns)
}
server.stop()
