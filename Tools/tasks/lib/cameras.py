"""Tasks whose unknowns belong to the camera: its pose, its lens, and both together with what it sees."""
import os

import meshes
import scenes
from edges import GREY, VISUAL, light_at, triangle_scene, write
from runner import Task, Unknown
from textures import waves, write_texture

TRIANGLE = [(-1.7, 1, 0), (1, 1, 0), (-0.5, -1, 0)]


def single_triangle_camera():
    eye = (0, 0, -5)
    return Task("single_triangle_camera",
                triangle_scene([("shape", TRIANGLE, GREY)], scenes.sensor(eye, (0, 0, 0)), light_at(-9, 30)),
                scenes.moved_camera(eye, (0, 0, 0), (0, 0, -3), (-0.5, -0.5, 0)), VISUAL)


def single_triangle_camera_fisheye():
    eye = (0, 0, -1)
    view = scenes.sensor(eye, (0, 0, 0), fov=180).replace('type="perspective"', 'type="fisheye"')
    return Task("single_triangle_camera_fisheye",
                triangle_scene([("shape", TRIANGLE, GREY)], view, light_at(-9, 30)),
                scenes.moved_camera(eye, (0, 0, 0), (0.5, -0.5, -3), (0, 0, 0)), VISUAL)


DISTORTION = dict(k1=0.011, k2=-0.018, k3=0.006, k4=-0.014, k5=0.02, k6=-0.009, p1=0.004, p2=-0.006)


def bend(values):
    """Where OpenCV's lens puts a grid of directions of the field of view, less where a straight lens would."""
    k1, k2, k3, k4, k5, k6, p1, p2 = (values[f"sensor.{name}"][0] for name in DISTORTION)
    moved = []
    for i in range(-8, 9):
        for j in range(-8, 9):
            x, y = 0.41 * i / 8, 0.41 * j / 8
            q = x * x + y * y
            stretch = (1 + q * (k1 + q * (k2 + q * k3))) / (1 + q * (k4 + q * (k5 + q * k6))) - 1
            moved += [x * stretch + 2 * p1 * x * y + p2 * (q + 2 * x * x),
                      y * stretch + p1 * (q + 2 * y * y) + 2 * p2 * x * y]
    return moved


def camera_distortion():
    """Coefficients of numerator and denominator all but cancel: what the lens does is compared, not its numbers."""
    def prepare(folder):
        write_texture(os.path.join(folder, "paint.pfm"), 128, 128, waves(3))
        lens = "".join(f'<float name="{name}" value="{value}"/>' for name, value in DISTORTION.items())
        paint = ('  <bsdf type="diffuse" id="paint"><texture type="bitmap" name="reflectance">'
                 '<string name="filename" value="paint.pfm"/><boolean name="raw" value="true"/></texture></bsdf>')
        write(folder, scenes.scene(
            [scenes.sensor((1, 0, -3), (0, 0, 0), lens=lens), paint,
             scenes.rectangle("board", (0, 0, 0), (0, 0, -1), half=1.5, bsdf='<ref id="paint"/>'),
             '  <emitter type="constant"/>']))
    return Task("camera_distortion", prepare,
                [Unknown(f"sensor.{name}", 0.0, value) for name, value in DISTORTION.items()], VISUAL, measure=bend)


def living_room():
    """A furnished room lit through a window, six bounces: position, direction and tilt of the camera."""
    eye, target = (1.3, 1.5, 2.2), (-0.3, 0.8, -0.5)

    def prepare(folder):
        vertices, faces = meshes.pot()
        meshes.write_ply(os.path.join(folder, "pot.ply"),
                         [(0.25 * x - 0.2, 0.25 * y + 0.85, 0.25 * z) for x, y, z in vertices], faces)
        write_texture(os.path.join(folder, "carpet.pfm"), 64, 64, waves(2))
        carpet = ('  <bsdf type="diffuse" id="carpet"><texture type="bitmap" name="reflectance">'
                  '<string name="filename" value="carpet.pfm"/><boolean name="raw" value="true"/></texture></bsdf>')
        walls = [("back", (0, 1.25, -2.5), "plaster"), ("front", (0, 1.25, 2.5), "plaster"),
                 ("left", (-2.5, 1.25, 0), "blue"), ("right", (2.5, 1.25, 0), "plaster"),
                 ("ceiling", (0, 2.5, 0), "plaster")]
        boxes = [("top", (-0.2, 0.65, 0), (0.6, 0.04, 0.4), "wood"),
                 ("leg", (-0.2, 0.3, 0), (0.08, 0.31, 0.08), "wood"),
                 ("seat", (-1.7, 0.25, -0.8), (0.4, 0.25, 0.9), "cloth"),
                 ("rest", (-2.2, 0.5, -0.8), (0.1, 0.5, 0.9), "cloth"),
                 ("shelf", (0.8, 0.8, -2.3), (0.5, 0.8, 0.15), "wood")]
        write(folder, scenes.scene(
            [scenes.sensor(eye, target, fov=70, size=128), scenes.diffuse("plaster", (0.75, 0.72, 0.68)),
             scenes.diffuse("blue", (0.25, 0.4, 0.6)), scenes.diffuse("wood", (0.45, 0.3, 0.18)),
             scenes.diffuse("cloth", (0.6, 0.25, 0.2)), carpet,
             '  <bsdf type="roughplastic" id="glaze"><rgb name="diffuse_reflectance" value="0.2, 0.5, 0.3"/>'
             '<float name="alpha" value="0.2"/></bsdf>', scenes.mesh("pot", '<ref id="glaze"/>', normals=""),
             scenes.rectangle("ground", (0, 0, 0), (0, 1, 0), half=2.5, bsdf='<ref id="carpet"/>'),
             scenes.rectangle("window", (2.45, 1.5, -0.5), (0, 1.5, -0.5), half=0.6, emitter=scenes.area(14))]
            + [scenes.rectangle(name, place, (0, 1.25, 0), half=2.5, bsdf=scenes.reference(paint))
               for name, place, paint in walls]
            + [scenes.cube(name, place, size, scenes.reference(paint)) for name, place, size, paint in boxes], depth=7))
    return Task("living_room", prepare,
                scenes.moved_camera(eye, target, (1.45, 1.42, 2.1), (-0.2, 0.7, -0.5), start_up=(0.05, 1, 0.02)),
                VISUAL,
                loss="{type: l2, pyramid: 5}", optimizer="{type: auto, iterations: 100, spp: 16, max_spp: 256}")


def camera_and_material():
    def prepare(folder):
        vertices, faces = meshes.pot()
        meshes.write_ply(os.path.join(folder, "pot.ply"), vertices, faces)
        glaze = ('  <bsdf type="principled" id="glaze"><rgb name="base_color" value="0.3, 0.12, 0.08"/>'
                 '<float name="roughness" value="0.35"/></bsdf>')
        write(folder, scenes.scene(
            [scenes.sensor((0, 0.9, 1.9), (0, 0, 0), fov=60, size=128), glaze,
             scenes.mesh("pot", '<ref id="glaze"/>', normals=""), scenes.diffuse("table", (0.5, 0.45, 0.4)),
             scenes.rectangle("ground", (0, -0.6, 0), (0, 0, 0), half=3, bsdf=scenes.reference("table")),
             scenes.rectangle("lamp", (1.5, 3, 2), (0, 0, 0), half=0.6, emitter=scenes.area(20)),
             '  <emitter type="constant"><rgb name="radiance" value="0.15, 0.17, 0.2"/></emitter>'], depth=3))
    return Task("camera_fov_material", prepare,
                [Unknown("sensor.translate", [0.15, -0.1, 0.2], [0, 0, 0]),
                 Unknown("sensor.rotate", [0.04, 0.05, -0.03], [0, 0, 0]), Unknown("sensor.x_fov", 66.0, 60.0),
                 Unknown("glaze.base_color.value", [0.5, 0.5, 0.5], [0.3, 0.12, 0.08], [0, 1]),
                 Unknown("glaze.roughness.value", 0.5, 0.35, [0.05, 1])], "Adam: over 100 renders",
                target_spp=4096, optimizer="{type: levenberg-marquardt, iterations: 15, spp: 64, max_spp: 512}")


TASKS = [single_triangle_camera, single_triangle_camera_fisheye, camera_distortion, living_room, camera_and_material]
