import Foundation
import Hongqi

/// Texts of the app. Each stands once, in both languages: a missing one does not compile.
public protocol Wording: CaseIterable, Sendable {
    var both: (chinese: String, english: String) { get }
}

extension Wording {
    /// The text, with `value` in the place of `%@`.
    public func text(in language: Language = .preferred, _ value: String = "") -> String {
        let text = language == .chinese ? both.chinese : both.english
        guard let place = text.range(of: "%@") else { return text }
        return text.replacingCharacters(in: place, with: value)
    }
}
