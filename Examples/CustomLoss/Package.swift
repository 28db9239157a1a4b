// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "CustomLoss",
  dependencies: [.package(name: "Penumbra", path: "../..")],
  targets: [
    .executableTarget(
      name: "CustomLoss",
      dependencies: [
        .product(name: "Penumbra", package: "Penumbra"),
        .product(name: "PenumbraDifferentiable", package: "Penumbra"),
      ],
      path: "Sources")
  ],
  swiftLanguageModes: [.v6]
)
