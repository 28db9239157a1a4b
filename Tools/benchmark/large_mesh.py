"""Writes a binary PLY of a bumpy sphere: python3 large_mesh.py TRIANGLES OUT.ply"""
import struct
import sys
import numpy as np

triangles, path = int(sys.argv[1]), sys.argv[2]
columns = max(3, round((triangles) ** 0.5))
rows = max(2, triangles // (2 * columns))
u, v = np.meshgrid(np.arange(columns + 1) / columns, np.arange(rows + 1) / rows)
phi, theta = 2 * np.pi * u, np.pi * v
radius = 1 + 0.05 * np.sin(40 * phi) * np.sin(40 * theta)
points = np.stack(
    [radius * np.sin(theta) * np.cos(phi), radius * np.sin(theta) * np.sin(phi), radius * np.cos(theta)], -1)
first = (np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)).ravel().astype("<u4")
a, b, c, d = first, first + 1, first + columns + 1, first + columns + 2
corners = np.concatenate([np.stack([a, c, b], -1), np.stack([b, c, d], -1)])
faces = np.zeros(len(corners), dtype=[("n", "u1"), ("i", "<u4", 3)])
faces["n"], faces["i"] = 3, corners
with open(path, "wb") as file:
    file.write(
        f"ply\nformat binary_little_endian 1.0\nelement vertex {points.size // 3}\n"
        "property float x\nproperty float y\nproperty float z\n"
        f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n".encode())
    file.write(points.reshape(-1, 3).astype("<f4").tobytes())
    file.write(faces.tobytes())
