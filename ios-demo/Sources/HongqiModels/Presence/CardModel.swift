import Hongqi
import Observation

/// The member's own card, each until the next.
@MainActor @Observable
public final class CardModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    public private(set) var picture: QrPicture?
    /// The same as a text, for who scans with something else.
    public private(set) var text = ""
    /// Who is on it.
    public private(set) var name = ""

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        await act {
            let me = try await hongqi.me().member
            name = try await hongqi.directory().member(id: me)?.name ?? ""
        }
        await follow(try hongqi.ownCards()) { card in
            (picture, text) = (QrPicture(svg: card.svg), card.text)
        }
    }
}
