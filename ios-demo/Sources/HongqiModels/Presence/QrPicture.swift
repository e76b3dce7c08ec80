import Foundation

/// A QR code as dark squares, out of the core's SVG: SwiftUI draws no SVG. Black on white also in dark mode, for scanners.
public struct QrPicture: Equatable, Sendable {
    /// A dark rectangle, in units of the picture.
    public struct Dark: Equatable, Sendable {
        public let x, y, width, height: Int
    }

    /// How wide and high the picture is, its quiet zone included.
    public let side: Int
    public let dark: [Dark]

    /// Nil for what is no picture of the core's: a `viewBox` that is a square, and one path of `Mx yhwvhHxVy`.
    public init?(svg: String) {
        guard let box = svg.part(after: "viewBox=\"0 0 ", before: "\"")?.split(separator: " ").map({ Int($0) }),
            box.count == 2, let side = box[0], box[1] == side,
            let path = svg.part(after: " d=\"", before: "\"")
        else { return nil }
        var dark: [Dark] = []
        for square in path.split(separator: "M") {
            let numbers = square.split(whereSeparator: { " hvHV".contains($0) }).map { Int($0) }
            guard numbers.count == 6, let x = numbers[0], let y = numbers[1], let width = numbers[2], let height = numbers[3]
            else { return nil }
            dark.append(Dark(x: x, y: y, width: width, height: height))
        }
        guard !dark.isEmpty else { return nil }
        (self.side, self.dark) = (side, dark)
    }
}

extension String {
    fileprivate func part(after: String, before: String) -> Substring? {
        guard let start = range(of: after)?.upperBound, let end = self[start...].range(of: before)?.lowerBound else { return nil }
        return self[start..<end]
    }
}
