import Foundation

// The identifiers as types of their own: the generated file names them and wraps the texts that cross the border
// (bindings/uniffi.toml). A text that is no identifier is refused by the first call it is passed to, with
// `ErrorCode.invalidId`; texts from outside go through `parseDocId` and its kin.

/// A document: 32 hexadecimal digits.
public struct DocId: Hashable, Sendable, CustomStringConvertible {
    public let hex: String
    public init(hex: String) { self.hex = hex }
    public var description: String { hex }
}

/// An organisation: 32 hexadecimal digits.
public struct OrgId: Hashable, Sendable, CustomStringConvertible {
    public let hex: String
    public init(hex: String) { self.hex = hex }
    public var description: String { hex }
}

/// A member: 32 hexadecimal digits.
public struct MemberId: Hashable, Sendable, CustomStringConvertible {
    public let hex: String
    public init(hex: String) { self.hex = hex }
    public var description: String { hex }
}

/// A device of a member: 32 hexadecimal digits.
public struct DeviceId: Hashable, Sendable, CustomStringConvertible {
    public let hex: String
    public init(hex: String) { self.hex = hex }
    public var description: String { hex }
}

/// A space: `board:`, `desk:`, `talk:` or `personal:` and 32 hexadecimal digits.
public struct SpaceId: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public init(text: String) { self.text = text }
    public var description: String { text }
}

func date(ofMilliseconds milliseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000)
}

/// Milliseconds since 1970; a moment that has no such number is the last or first that has, and no moment is 1970.
func milliseconds(of date: Date) -> Int64 {
    let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
    if milliseconds.isNaN { return 0 }
    return Int64(exactly: milliseconds) ?? (milliseconds > 0 ? .max : .min)
}
