"""Procedural meshes: arrays of positions, faces and texture coordinates."""
import numpy as np


def grid_faces(rows, columns):
    """Triangles of a grid of (rows + 1) × (columns + 1) vertices."""
    i, j = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    a = (i * (columns + 1) + j).ravel()
    b, c, d = a + 1, a + columns + 2, a + columns + 1
    return np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])


def grid_uv(rows, columns):
    v, u = np.meshgrid(np.linspace(0, 1, rows + 1), np.linspace(0, 1, columns + 1), indexing="ij")
    return np.stack([u.ravel(), v.ravel()], 1)


def normalized(v):
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def tube(curve, radius, sides=24):
    """A closed tube around a closed curve [N, 3]."""
    tangents = normalized(np.roll(curve, -1, 0) - np.roll(curve, 1, 0))
    # A frame that turns as little as possible, its remaining twist spread over the length.
    frame = np.empty_like(curve)
    normal = normalized(np.cross(tangents[0], [0.3, 0.5, 0.8]))
    for i, t in enumerate(tangents):
        normal = normalized(normal - t * np.dot(normal, t))
        frame[i] = normal
    last = normalized(normal - tangents[0] * np.dot(normal, tangents[0]))
    twist = np.arctan2(np.dot(np.cross(frame[0], last), tangents[0]), np.dot(frame[0], last))
    n = len(curve)
    rows = np.arange(n + 1) % n
    angle = np.linspace(0, 2 * np.pi, sides + 1)[None, :] - (np.arange(n + 1) / n * twist)[:, None]
    other = np.cross(tangents, frame)
    ring = np.cos(angle)[..., None] * frame[rows][:, None] + np.sin(angle)[..., None] * other[rows][:, None]
    size = np.broadcast_to(radius, n)[rows][:, None, None]
    positions = curve[rows][:, None] + size * ring
    return positions.reshape(-1, 3), grid_faces(n, sides)[:, ::-1], grid_uv(n, sides), ring.reshape(-1, 3)


def torus_knot(p=2, q=3, radius=1.0, height=0.4, tube_radius=0.22, steps=400, sides=32):
    t = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    r = radius * (1 + height * np.cos(q * t))
    curve = np.stack([r * np.cos(p * t), radius * height * np.sin(q * t) * 1.2, r * np.sin(p * t)], 1)
    return tube(curve, tube_radius, sides)


def lathe(profile, sides=64):
    """A profile [N, 2] of (radius, height), from the bottom up, turned about the y axis."""
    profile = np.asarray(profile, dtype=float)
    phi = np.linspace(0, 2 * np.pi, sides + 1)
    radius, height = profile[:, 0][:, None], profile[:, 1][:, None]
    positions = np.stack(np.broadcast_arrays(radius * np.cos(phi), height, radius * np.sin(phi)), -1)
    return positions.reshape(-1, 3), grid_faces(len(profile) - 1, sides)[:, ::-1], grid_uv(len(profile) - 1, sides)


def smooth_profile(points, steps=12):
    """A Catmull-Rom curve through the points, ends kept."""
    points = np.asarray(points, dtype=float)
    padded = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:]):
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.concatenate(parts + [points[-1:]])


def noise(x, y, seed=0, octaves=6, period=None):
    """Fractal value noise of arrays x and y, about −1…1; repeats after `period` cells of the first octave."""
    total, amplitude, frequency = np.zeros_like(x, dtype=float), 0.5, 1
    for octave in range(octaves):
        total += amplitude * _value_noise(x * frequency, y * frequency, seed + octave, period and period * frequency)
        amplitude, frequency = amplitude * 0.5, frequency * 2
    return total


def _value_noise(x, y, seed, period):
    i, j = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    u, v = x - i, y - j
    u, v = u**3 * (u * (6 * u - 15) + 10), v**3 * (v * (6 * v - 15) + 10)

    def corner(a, b):
        if period:
            a, b = a % period, b % period
        h = (a * 374761393 + b * 668265263 + seed * 974634777) & 0xFFFFFFFF
        h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
        h = ((h ^ (h >> 16)) * 951274213) & 0xFFFFFFFF
        return ((h ^ (h >> 13)) & 0xFFFFFF) / 0x7FFFFF - 1

    top = corner(i, j) * (1 - u) + corner(i + 1, j) * u
    bottom = corner(i, j + 1) * (1 - u) + corner(i + 1, j + 1) * u
    return top * (1 - v) + bottom * v
