"""Tasks whose unknowns are colours, textures, lights and surfaces that move no edge, and the shape from many views."""
import math
import os

import meshes
import scenes
from edges import VISUAL, write
from runner import Task, Unknown
from textures import bitmap, waves, write_texture

MANY = "{type: auto, iterations: 30, spp: 16, max_spp: 256}"


def gradient_based_opt():
    def prepare(folder):
        write(folder, scenes.cornell_box(128))
    return Task("gradient_based_opt", prepare,
                [Unknown("red.reflectance.value", [0.01, 0.2, 0.9], [0.570068, 0.0430135, 0.0443706], [0, 1])],
                "Σ error² 1.48e-3 (4 %)", target_spp=512, optimizer="{type: auto, iterations: 50, spp: 4}")


def qmc():
    def prepare(folder):
        write(folder, scenes.cornell_box(256))
    return Task("qmc", prepare, room_colors(), VISUAL, target_spp=512)


def room_colors():
    """The colours of the Cornell box, all grey at first."""
    colors = {"red": (0.570068, 0.0430135, 0.0443706), "green": (0.105421, 0.37798, 0.076425),
              "white": (0.885809, 0.698859, 0.666422)}
    return [Unknown(f"{name}.reflectance.value", [0.5] * 3, list(color), [0, 1]) for name, color in colors.items()]


def flat_view(size=128):
    return [scenes.sensor((0, 0, -3.2), (0, 0, 0), fov=40, size=size),
            scenes.rectangle("light", (1, 1.5, -4), (0, 0, 0), emitter=scenes.area(12)),
            '  <emitter type="constant"><rgb name="radiance" value="0.4, 0.4, 0.4"/></emitter>']


def write_painted_board(folder):
    write_texture(os.path.join(folder, "paint.pfm"), 256, 256, waves(1))
    board = f'  <bsdf type="diffuse" id="paint">{bitmap("reflectance", "colours", "paint.pfm")}</bsdf>'
    write(folder, scenes.scene(flat_view(256) + [
        board, scenes.rectangle("board", (0, 0, 0), (0, 0, -1), half=1.1, bsdf='<ref id="paint"/>')]))


def texture_256():
    return Task("texture_256", write_painted_board,
                [Unknown("paint.reflectance.data", 0.5, [0.0] * (3 * 256 * 256), [0, 1])],
                VISUAL, optimizer=MANY, by_picture=True, target_spp=512)


def svbrdf():
    """Colour, roughness and how much of a metal every texel is."""
    def wave(offset, amplitude, x, y):
        return lambda u, v: [offset + amplitude * math.sin(x * u + y * v)]

    def prepare(folder):
        for name, value in (("base", waves(1)), ("metal", wave(0.5, 0.3, 9, -6)), ("rough", wave(0.4, 0.25, 7, 5))):
            write_texture(os.path.join(folder, f"{name}.pfm"), 256, 256, value)
        board = (f'  <bsdf type="principled" id="paint">{bitmap("base_color", "base", "base.pfm")}'
                 f'{bitmap("metallic", "metal", "metal.pfm")}{bitmap("roughness", "rough", "rough.pfm")}</bsdf>')
        write(folder, scenes.scene(flat_view(256) + [
            board, scenes.rectangle("board", (0, 0, 0), (0, 0, -1), half=1.1, bsdf='<ref id="paint"/>')]))
    return Task("svbrdf", prepare,
                [Unknown("paint.base_color.data", 0.5, [0.0] * (3 * 256 * 256), [0, 1]),
                 Unknown("paint.metallic.data", 0.5, [0.0] * (256 * 256), [0, 1]),
                 Unknown("paint.roughness.data", 0.5, [0.0] * (256 * 256), [0.05, 1])],
                VISUAL, optimizer=MANY, by_picture=True, target_spp=256)


def write_ball_under_sky(folder):
    write_texture(os.path.join(folder, "sky.pfm"), 64, 32, lambda u, v: [
        0.3 + 2.5 * math.exp(8 * (math.sin(2 * math.pi * u) * math.sin(math.pi * v) - 1))
        + 0.5 * c * max(0.0, math.cos(math.pi * v)) for c in range(1, 4)])
    ball = ('  <bsdf type="principled" id="gloss"><rgb name="base_color" value="0.4, 0.4, 0.4"/>'
            '<float name="roughness" value="0.22"/><float name="metallic" value="0.6"/></bsdf>')
    write(folder, scenes.scene([
        scenes.sensor((0, 0, -4), (0, 0, 0), fov=40, size=128), ball,
        '  <shape type="sphere" id="ball"><ref id="gloss"/></shape>',
        '  <emitter type="envmap" id="sky"><string name="filename" value="sky.pfm"/></emitter>']))


def envmap():
    return Task("envmap", write_ball_under_sky, [Unknown("sky.data", 0.5, [0.0] * (3 * 64 * 32), [0, 1000])], VISUAL,
                optimizer=MANY, by_picture=True, target_spp=512)


def vertex_color():
    def prepare(folder):
        vertices, faces = meshes.icosphere(4)
        colors = [[0.5 + 0.45 * math.sin(4 * v[c] + 3 * v[(c + 1) % 3]) for c in range(3)] for v in vertices]
        meshes.write_ply(os.path.join(folder, "ball.ply"), vertices, faces, colors=colors)
        paint = ('  <bsdf type="diffuse" id="paint"><texture type="mesh_attribute" name="reflectance">'
                 '<string name="name" value="vertex_color"/></texture></bsdf>')
        write(folder, scenes.scene(flat_view() + [paint, scenes.mesh("ball", '<ref id="paint"/>', normals="")]))
    return Task("vertex_color", prepare, [Unknown("ball.vertex_color", 0.5, [0.0] * (3 * 2562), [0, 1])], VISUAL,
                optimizer=MANY, by_picture=True, target_spp=256)


def teapot_reflectance():
    def prepare(folder):
        vertices, faces = meshes.pot()
        meshes.write_ply(os.path.join(folder, "pot.ply"), vertices, faces)
        glaze = ('  <bsdf type="roughplastic" id="glaze"><rgb name="diffuse_reflectance" value="0.3, 0.2, 0.2"/>'
                 '<rgb name="specular_reflectance" value="0.6, 0.6, 0.6"/><float name="alpha" value="0.2"/></bsdf>')
        write(folder, scenes.scene(
            [scenes.sensor((0, 1.2, 3.4), (0, 0, 0), fov=36, size=256), glaze,
             scenes.mesh("pot", '<ref id="glaze"/>', normals=""),
             scenes.rectangle("lamp", (1.5, 3, 2), (0, 0, 0), half=0.8, emitter=scenes.area(20)),
             '  <emitter type="constant"><rgb name="radiance" value="0.2, 0.2, 0.2"/></emitter>'], depth=3))
    return Task("teapot_reflectance", prepare,
                [Unknown("glaze.diffuse_reflectance.value", [0.5] * 3, [0.3, 0.2, 0.2], [0, 1]),
                 Unknown("glaze.specular_reflectance.value", [0.5] * 3, [0.6] * 3, [0, 1]),
                 Unknown("glaze.alpha", 0.4, 0.2, [0.05, 1]),
                 Unknown("sensor.translate", [-0.1, 0.1, -0.1], [0, 0, 0])], VISUAL,
                loss="{type: l2, pyramid: 6}")


def teapot_specular():
    """A perfect mirror shows where a shining picture hangs."""
    def prepare(folder):
        vertices, faces = meshes.pot()
        meshes.write_ply(os.path.join(folder, "pot.ply"), vertices, faces)
        write_texture(os.path.join(folder, "picture.pfm"), 32, 32, waves(2))
        mirror = ('  <bsdf type="conductor" id="mirror"><string name="material" value="none"/>'
                  '<rgb name="specular_reflectance" value="0.8, 0.8, 0.8"/></bsdf>')
        picture = f'<emitter type="area">{bitmap("radiance", "colours", "picture.pfm")}</emitter>'
        write(folder, scenes.scene(
            [scenes.sensor((0, 1.2, 3.4), (0, 0, 0), fov=30, size=128), mirror,
             scenes.mesh("pot", '<ref id="mirror"/>', normals=""),
             scenes.rectangle("picture", (0.9, 1.2, 2.4), (0, 0, 0), half=0.7, emitter=picture),
             '  <emitter type="constant"><rgb name="radiance" value="0.2, 0.2, 0.2"/></emitter>'], depth=3))
    return Task("teapot_specular", prepare, [Unknown("picture.translate", [0.25, 0.05, 0.1], [0, 0, 0])], VISUAL)


def teapot_normal_map():
    """Texels of a normal map, flat at first; one picture does not determine a normal, so the picture judges."""
    def slope(u, v):
        x, y = 0.35 * math.cos(14 * u + 5 * v), 0.35 * math.sin(11 * v - 4 * u)
        return [0.5 + 0.5 * c / math.sqrt(1 + x * x + y * y) for c in (x, y, 1)]

    def prepare(folder):
        write_texture(os.path.join(folder, "slopes.pfm"), 64, 64, slope)
        board = ('  <bsdf type="normalmap" id="relief">' + bitmap("normalmap", "slopes", "slopes.pfm")
                 + '<bsdf type="roughplastic" id="glaze"><rgb name="diffuse_reflectance" value="0.5, 0.4, 0.3"/>'
                 '<float name="alpha" value="0.3"/></bsdf></bsdf>')
        write(folder, scenes.scene(flat_view() + [
            board, scenes.rectangle("board", (0, 0, 0), (0, 0, -1), half=1.1, bsdf='<ref id="relief"/>')]))
    return Task("teapot_normal_map", prepare,
                [Unknown("relief.normalmap.data", [0.5, 0.5, 1] * 64 * 64, [0.0] * (3 * 64 * 64), [0, 1])], VISUAL,
                optimizer=MANY, by_picture=True, target_spp=1024)


def shape_optimization():
    eyes = [(3.5 * math.sin(a) * math.cos(b), 3.5 * math.sin(b), 3.5 * math.cos(a) * math.cos(b))
            for a, b in [(k * math.pi / 4, 0.5 if k % 2 else -0.4) for k in range(8)]]

    def prepare(folder):
        vertices, faces = meshes.hare(5)
        meshes.write_ply(os.path.join(folder, "hare.ply"), vertices, faces)
        write_texture(os.path.join(folder, "sky.pfm"), 64, 32, lambda u, v: [
            0.4 + 3 * math.exp(6 * (math.sin(2 * math.pi * u + c) * math.sin(math.pi * v) - 1)) for c in range(3)])
        write(folder, scenes.scene(
            [scenes.sensor(eye, (0, 0.2, 0), fov=42, size=128, identifier=f"cam{k}") for k, eye in enumerate(eyes)]
            + [scenes.diffuse("paint", (0.5, 0.5, 0.5)), scenes.mesh("hare", scenes.reference("paint")),
               '  <emitter type="envmap" id="sky"><string name="filename" value="sky.pfm"/></emitter>']))
    sphere = [c for v in meshes.icosphere(5)[0] for c in v]
    return Task("shape_optimization", prepare,
                [Unknown("hare.vertex_positions", sphere, [0.0] * len(sphere), options={"large_steps": 25,
                                                                                        "learning_rate": 0.05})],
                "Σ L1 .0400 → .0142", loss="l1", views=[f"cam{k}" for k in range(8)], by_picture=True,
                optimizer="{type: adam-uniform, iterations: 150, spp: 16}", target_spp=256)


TASKS = [gradient_based_opt, qmc, texture_256, svbrdf, envmap, vertex_color, teapot_reflectance, teapot_specular,
         teapot_normal_map, shape_optimization]
