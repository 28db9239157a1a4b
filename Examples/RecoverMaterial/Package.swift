// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "RecoverMaterial",
  dependencies: [.package(name: "Penumbra", path: "../..")],
  targets: [
    .executableTarget(
      name: "RecoverMaterial",
      dependencies: [.product(name: "Penumbra", package: "Penumbra")],
      path: "Sources")
  ],
  swiftLanguageModes: [.v6]
)
