"""Meshes made by formulas, and the PLY files that hold them."""
import math


def write_ply(path, vertices, faces, colors=None, uvs=None):
    """Writes an ASCII PLY file; colors are attributes r, g, b and uvs attributes u, v of vertices."""
    extra = ["property float " + name for name in (["u", "v"] if uvs else []) + (["r", "g", "b"] if colors else [])]
    lines = ["ply", "format ascii 1.0", f"element vertex {len(vertices)}", "property float x", "property float y",
             "property float z", *extra, f"element face {len(faces)}", "property list uchar int vertex_indices",
             "end_header"]
    for i, vertex in enumerate(vertices):
        row = list(vertex) + (list(uvs[i]) if uvs else []) + (list(colors[i]) if colors else [])
        lines.append(" ".join(f"{value:.9g}" for value in row))
    lines += ["3 " + " ".join(map(str, face)) for face in faces]
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")


def quad(corners):
    """Two triangles over four corners in order."""
    return corners, [(0, 1, 2), (0, 2, 3)]


def icosphere(subdivisions):
    """A unit sphere of 20 · 4^subdivisions triangles."""
    t = (1 + math.sqrt(5)) / 2
    vertices = [(-1, t, 0), (1, t, 0), (-1, -t, 0), (1, -t, 0), (0, -1, t), (0, 1, t), (0, -1, -t), (0, 1, -t),
                (t, 0, -1), (t, 0, 1), (-t, 0, -1), (-t, 0, 1)]
    faces = [(0, 11, 5), (0, 5, 1), (0, 1, 7), (0, 7, 10), (0, 10, 11), (1, 5, 9), (5, 11, 4), (11, 10, 2), (10, 7, 6),
             (7, 1, 8), (3, 9, 4), (3, 4, 2), (3, 2, 6), (3, 6, 8), (3, 8, 9), (4, 9, 5), (2, 4, 11), (6, 2, 10),
             (8, 6, 7), (9, 8, 1)]
    vertices = [normalized(v) for v in vertices]
    for _ in range(subdivisions):
        middles = {}

        def middle(a, b):
            key = (min(a, b), max(a, b))
            if key not in middles:
                middles[key] = len(vertices)
                vertices.append(normalized([(p + q) / 2 for p, q in zip(vertices[a], vertices[b])]))
            return middles[key]

        faces = [face for a, b, c in faces for m in [(middle(a, b), middle(b, c), middle(c, a))]
                 for face in [(a, m[0], m[2]), (m[0], b, m[1]), (m[2], m[1], c), m]]
    return vertices, faces


def normalized(v):
    length = math.sqrt(sum(c * c for c in v))
    return tuple(c / length for c in v)


def hare(subdivisions=4):
    """An animal-like body: a sphere with two ears, a snout and a tail, without symmetry."""
    bumps = [((0.45, 0.85, 0.15), 0.95, 30), ((-0.35, 0.9, 0.05), 0.8, 30), ((0.1, 0.1, -1), 0.45, 8),
             ((0.25, -0.2, 1), 0.3, 12), ((-0.8, -0.5, -0.2), 0.25, 6), ((0.9, -0.6, 0.3), 0.2, 6)]
    vertices, faces = icosphere(subdivisions)
    shaped = []
    for v in vertices:
        radius = 0.8
        for direction, height, sharpness in bumps:
            d = normalized(direction)
            radius += height * math.exp(sharpness * (sum(a * b for a, b in zip(v, d)) - 1))
        shaped.append(tuple(radius * c for c in v))
    return shaped, faces


def pot(around=48, along=24):
    """A lathed vessel, closed, with a profile that bulges."""
    profile = [(0, -0.6)] + [
        (0.55 + 0.25 * math.sin(0.5 + 2.4 * t) + 0.05 * math.sin(9 * t), -0.6 + 1.1 * t) for t in
        [i / (along - 1) for i in range(along)]] + [(0, 0.62)]
    vertices = [(0, profile[0][1], 0), (0, profile[-1][1], 0)]
    rings = []
    for radius, height in profile[1:-1]:
        rings.append([len(vertices) + k for k in range(around)])
        vertices += [(radius * math.cos(2 * math.pi * k / around), height, radius * math.sin(2 * math.pi * k / around))
                     for k in range(around)]
    faces = []
    for k in range(around):
        n = (k + 1) % around
        faces += [(0, rings[0][k], rings[0][n]), (1, rings[-1][n], rings[-1][k])]
        for low, high in zip(rings, rings[1:]):
            faces += [(low[k], high[k], low[n]), (low[n], high[k], high[n])]
    return vertices, faces
