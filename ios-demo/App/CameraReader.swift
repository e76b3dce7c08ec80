import HongqiUI
import SwiftUI
import Vision
import VisionKit

extension CodeReader {
    /// The camera of this phone; nil where there is none that reads codes, and in the simulator.
    @MainActor
    static var camera: CodeReader? {
        guard DataScannerViewController.isSupported else { return nil }
        return CodeReader { read in AnyView(Camera(read: read)) }
    }
}

private struct Camera: UIViewControllerRepresentable {
    let read: @MainActor (String) -> Void

    func makeUIViewController(context: Context) -> DataScannerViewController {
        let scanner = DataScannerViewController(recognizedDataTypes: [.barcode(symbologies: [.qr])], isHighlightingEnabled: true)
        scanner.delegate = context.coordinator
        return scanner
    }

    func updateUIViewController(_ scanner: DataScannerViewController, context: Context) {
        // Without the permission nothing is seen; the text of the code can still be typed below.
        if !scanner.isScanning { try? scanner.startScanning() }
    }

    static func dismantleUIViewController(_ scanner: DataScannerViewController, coordinator: Coordinator) {
        scanner.stopScanning()
    }

    func makeCoordinator() -> Coordinator { Coordinator(read) }

    @MainActor
    final class Coordinator: NSObject, DataScannerViewControllerDelegate {
        private let read: @MainActor (String) -> Void
        private var done = false

        init(_ read: @escaping @MainActor (String) -> Void) { self.read = read }

        func dataScanner(_ scanner: DataScannerViewController, didAdd added: [RecognizedItem], allItems: [RecognizedItem]) {
            for case .barcode(let code) in added {
                // One code a sheet, however often the camera sees it.
                guard !done, let text = code.payloadStringValue else { continue }
                done = true
                read(text)
            }
        }
    }
}
