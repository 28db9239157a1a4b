"""Pictures made by formulas, and how scenes refer to them."""
import math
import struct


def write_texture(path, width, height, value):
    """A linear picture as a PFM file, bottom row first; grey if its values have one channel."""
    with open(path, "wb") as file:
        file.write(f"{'Pf' if len(value(0, 0)) == 1 else 'PF'}\n{width} {height}\n-1.0\n".encode())
        for y in reversed(range(height)):
            for x in range(width):
                texel = value((x + 0.5) / width, (y + 0.5) / height)
                file.write(struct.pack(f"<{len(texel)}f", *texel))


def waves(seed):
    """Smooth colours without structure in 0.15…0.85."""
    def value(u, v):
        return [0.5 + 0.35 * math.sin(2 * math.pi * (u * (1 + (seed + c) % 3) + v * (2 - (seed * c) % 2)) + seed + 2 * c)
                * math.cos(2 * math.pi * (v * (1 + c) - u * seed) + c) for c in range(3)]
    return value


def bitmap(name, identifier, file, raw="true"):
    return (f'<texture type="bitmap" name="{name}" id="{identifier}"><string name="filename" value="{file}"/>'
            f'<boolean name="raw" value="{raw}"/></texture>')
