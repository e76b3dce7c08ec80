import Hongqi

/// What the demo says, and what did not hold.
final class Story {
    private var failed: [String] = []
    /// What a screen reader would say.
    var zh: SpeechContext { .here(in: .chinese) }

    func say(_ line: String) { print(line) }

    /// The head of a part.
    func part(_ head: String) { print("\n\(head)") }

    /// Lines of a phone's screen.
    func screen(_ lines: [String]) { lines.forEach { print("      \($0)") } }

    /// Something that must hold.
    func check(_ holds: Bool, _ what: String) {
        print("  \(holds ? "✓" : "✗") \(what)")
        if !holds { failed.append(what) }
    }

    /// Phones that must show the same; says the first difference if they do not.
    func same(_ what: String, _ shown: [(phone: String, lines: [String])]) {
        let other = shown.first { $0.lines != shown[0].lines }
        check(other == nil, what)
        guard let other else { return }
        let at = zip(shown[0].lines, other.lines).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let line = { (lines: [String]) in at.map { lines[$0] } ?? "\(lines.count) lines" }
        print("      \(shown[0].phone) shows \(line(shown[0].lines)), \(other.phone) shows \(line(other.lines))")
    }

    func fail(_ what: String) {
        print("  ✗ \(what)")
        failed.append(what)
    }

    /// What the process ends with.
    func end() -> Int32 {
        guard failed.isEmpty else {
            print("\nFAILED: \(failed.count) of the checks do not hold:")
            screen(failed)
            return 1
        }
        print("\n断网时写下的每一件事都留住了，恢复网络后各到一次；三部手机看到的内容完全一致。")
        return 0
    }
}
