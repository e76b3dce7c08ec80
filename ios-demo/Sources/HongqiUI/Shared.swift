import Hongqi
import HongqiModels
import SwiftUI

/// A text of several lines, to be kept or given up.
struct TextSheet: View {
    let title: String
    @State var text: String
    let done: (String) -> Void
    @Environment(\.dismiss) private var dismiss

    var body: some View {
        NavigationStack {
            TextEditor(text: $text)
                .accessibilityLabel(title)
                .padding()
                .navigationTitle(title)
                .toolbar {
                    ToolbarItem(placement: .cancellationAction) { Button(Words.cancel.text()) { dismiss() } }
                    ToolbarItem(placement: .confirmationAction) {
                        Button(Words.ok.text()) {
                            done(text)
                            dismiss()
                        }
                    }
                }
        }
    }
}

/// What cannot be taken back is asked once more.
struct SureButton: View {
    let title: String
    let message: String
    let act: @MainActor () -> Void
    @State private var asks = false

    init(title: String, message: String = Words.noWayBack.text(), act: @escaping @MainActor () -> Void) {
        (self.title, self.message, self.act) = (title, message, act)
    }

    var body: some View {
        Button(title, role: .destructive) { asks = true }
            .confirmationDialog(title, isPresented: $asks, titleVisibility: .visible) {
                Button(title, role: .destructive, action: act)
            } message: {
                Text(message)
            }
    }
}

/// A QR code. Black on white in dark mode too, and as large as there is room: others scan it.
struct QrView: View {
    let picture: QrPicture
    let label: String

    var body: some View {
        Canvas { context, size in
            let unit = min(size.width, size.height) / CGFloat(picture.side)
            var dark = Path()
            for square in picture.dark {
                dark.addRect(
                    CGRect(
                        x: CGFloat(square.x) * unit, y: CGFloat(square.y) * unit, width: CGFloat(square.width) * unit,
                        height: CGFloat(square.height) * unit))
            }
            context.fill(dark, with: .color(.black))
        }
        .aspectRatio(1, contentMode: .fit)
        .background(.white)
        .accessibilityElement()
        .accessibilityLabel(label)
        .accessibilityAddTraits(.isImage)
    }
}

extension View {
    /// Shows the outcome of an act until it was seen, in colour and in words.
    func outcome(_ color: Color) -> some View {
        padding().frame(maxWidth: .infinity, alignment: .leading)
            .background(color.opacity(0.2), in: .rect(cornerRadius: 8))
    }
}
