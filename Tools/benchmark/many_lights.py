#!/usr/bin/env python3
"""Writes a Mitsuba scene with many small area lights: a hall of boxes under lamps that face every way.

The camera does not see the lamps themselves: the noise of their outlines is the same however lights are chosen, and would be
most of what is left when they are chosen well.

    many_lights.py COUNT OUT.xml
"""
import math
import random
import sys


def main():
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        sys.exit(__doc__.strip())
    count, path = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(7)
    lines = ['<scene version="3.0.0">',
             '<integrator type="path"><integer name="max_depth" value="3"/>',
             '<boolean name="hide_emitters" value="true"/></integrator>',
             '<sensor type="perspective"><float name="fov" value="60"/><transform name="to_world">',
             '<lookat origin="0, -19, 9" target="0, 0, 0" up="0, 0, 1"/></transform>',
             '<film type="hdrfilm"><integer name="width" value="192"/><integer name="height" value="128"/>',
             '<rfilter type="box"/></film><sampler type="independent"><integer name="sample_count" value="16"/></sampler>',
             '</sensor>',
             '<bsdf type="diffuse" id="floor"><rgb name="reflectance" value="0.6, 0.6, 0.6"/></bsdf>',
             '<shape type="rectangle"><transform name="to_world"><scale value="12"/></transform><ref id="floor"/></shape>']
    for _ in range(30):
        x, y, h = rng.uniform(-9, 9), rng.uniform(-9, 9), rng.uniform(0.3, 1.5)
        color = ", ".join(f"{rng.uniform(0.2, 0.8):.3f}" for _ in range(3))
        lines.append(
            f'<shape type="cube"><transform name="to_world"><scale value="0.5, 0.5, {h:.3f}"/>'
            f'<rotate z="1" angle="{rng.uniform(0, 90):.2f}"/><translate value="{x:.3f}, {y:.3f}, {h:.3f}"/></transform>'
            f'<bsdf type="diffuse"><rgb name="reflectance" value="{color}"/></bsdf></shape>')
    for _ in range(count):
        x, y, z = rng.uniform(-11, 11), rng.uniform(-11, 11), rng.uniform(1, 4)
        theta, phi = math.acos(1 - rng.random()), rng.uniform(0, 2 * math.pi)
        d = (math.sin(theta) * math.cos(phi), math.sin(theta) * math.sin(phi), -math.cos(theta))
        size = rng.uniform(0.02, 0.06)
        strength = math.exp(rng.uniform(0, 3))
        color = ", ".join(f"{strength * rng.uniform(0.5, 1):.3f}" for _ in range(3))
        up = "0, 1, 0" if abs(d[1]) < 0.9 else "1, 0, 0"
        lines.append(
            f'<shape type="rectangle"><transform name="to_world"><scale value="{size:.4f}"/>'
            f'<lookat origin="{x:.4f}, {y:.4f}, {z:.4f}" target="{x + d[0]:.4f}, {y + d[1]:.4f}, {z + d[2]:.4f}"'
            f' up="{up}"/></transform><emitter type="area"><rgb name="radiance" value="{color}"/></emitter></shape>')
    lines.append("</scene>")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")


main()
