// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Debian 12 ships Embree 3, Debian 13 Embree 4; the shim header chooses the same way.
let hasEmbree4 = ["/usr/include/embree4", "/usr/local/include/embree4"]
  .contains { FileManager.default.fileExists(atPath: $0) }
let embreeLibrary = hasEmbree4 ? "embree4" : "embree3"

// The hot module goes without Swift's checks of indices and overflow, unless a run is to look for what they would find.
let optimization = Context.environment["PENUMBRA_CHECKS"] == nil ? "-Ounchecked" : "-O"
#if arch(x86_64)
  let transportFlags = [optimization, "-Xcc", "-march=x86-64-v3"]
#else
  let transportFlags = [optimization]
#endif

// Debian keeps the headers of its MPI in a folder per architecture; elsewhere, CPATH and LIBRARY_PATH say where they are.
let mpiHeaders = ["x86_64", "aarch64"].map { "-I/usr/include/\($0)-linux-gnu/mpi" }

let features: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "Penumbra",
  products: [
    .library(name: "Penumbra", targets: ["Penumbra"]),
    .library(name: "PenumbraDifferentiable", targets: ["PenumbraDifferentiable"]),
    .library(name: "PenumbraMPI", targets: ["PenumbraMPI"]),
    .executable(name: "penumbra", targets: ["PenumbraCLI"]),
    .executable(name: "penumbra-benchmark", targets: ["PenumbraBenchmark"]),
  ],
  traits: [
    .trait(
      name: "MPI", description: "Render and optimize with many processes, started by mpirun; needs an MPI library.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // C libraries: headers and thin shims only.
    .target(
      name: "CEmbree", linkerSettings: [.linkedLibrary(embreeLibrary)]),
    .target(name: "CPacket"),
    .target(name: "CHugePages"),
    .target(
      name: "COpenEXR",
      cSettings: [.unsafeFlags(["-I/usr/include/OpenEXR", "-I/usr/include/Imath"])],
      cxxSettings: [.unsafeFlags(["-I/usr/include/OpenEXR", "-I/usr/include/Imath"])],
      linkerSettings: [.linkedLibrary("OpenEXRCore")]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CAssimp", linkerSettings: [.linkedLibrary("assimp")]),
    .target(
      name: "CMPI",
      cSettings: [
        .define("PENUMBRA_MPI", .when(traits: ["MPI"])), .unsafeFlags(mpiHeaders, .when(traits: ["MPI"])),
      ],
      linkerSettings: [.linkedLibrary("mpi", .when(traits: ["MPI"]))]),
    .target(name: "CTurboJPEG", linkerSettings: [.linkedLibrary("turbojpeg")]),

    // The hot module: everything that runs per ray.
    .target(
      name: "PenumbraTransport", dependencies: ["CEmbree", "CHugePages", "CPacket"],
      swiftSettings: features + [.unsafeFlags(transportFlags, .when(configuration: .release))]),
    .target(
      name: "PenumbraImages", dependencies: ["COpenEXR", "CPNG", "CTurboJPEG"],
      swiftSettings: features),
    .target(
      name: "PenumbraScenes",
      dependencies: ["PenumbraTransport", "PenumbraImages", "CAssimp", "CHugePages", "CZlib"],
      swiftSettings: features),
    .target(
      name: "PenumbraInverse",
      dependencies: ["PenumbraTransport", "PenumbraImages", .product(name: "Yams", package: "Yams")],
      swiftSettings: features),
    .target(
      name: "PenumbraReconstruction",
      dependencies: ["PenumbraTransport", "PenumbraImages", "PenumbraScenes", "PenumbraInverse"],
      swiftSettings: features),
    // Empty without the trait MPI.
    .target(name: "PenumbraMPI", dependencies: ["CMPI", "PenumbraTransport"], swiftSettings: features),
    .target(name: "PenumbraDifferentiable", dependencies: ["PenumbraTransport"], swiftSettings: features),
    .target(
      name: "Penumbra",
      dependencies: [
        "PenumbraTransport", "PenumbraImages", "PenumbraScenes", "PenumbraInverse", "PenumbraReconstruction",
      ],
      swiftSettings: features),
    .executableTarget(
      name: "PenumbraCLI",
      dependencies: [
        "Penumbra", "PenumbraMPI", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: features),
    .executableTarget(
      name: "PenumbraBenchmark", dependencies: ["PenumbraScenes", "PenumbraTransport"], swiftSettings: features),

    // The code of README and articles, compiled as it stands.
    .executableTarget(name: "ListingMaker", path: "Plugins/ListingMaker", swiftSettings: features),
    .plugin(
      name: "DocumentedCode", capability: .buildTool(), dependencies: ["ListingMaker"], path: "Plugins/DocumentedCode"),
    .testTarget(
      name: "PenumbraDocumentationTests", dependencies: ["Penumbra", "PenumbraDifferentiable"],
      swiftSettings: features, plugins: ["DocumentedCode"]),

    .target(
      name: "PenumbraTestSupport", dependencies: ["PenumbraTransport"], path: "Tests/PenumbraTestSupport",
      swiftSettings: features),
    .testTarget(
      name: "PenumbraTransportTests", dependencies: ["PenumbraTransport", "PenumbraTestSupport"],
      swiftSettings: features),
    .testTarget(
      name: "PenumbraImagesTests", dependencies: ["PenumbraImages", "PenumbraTestSupport"],
      swiftSettings: features),
    .testTarget(
      name: "PenumbraScenesTests", dependencies: ["PenumbraScenes", "PenumbraTestSupport"],
      swiftSettings: features),
    .testTarget(
      name: "PenumbraInverseTests", dependencies: ["PenumbraInverse", "PenumbraTestSupport"],
      swiftSettings: features),
    .testTarget(
      name: "PenumbraDifferentiableTests", dependencies: ["PenumbraDifferentiable", "PenumbraTransport"],
      swiftSettings: features),
    .testTarget(
      name: "PenumbraReconstructionTests", dependencies: ["PenumbraReconstruction", "PenumbraTestSupport"],
      swiftSettings: features),
    .testTarget(
      name: "PenumbraRenderTests", dependencies: ["Penumbra", "PenumbraTestSupport"],
      swiftSettings: features),
    .testTarget(
      name: "PenumbraCLITests",
      dependencies: [
        "PenumbraTestSupport", "PenumbraCLI", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Snapshots"],
      swiftSettings: features),
  ],
  swiftLanguageModes: [.v6]
)
