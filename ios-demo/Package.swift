// swift-tools-version: 6.0
import PackageDescription

let hongqi: Target.Dependency = .product(name: "Hongqi", package: "swift")
let testing: Target.Dependency = .product(name: "HongqiTesting", package: "swift")

// Where there is no SwiftUI, a stand-in lets the compiler check that the screens fit their models.
#if os(Linux)
let ui: [Target] = [.target(name: "SwiftUI", path: "Linux/SwiftUI")]
let swiftUI: [Target.Dependency] = ["SwiftUI"]
#else
let ui: [Target] = []
let swiftUI: [Target.Dependency] = []
#endif

let package = Package(
    name: "HongqiDemo",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [
        .library(name: "HongqiUI", targets: ["HongqiUI"]),
        .library(name: "HongqiModels", targets: ["HongqiModels"]),
    ],
    dependencies: [.package(path: "../bindings/swift")],
    targets: ui + [
        // What each screen shows and does; no screen needed.
        .target(name: "HongqiModels", dependencies: [hongqi]),
        // The screens.
        .target(name: "HongqiUI", dependencies: ["HongqiModels", hongqi] + swiftUI),
        // The day of three phones, without a screen.
        .executableTarget(name: "hongqi-demo", dependencies: [hongqi, testing]),
        .testTarget(name: "HongqiModelsTests", dependencies: ["HongqiModels", hongqi, testing]),
    ]
)
