// swift-tools-version: 6.0
import PackageDescription

let hongqi: Target.Dependency = .product(name: "Hongqi", package: "swift")
let testing: Target.Dependency = .product(name: "HongqiTesting", package: "swift")

let package = Package(
    name: "HongqiDemo",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [.library(name: "HongqiUI", targets: ["HongqiUI"])],
    dependencies: [.package(path: "../bindings/swift")],
    targets: [
        // What each screen shows and does; no screen needed.
        // Swift 6.0's libswiftObservation.so for Linux names a symbol that nothing defines (for reporting that a lock is
        // broken), which the linker minds and the loader does not.
        .target(
            name: "HongqiModels", dependencies: [hongqi],
            linkerSettings: [.unsafeFlags(["-Xlinker", "--allow-shlib-undefined"], .when(platforms: [.linux]))]),
        // The screens. Empty where there is no SwiftUI.
        .target(name: "HongqiUI", dependencies: ["HongqiModels", hongqi]),
        // The day of three phones, without a screen.
        .executableTarget(name: "hongqi-demo", dependencies: [hongqi, testing]),
        .testTarget(name: "HongqiModelsTests", dependencies: ["HongqiModels", hongqi, testing]),
    ]
)
