"""Writes meshes and pictures with nothing but numpy and zlib."""
import struct
import zlib

import numpy as np


def write_ply(path, positions, faces, uv=None, normals=None, colors=None):
    """Binary PLY; `positions` [V, 3], `faces` [F, 3], the others [V, 2] or [V, 3] or absent."""
    columns, names = [np.asarray(positions)], ["x", "y", "z"]
    for values, labels in [(normals, ["nx", "ny", "nz"]), (uv, ["u", "v"]), (colors, ["r", "g", "b"])]:
        if values is not None:
            columns.append(np.asarray(values))
            names += labels
    vertices = np.concatenate(columns, axis=1).astype("<f4")
    corners = np.empty(len(faces), dtype=[("count", "u1"), ("index", "<i4", 3)])
    corners["count"], corners["index"] = 3, faces
    header = f"ply\nformat binary_little_endian 1.0\nelement vertex {len(vertices)}\n"
    header += "".join(f"property float {name}\n" for name in names)
    header += f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    with open(path, "wb") as file:
        file.write(header.encode() + vertices.tobytes() + corners.tobytes())


def write_png(path, pixels):
    """8-bit PNG of [H, W] or [H, W, 3] values in 0...1, stored as they are."""
    pixels = np.clip(np.round(np.asarray(pixels) * 255), 0, 255).astype(np.uint8)
    height, width = pixels.shape[:2]
    color = 2 if pixels.ndim == 3 else 0
    rows = pixels.reshape(height, -1).astype(np.int16)
    # The "up" filter: smooth pictures become small.
    filtered = rows.copy()
    filtered[1:] -= rows[:-1]
    raw = b"".join(b"\2" + row.astype(np.uint8).tobytes() for row in filtered % 256)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9))
                   + chunk(b"IEND", b""))


def write_pfm(path, pixels):
    """Linear float RGB, [H, W, 3], first row on top."""
    pixels = np.asarray(pixels, dtype="<f4")
    with open(path, "wb") as file:
        file.write(f"PF\n{pixels.shape[1]} {pixels.shape[0]}\n-1.0\n".encode() + pixels[::-1].tobytes())
