#!/usr/bin/env python3
"""Writes the scenes and problems of an object that does not touch its target in the picture.

    problem.py OUTPUT_FOLDER

Two scenes, `sphere` (shining) and `mesh` (a lit octahedron star); each starts three diameters from where the target has it.
For each a problem with soft visibility that hands over to edges, and one with edges alone for comparison.
"""
import math
import os
import sys

RADIUS = 0.25
# Three diameters, in the plane of the picture.
MOVED = tuple(6 * RADIUS * x for x in (0.8, 0.6))
START = (-0.65, -0.45)

SENSOR = """  <sensor type="perspective" id="camera">
    <float name="fov" value="36"/>
    <transform name="to_world"><lookat origin="0, 0, 6" target="0, 0, 0" up="0, 1, 0"/></transform>
    <film type="hdrfilm"><integer name="width" value="64"/><integer name="height" value="64"/></film>
    <sampler type="multijitter"><integer name="sample_count" value="64"/></sampler>
  </sensor>"""


def sphere_scene():
    x, y = START
    return f"""<scene version="3.0.0">
  <integrator type="path"><integer name="max_depth" value="2"/></integrator>
{SENSOR}
  <shape type="sphere" id="object">
    <point name="center" value="{x}, {y}, 0"/><float name="radius" value="{RADIUS}"/>
    <emitter type="area"><rgb name="radiance" value="3, 2, 1"/></emitter>
  </shape>
</scene>
"""


def mesh_scene():
    x, y = START
    return f"""<scene version="3.0.0">
  <integrator type="path"><integer name="max_depth" value="2"/></integrator>
{SENSOR}
  <shape type="obj" id="object">
    <string name="filename" value="star.obj"/>
    <transform name="to_world"><scale value="{RADIUS}"/><translate x="{x}" y="{y}"/></transform>
    <bsdf type="diffuse"><rgb name="reflectance" value="0.8, 0.5, 0.3"/></bsdf>
  </shape>
  <emitter type="directional" id="sun">
    <vector name="direction" value="-0.4, -0.5, -1"/><rgb name="irradiance" value="6, 6, 6"/>
  </emitter>
</scene>
"""


def star():
    """An octahedron with a pyramid on every face, within the unit sphere."""
    corners = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
    vertices = [tuple(0.6 * c for c in corner) for corner in corners]
    faces = []
    for x in (0, 1):
        for y in (2, 3):
            for z in (4, 5):
                a, b, c = x, y, z
                if (x + y + z) % 2:
                    b, c = c, b
                signs = [corners[x][0], corners[y][1], corners[z][2]]
                tip = len(vertices)
                vertices.append(tuple(s / math.sqrt(3) for s in signs))
                faces += [(a, b, tip), (b, c, tip), (c, a, tip)]
    lines = ["v {:.9g} {:.9g} {:.9g}".format(*v) for v in vertices]
    return "\n".join(lines + ["f {} {} {}".format(*(i + 1 for i in f)) for f in faces]) + "\n"


def problem(scene, estimator):
    visibility = "{estimator: soft, soft: {temperature: [0.1, 0.001]}}" if estimator == "soft" else "{estimator: edges}"
    return f"""scene: {scene}.xml
targets:
  - {{image: {scene}_target.exr}}
unknowns:
  - {{key: 'object.translate[0]', learning_rate: 0.04}}
  - {{key: 'object.translate[1]', learning_rate: 0.04}}
loss: {{type: l2}}
optimizer: {{type: adam, iterations: 200, spp: 16}}
visibility: {visibility}
"""


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    files = {"sphere.xml": sphere_scene(), "mesh.xml": mesh_scene(), "star.obj": star(),
             "moved.txt": ",".join(f"{x:.9g}" for x in (*MOVED, 0)) + "\n"}
    for scene in ("sphere", "mesh"):
        for estimator in ("soft", "edges"):
            files[f"{scene}_{estimator}.yaml"] = problem(scene, estimator)
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
