import HongqiModels
import SwiftUI

/// Reads codes, with a camera: the app's shell brings one. Where there is none, the text of a code is typed or pasted.
public struct CodeReader: Sendable {
    let view: @MainActor @Sendable (@escaping @MainActor (String) -> Void) -> AnyView

    /// `view` shows what it sees and calls back with each text that it reads.
    public init(_ view: @escaping @MainActor @Sendable (@escaping @MainActor (String) -> Void) -> AnyView) {
        self.view = view
    }
}

private struct CodeReaderKey: EnvironmentKey {
    static let defaultValue: CodeReader? = nil
}

extension EnvironmentValues {
    public var codeReader: CodeReader? {
        get { self[CodeReaderKey.self] }
        set { self[CodeReaderKey.self] = newValue }
    }
}

/// Reads one code.
struct ScanSheet: View {
    let hint: String
    let read: @MainActor (String) -> Void
    @Environment(\.codeReader) private var reader
    @Environment(\.dismiss) private var dismiss
    @State private var typed = ""

    init(hint: String, read: @escaping @MainActor (String) -> Void) { (self.hint, self.read) = (hint, read) }

    var body: some View {
        NavigationStack {
            Form {
                if let reader {
                    Section(hint) { reader.view { take($0) }.frame(minHeight: 320) }
                }
                Section(PresenceWords.typeCode.text()) {
                    TextField(PresenceWords.typeCode.text(), text: $typed).exact()
                    Button(PresenceWords.take.text()) { take(typed) }.disabled(typed.isEmpty)
                }
            }
            .navigationTitle(hint)
            .toolbar { Button(Words.cancel.text()) { dismiss() } }
        }
    }

    private func take(_ text: String) {
        read(text)
        dismiss()
    }
}
