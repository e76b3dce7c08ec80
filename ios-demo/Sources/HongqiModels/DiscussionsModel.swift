import Hongqi
import Observation

/// The discussions that are followed or opened.
@MainActor @Observable
public final class DiscussionsModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    public private(set) var talks: [TalkView] = []

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        let hongqi = hongqi
        await follow([.talks, .personal, .directory], { try await hongqi.talk().list() }, show: { talks = $0 })
    }

    /// For the badge: messages that nobody has muted.
    public var unread: UInt64 { talks.filter { !$0.muted }.map(\.unread).reduce(0, +) }

    /// Messages that mention this member, in muted discussions too.
    public var mentions: UInt64 { talks.map(\.mentions).reduce(0, +) }

    public func toggleMute(_ talk: TalkView) async {
        await act { try await hongqi.personal().mute(space: talk.space, muted: !talk.muted) }
    }

    /// Keeps an opened discussion in sync no longer; the member's own one stays.
    public func leave(_ talk: TalkView) async {
        await act { _ = try await hongqi.talk().leave(space: talk.space) }
    }
}
