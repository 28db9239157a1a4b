"""Inverse problems that Penumbra and Mitsuba 3 both solve: scene, start, truth, and each one's settings.

A scene file is written at the truth. Parameters have the same keys in both, but for poses, which Mitsuba's users apply to
vertices themselves.
"""

import dataclasses
import math
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tasks" / "lib"))

import edges  # noqa: E402
import materials  # noqa: E402
import meshes  # noqa: E402
import scenes  # noqa: E402
from textures import write_texture  # noqa: E402


@dataclasses.dataclass
class Problem:
    """`unknowns` maps keys to start values, as Penumbra takes them; one number stands for all elements."""
    name: str
    write: object
    unknowns: dict
    # Penumbra's lines of the problem file after its unknowns, and options of single unknowns.
    ours: str
    # Mitsuba's integrator, samples per step, rate of Adam and number of steps.
    integrator: dict
    spp: int
    rate: float
    steps: int
    bounds: tuple = None
    options: str = ""
    target_spp: int = 1024
    views: tuple = ("sensor",)
    loss: str = "l2"
    # What is compared: values of the keys, poses of a mesh, or pictures of a shape.
    kind: str = "values"
    # Small problems list their values in every iteration, from which the time of reaching an accuracy is known.
    is_small: bool = True


def gradient_based_opt():
    def write(folder):
        # Mitsuba would name the walls' colours after their two sides.
        text = re.sub(r'<bsdf type="twosided" id="\w+">(<bsdf .*?</bsdf>)</bsdf>', r"\1", scenes.cornell_box(128))
        edges.write(folder, text.replace('_sides"/>', '"/>'))
    return Problem(
        "gradient_based_opt", write,
        {"red.reflectance.value": [0.01, 0.2, 0.9]}, "optimizer: {type: auto, iterations: 50, spp: 4}",
        {"type": "prb", "max_depth": 6}, spp=4, rate=0.05, steps=50, bounds=(0, 1), target_spp=512)


def object_pose_estimation():
    def write(folder):
        # Direct light only, as the peer's integrator computes it.
        edges.write_hare(folder, depth=2)
    # The tutorial's angle is a hundredth of degrees: 0.25 there is 0.436 rad.
    return Problem(
        "object_pose_estimation", write,
        {"hare.rotate[1]": math.radians(25), "hare.translate[0]": 0.1, "hare.translate[1]": -0.25},
        "optimizer: {type: auto, iterations: 100, spp: 16}", {"type": "direct_projective"}, spp=16, rate=0.025,
        steps=100, kind="pose")


def envmap():
    return Problem(
        "envmap", materials.write_ball_under_sky, {"sky.data": 0.5},
        "optimizer: {type: auto, iterations: 12, spp: 16, max_spp: 64}",
        {"type": "prb", "max_depth": 2}, spp=8, rate=0.03, steps=300, bounds=(0, 1000), is_small=False)


def texture_256():
    return Problem(
        "texture_256", materials.write_painted_board, {"paint.reflectance.data": 0.5},
        "optimizer: {type: auto, iterations: 4, spp: 8, max_spp: 64}", {"type": "prb", "max_depth": 2},
        spp=16, rate=0.05, steps=60, bounds=(0, 1), target_spp=512, is_small=False)


def principled_sphere():
    def write(folder):
        paint = ('  <bsdf type="principled" id="paint"><rgb name="base_color" value="0.7, 0.35, 0.2"/>'
                 '<float name="roughness" value="0.25"/><float name="metallic" value="0.8"/></bsdf>')
        edges.write(folder, scenes.scene([
            scenes.sensor((0, 0, 4), (0, 0, 0), fov=35, size=128), paint,
            '  <shape type="sphere" id="ball"><ref id="paint"/></shape>',
            scenes.rectangle("lamp", (2, 3, 3), (0, 0, 0), half=0.7, emitter=scenes.area(15)),
            '  <emitter type="constant"><rgb name="radiance" value="0.3, 0.35, 0.4"/></emitter>']))
    return Problem(
        "principled_sphere", write, {"paint.roughness.value": 0.6, "paint.metallic.value": 0.2},
        "optimizer: {type: auto, iterations: 100, spp: 16}", {"type": "prb", "max_depth": 2}, spp=16, rate=0.02,
        steps=100, bounds=(0.05, 1))


def shape_optimization(mesh=None):
    eyes = [(3.5 * math.sin(a) * math.cos(b), 3.5 * math.sin(b), 3.5 * math.cos(a) * math.cos(b))
            for a, b in [(k * math.pi / 4, 0.5 if k % 2 else -0.4) for k in range(8)]]

    def write(folder):
        vertices, faces = read_obj(mesh) if mesh else meshes.hare(5)
        meshes.write_ply(str(Path(folder) / "truth.ply"), vertices, faces)
        meshes.write_ply(str(Path(folder) / "shape.ply"), *meshes.icosphere(5))
        write_texture(str(Path(folder) / "sky.pfm"), 64, 32, lambda u, v: [
            0.4 + 3 * math.exp(6 * (math.sin(2 * math.pi * u + c) * math.sin(math.pi * v) - 1)) for c in range(3)])
        parts = [scenes.sensor(eye, (0, 0.1, 0), fov=42, size=256, identifier=f"cam{k}") for k, eye in enumerate(eyes)]
        parts += [scenes.diffuse("paint", (0.5, 0.5, 0.5)),
                  '  <emitter type="envmap" id="sky"><string name="filename" value="sky.pfm"/></emitter>']
        shape = scenes.mesh("shape", scenes.reference("paint"))
        edges.write(folder, scenes.scene(parts + [shape.replace("shape.ply", "truth.ply")]))
        (Path(folder) / "start.xml").write_text(scenes.scene(parts + [shape]))
    return Problem(
        "shape_optimization", write, {"shape.vertex_positions": None},
        "optimizer: {type: adam-uniform, iterations: 60, spp: 8}", {"type": "direct_projective", "sppi": 0}, spp=16,
        rate=0.1, steps=100, target_spp=256, views=tuple(f"cam{k}" for k in range(8)), loss="l1", kind="shape",
        options=", large_steps: 25, learning_rate: 0.1", is_small=False)


def read_obj(path):
    """Vertices, scaled into the unit sphere, and triangles of an OBJ file."""
    vertices, faces = [], []
    for line in Path(path).read_text().splitlines():
        words = line.split()
        if words[:1] == ["v"]:
            vertices.append(tuple(map(float, words[1:4])))
        elif words[:1] == ["f"]:
            corners = [int(word.split("/")[0]) for word in words[1:]]
            corners = [c - 1 if c > 0 else len(vertices) + c for c in corners]
            faces += [(corners[0], a, b) for a, b in zip(corners[1:], corners[2:])]
    centre = [(min(v[k] for v in vertices) + max(v[k] for v in vertices)) / 2 for k in range(3)]
    size = max(math.dist(v, centre) for v in vertices)
    return [tuple((v[k] - centre[k]) / size for k in range(3)) for v in vertices], faces


PROBLEMS = {make.__name__: make for make in (
    gradient_based_opt, object_pose_estimation, envmap, texture_256, principled_sphere, shape_optimization)}
