// swift-tools-version: 6.0
import PackageDescription

let hongqi: Target.Dependency = .product(name: "Hongqi", package: "swift")
let testing: Target.Dependency = .product(name: "HongqiTesting", package: "swift")

let package = Package(
    name: "HongqiDemo",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [
        .library(name: "HongqiUI", targets: ["HongqiUI"]),
        .library(name: "HongqiModels", targets: ["HongqiModels"]),
    ],
    dependencies: [.package(path: "../bindings/swift")],
    targets: [
        // What each screen shows and does; no screen needed.
        .target(name: "HongqiModels", dependencies: [hongqi]),
        // The screens. Empty where there is no SwiftUI.
        .target(name: "HongqiUI", dependencies: ["HongqiModels", hongqi]),
        // The day of three phones, without a screen.
        .executableTarget(name: "hongqi-demo", dependencies: [hongqi, testing]),
        .testTarget(name: "HongqiModelsTests", dependencies: ["HongqiModels", hongqi, testing]),
    ]
)
