// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "RenderScene",
  dependencies: [.package(name: "Penumbra", path: "../..")],
  targets: [
    .executableTarget(
      name: "RenderScene",
      dependencies: [.product(name: "Penumbra", package: "Penumbra")],
      path: "Sources")
  ],
  swiftLanguageModes: [.v6]
)
