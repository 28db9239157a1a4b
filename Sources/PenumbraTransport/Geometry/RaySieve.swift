/// What is known of rays before a hierarchy is asked: small shapes are tested one triangle after another, and rays that pass the
/// boxes of all other shapes need nothing more.
struct RaySieve {
  let triangles: TriangleList
  let bodies: BodyBoxes
}
