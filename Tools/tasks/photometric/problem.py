#!/usr/bin/env python3
"""Writes scene.xml and problem.yaml for a photometric set of a sphere: one camera, one unknown light per photograph.

    problem.py SET_FOLDER OUTPUT_FOLDER

SET_FOLDER holds photometric.json (image size, list of photographs, the sphere's outline in pixels) and mask.png.
Axes: x right in the picture, y up, z towards the viewer; the camera is orthographic; pixel values are linear.
"""
import json
import os
import sys


def scene(data):
    """A unit sphere where the outline says, an orthographic camera, and one directional light per photograph."""
    width, height = data["w"], data["h"]
    (cx, cy), radius = data["sphere"]["centre"], data["sphere"]["radius"]
    scale = width / 2 / radius
    x, y = (cx - width / 2) / radius, (height / 2 - cy) / radius
    lights = "\n".join(
        f"""  <emitter type="directional" id="light_{i:02}">
    <vector name="direction" value="0, 0, -1"/>
    <rgb name="irradiance" value="4, 4, 4"/>
  </emitter>"""
        for i in range(len(data["images"]))
    )
    return f"""<scene version="3.0.0">
  <integrator type="path"><integer name="max_depth" value="2"/></integrator>
  <sensor type="orthographic" id="camera">
    <transform name="to_world">
      <scale x="{scale:.9g}" y="{scale:.9g}"/>
      <lookat origin="0, 0, 5" target="0, 0, 0" up="0, 1, 0"/>
    </transform>
    <film type="hdrfilm">
      <integer name="width" value="{width}"/>
      <integer name="height" value="{height}"/>
      <rfilter type="box"/>
    </film>
    <sampler type="multijitter"><integer name="sample_count" value="16"/></sampler>
  </sensor>
  <bsdf type="diffuse" id="paint"><rgb name="reflectance" value="0.5, 0.5, 0.5"/></bsdf>
  <shape type="sphere" id="ball">
    <point name="center" value="{x:.9g}, {y:.9g}, 0"/>
    <ref id="paint"/>
  </shape>
{lights}
</scene>
"""


def problem(data, folder, output):
    """All light directions and intensities and the albedo; light 0 keeps its intensity, which fixes the common scale."""
    mask = os.path.relpath(os.path.join(folder, data["mask_path"]), output)
    lines = ["scene: scene.xml", "targets:"]
    for i, image in enumerate(data["images"]):
        path = os.path.relpath(os.path.join(folder, image["file_path"]), output)
        lines.append(f"  - {{image: {path}, mask: {mask}, encoding: {data['encoding']}, lights: [light_{i:02}]}}")
    lines.append("unknowns:")
    lines.append("  - {key: paint.reflectance.value, learning_rate: 0.02}")
    for i in range(len(data["images"])):
        lines.append(f"  - {{key: light_{i:02}.rotate, learning_rate: 0.03}}")
        if i > 0:
            lines.append(f"  - {{key: light_{i:02}.irradiance.value, learning_rate: 0.05}}")
    lines += ["loss: {type: l2}", "optimizer: {type: adam, iterations: 120, spp: 2}"]
    return "\n".join(lines) + "\n"


def main():
    folder, output = sys.argv[1:3]
    with open(os.path.join(folder, "photometric.json")) as file:
        data = json.load(file)
    os.makedirs(output, exist_ok=True)
    for name, text in [("scene.xml", scene(data)), ("problem.yaml", problem(data, folder, output))]:
        with open(os.path.join(output, name), "w") as file:
            file.write(text)


main()
