import Foundation
import Hongqi
import HongqiTesting

// What a phone shows, as lines that must be the same on every phone.

extension Phone {
    func feed() async throws -> [String] {
        var (lines, after) = ([String](), FeedCursor?.none)
        repeat {
            let page = try await hongqi.feed().page(after: after)
            lines += page.items.map { item in
                "\(item.title)  (\(item.orgName))" + (item.pinned ? "  pinned" : "")
                    + (item.mustRead ? "  must read" : "") + (item.edited ? "  edited" : "")
            }
            after = page.next
        } while after != nil
        return lines
    }

    func talk(_ space: SpaceId) async throws -> [String] {
        try await messages(in: space).map { message in
            "\(message.authorName): \(message.body)" + (message.reply == nil ? "" : "  (reply)")
                + (message.edited ? "  (edited)" : "") + (message.withdrawn ? "(withdrawn)" : "")
                + message.reactions.map { "  \($0.emoji)×\($0.count)" }.joined()
        }
    }

    /// The attendance, of `only` or of everybody.
    func roll(_ activity: DocId, only: MemberId? = nil) async throws -> [String] {
        try await hongqi.activities().attendance(activity: activity)
            .filter { only == nil || $0.member == only }
            .map { "\($0.name)  \(words($0.status))" }
    }

    func activities() async throws -> [ActivityView] {
        try await hongqi.activities().list(from: Date(timeIntervalSince1970: 0))
    }

    func outbox() async throws -> [OutboxItem] { try await hongqi.outbox().items() }

    /// Everything that the story looks at.
    func all(_ traces: Traces) async throws -> [String] {
        var lines = try await feed()
        for space in [traces.standing, traces.thread] { lines += try await talk(space) }
        for activity in [traces.lunch, traces.evening] { lines += try await roll(activity) }
        return lines + (try await outbox()).map { "\($0)" }
    }
}

private func words(_ status: AttendanceStatus) -> String {
    switch status {
    case .unknown: "unknown"
    case .present(.claimed): "present (own word)"
    case .present(.scanned): "present (scanned)"
    case .present(.witnessed): "present (witnessed)"
    case .present(.attested): "present (attested)"
    case .absent: "absent"
    case .excused: "excused"
    case .disputed(let words): "disputed: \(words.map { "\($0.by) says \($0.mark)" }.joined(separator: ", "))"
    }
}
