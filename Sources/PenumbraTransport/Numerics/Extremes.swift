// The larger and the smaller of two, for the types of the kernel: inside large functions the generic ones of the standard library
// stay calls. What comes out is the same, in what is no number, too.

@inline(__always) func min(_ a: Float, _ b: Float) -> Float { b < a ? b : a }
@inline(__always) func max(_ a: Float, _ b: Float) -> Float { b >= a ? b : a }
@inline(__always) func min(_ a: Int, _ b: Int) -> Int { b < a ? b : a }
@inline(__always) func max(_ a: Int, _ b: Int) -> Int { b >= a ? b : a }
@inline(__always) func min(_ a: Int32, _ b: Int32) -> Int32 { b < a ? b : a }
@inline(__always) func max(_ a: Int32, _ b: Int32) -> Int32 { b >= a ? b : a }

@inline(__always) func pointwiseMin(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> SIMD2<Float> {
  a.replacing(with: b, where: b .< a)
}
@inline(__always) func pointwiseMax(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> SIMD2<Float> {
  a.replacing(with: b, where: b .>= a)
}
@inline(__always) func pointwiseMin(_ a: Vector3, _ b: Vector3) -> Vector3 { a.replacing(with: b, where: b .< a) }
@inline(__always) func pointwiseMax(_ a: Vector3, _ b: Vector3) -> Vector3 { a.replacing(with: b, where: b .>= a) }
