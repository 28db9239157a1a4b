"""Tasks whose unknowns move silhouettes and shadows of objects."""
import os

import meshes
import scenes
from runner import Task, Unknown
from textures import waves, write_texture

VISUAL = "pictures only"


def write(folder, text):
    with open(os.path.join(folder, "scene.xml"), "w") as file:
        file.write(text)


def flat(vertices):
    return [c for v in vertices for c in v]


def triangle_scene(triangles, view, light):
    """Triangles by name and colour, lit by a square that faces them."""
    def prepare(folder):
        parts = [view, light]
        for name, vertices, color in triangles:
            meshes.write_ply(os.path.join(folder, f"{name}.ply"), vertices, [(0, 1, 2)])
            parts += [scenes.diffuse(f"{name}_paint", color),
                      scenes.mesh(name, scenes.reference(f"{name}_paint"))]
        write(folder, scenes.scene(parts))
    return prepare


def light_at(z, radiance):
    return scenes.rectangle("light", (0, 0, z), (0, 0, 0), emitter=scenes.area(radiance))


FRONT = scenes.sensor((0, 0, -5), (0, 0, 0))
GREY = (0.5, 0.5, 0.5)


def single_triangle():
    truth = [(-1.7, 1, 0), (1, 1, 0), (-0.5, -1, 0)]
    start = [(-2, 1.5, 0.3), (0.9, 1.2, -0.3), (-0.4, -1.4, 0.2)]
    return Task("single_triangle", triangle_scene([("shape", truth, GREY)], FRONT, light_at(-7, 20)),
                [Unknown("shape.vertex_positions", flat(start), flat(truth))], VISUAL)


def single_triangle_background():
    """Behind the triangle hangs a shining picture, so that what an edge uncovers has structure."""
    truth = [(-1.7, 1, 0), (1, 1, 0), (-0.5, -1, 0)]
    start = [(-2, 1.5, 0.3), (0.9, 1.2, -0.3), (-0.4, -1.4, 0.2)]

    def prepare(folder):
        write_texture(os.path.join(folder, "behind.pfm"), 64, 64, waves(2))
        picture = ('<emitter type="area"><texture type="bitmap" name="radiance"><boolean name="raw" value="true"/>'
                   '<string name="filename" value="behind.pfm"/></texture></emitter>')
        triangle_scene([("shape", truth, GREY)], FRONT, "\n".join(
            [light_at(-7, 20), scenes.rectangle("behind", (0, 0, 3), (0, 0, 0), half=4, emitter=picture)]))(folder)
    return Task("single_triangle_background", prepare, [Unknown("shape.vertex_positions", flat(start), flat(truth))],
                VISUAL)


def viewport():
    """A window of 800 × 600 of a film of 1024²; the triangle reaches beyond its border."""
    truth = [(-1.7, 1, 0), (1, 1, 0), (-0.5, -1, 0)]
    start = [(-2, 1.5, 0.3), (0.9, 1.2, -0.3), (-0.4, -1.4, 0.2)]
    window = "".join(f'<integer name="crop_{name}" value="{value}"/>' for name, value in
                     [("offset_x", 112), ("offset_y", 212), ("width", 800), ("height", 600)])
    view = scenes.sensor((0, 0, -5), (0, 0, 0), size=1024).replace("<rfilter", window + "<rfilter")
    return Task("viewport", triangle_scene([("shape", truth, GREY)], view, light_at(-7, 20)),
                [Unknown("shape.vertex_positions", flat(start), flat(truth))], VISUAL, target_spp=128,
                optimizer="{type: auto, iterations: 100, spp: 4}")


def single_triangle_clipped():
    truth = [(-1.3, 1, 0), (1, 1, 0), (-0.5, -2, -7)]
    start = [(-1, 1.5, 0.3), (0.9, 1.2, -0.3), (0, -3, -6.5)]
    return Task("single_triangle_clipped", triangle_scene([("shape", truth, GREY)], FRONT, light_at(-7, 20)),
                [Unknown("shape.vertex_positions", flat(start), flat(truth))], VISUAL)


def two_triangles():
    first = [(-1.7, 1, 0), (1, 1, 0), (-0.5, -1, 0)]
    second = [(-1, 1.5, 1), (1, 1.5, 1), (-0.5, -1.5, 1)]
    first_start = [(-2, 1.5, 0.3), (0.9, 1.2, -0.3), (-0.4, -1.4, 0.2)]
    second_start = [(-1.2, 1.3, 1.2), (1.3, 1.2, 0.9), (-0.3, -1.2, 1.1)]
    return Task("two_triangles",
                triangle_scene([("front", first, (0.35, 0.75, 0.35)), ("behind", second, (0.75, 0.35, 0.75))], FRONT,
                               light_at(-7, 20)),
                [Unknown("front.vertex_positions", flat(first_start), flat(first)),
                 Unknown("behind.vertex_positions", flat(second_start), flat(second))], VISUAL)


FLOOR = [(-2, 0, -2), (-2, 0, 2), (2, 0, 2), (2, 0, -2)]
BLOCKER = [(-0.5, 3, -0.5), (-0.5, 3, 0.5), (0.5, 3, 0.5), (0.5, 3, -0.5)]
ABOVE = scenes.sensor((0, 2, -5), (0, 0, 0))


def shadow_scene(view=ABOVE, floor=FLOOR, blocker=BLOCKER, light_height=5.0, radiance=1000, floor_bsdf=None, depth=2):
    def prepare(folder):
        for name, corners in (("floor", floor), ("blocker", blocker)):
            vertices, faces = meshes.quad(corners)
            meshes.write_ply(os.path.join(folder, f"{name}.ply"), vertices, faces)
        paint = floor_bsdf or scenes.diffuse("paint", GREY)
        write(folder, scenes.scene(
            [view, paint, scenes.diffuse("card", GREY), scenes.mesh("floor", scenes.reference("paint")),
             scenes.mesh("blocker", scenes.reference("card")),
             scenes.rectangle("light", (0, light_height, 0), (0, 0, 0), half=0.1, emitter=scenes.area(radiance))],
            depth))
    return prepare


def shadow_blocker():
    start = [(-0.2, 3.5, -0.8), (-0.8, 3, 0.3), (0.4, 2.8, 0.8), (0.3, 3.2, -1)]
    return Task("shadow_blocker", shadow_scene(), [Unknown("blocker.vertex_positions", flat(start), flat(BLOCKER))],
                VISUAL)


def shadow_receiver():
    start = [(x, -0.2, z) for x, _, z in FLOOR]
    return Task("shadow_receiver", shadow_scene(), [Unknown("floor.vertex_positions", flat(start), flat(FLOOR))],
                VISUAL)


def shadow_light():
    return Task("shadow_light", shadow_scene(), [Unknown("light.translate", [-0.4, -0.4, -0.4], [0, 0, 0])], VISUAL)


def shadow_camera():
    """The camera hangs below the blocker and sees its shadow alone; at first it looks there from elsewhere."""
    eye, up = (0, 9, 0), (0, 0, 1)
    view = scenes.sensor(eye, (0, 0, 0), up=up)
    blocker = [(x, 10, z) for x, _, z in BLOCKER]
    return Task("shadow_camera", shadow_scene(view=view, blocker=blocker, light_height=15.0, radiance=5000),
                scenes.moved_camera(eye, (0, 0, 0), (-2, 7, 2), (0, 0, 0), up), VISUAL)


def shadow_glossy():
    """A floor half matte and half nearly a mirror: the blocker casts its shadow and its image, itself out of sight.

    Its corners are mirrored within the floor; the lamp, which would outshine them, beyond its rim.
    """
    paint = ('  <bsdf type="twosided" id="paint_sides"><bsdf type="blendbsdf" id="paint">'
             '<float name="weight" value="0.5"/>'
             '<bsdf type="diffuse"><rgb name="reflectance" value="0.5, 0.5, 0.5"/></bsdf>'
             '<bsdf type="roughconductor"><string name="material" value="none"/><float name="alpha" value="0.02"/></bsdf>'
             '</bsdf></bsdf>\n  <emitter type="constant"><rgb name="radiance" value="0.3, 0.3, 0.3"/></emitter>')
    start = [(-0.3, 3.2, -0.7), (-0.7, 3, 0.4), (0.5, 2.9, 0.7), (0.4, 3.1, -0.7)]
    return Task("shadow_glossy", shadow_scene(scenes.sensor((0, 6, -4.6), (0, 0, -1.3)), floor_bsdf=paint),
                [Unknown("blocker.vertex_positions", flat(start), flat(BLOCKER))], VISUAL, loss="log",
                target_spp=16_384, optimizer="{type: auto, iterations: 100, spp: 128, max_spp: 2048}")


def texture_corners():
    corners = [(-1, -1, 0), (-1, 1, 0), (1, 1, 0), (1, -1, 0)]
    start = [(-1.2, -1.1, 0.2), (-0.8, 1.3, -0.2), (1.2, 0.9, 0.1), (0.8, -1.25, -0.1)]

    def prepare(folder):
        vertices, faces = meshes.quad(corners)
        meshes.write_ply(os.path.join(folder, "board.ply"), vertices, faces, uvs=[(0, 0), (0, 1), (1, 1), (1, 0)])
        board = ('  <bsdf type="twosided" id="paint_sides"><bsdf type="diffuse" id="paint">'
                 '<texture type="checkerboard" name="reflectance"><rgb name="color0" value="0.2, 0.1, 0.6"/>'
                 '<rgb name="color1" value="0.8, 0.7, 0.3"/><transform name="to_uv"><scale value="4"/></transform>'
                 '</texture></bsdf></bsdf>')
        write(folder, scenes.scene([FRONT, light_at(-7, 20), board, scenes.mesh("board", scenes.reference("paint"))]))
    return Task("texture", prepare, [Unknown("board.vertex_positions", flat(start), flat(corners))], VISUAL)


def bunny_box():
    def prepare(folder):
        vertices, faces = meshes.hare()
        meshes.write_ply(os.path.join(folder, "hare.ply"),
                         [(0.33 * x, 0.33 * y - 0.55, 0.33 * z) for x, y, z in vertices], faces)
        write(folder, scenes.cornell_box(256, content=scenes.mesh("hare", scenes.reference("white"), normals="")))
    return Task("bunny_box", prepare,
                [Unknown("hare.translate", [0.1, 0.2, 0.1], [0, 0, 0]),
                 Unknown("hare.rotate", [-0.2, 0.1, -0.1], [0, 0, 0])], VISUAL, loss="{type: l2, pyramid: 5}")


def write_hare(folder, depth=3):
    """A hare before a wall, which it shadows."""
    vertices, faces = meshes.hare()
    meshes.write_ply(os.path.join(folder, "hare.ply"), [(0.3 * x, 0.3 * y, 0.3 * z) for x, y, z in vertices], faces)
    write(folder, scenes.scene(
        [scenes.sensor((0, 0, 4), (0, 0, 0), fov=35, size=64).replace('type="box"', 'type="gaussian"'),
         scenes.diffuse("paint", (0.65, 0.55, 0.45)), scenes.mesh("hare", scenes.reference("paint"), normals=""),
         scenes.diffuse("wall_paint", (0.7, 0.7, 0.75)),
         scenes.rectangle("wall", (0, 0, -1.2), (0, 0, 0), half=3, bsdf=scenes.reference("wall_paint")),
         '  <shape type="sphere" id="light"><point name="center" x="2.5" y="2.5" z="3"/>'
         f'<float name="radius" value="0.25"/>{scenes.area(120)}</shape>'], depth=depth))


def object_pose_estimation():
    return Task("object_pose_estimation", write_hare,
                [Unknown("hare.rotate[1]", 0.436, 0.0), Unknown("hare.translate[0]", 0.1, 0.0),
                 Unknown("hare.translate[1]", -0.25, 0.0)], "angle 1.5e-3 of .25, shift 1.6e-3 of .25")


def lone_hare(name, *more, **settings):
    """The pose of a hare that is alone with its lamp, and with `more` parts of a scene."""
    def prepare(folder):
        vertices, faces = meshes.hare()
        meshes.write_ply(os.path.join(folder, "hare.ply"), vertices, faces)
        write(folder, scenes.scene(
            [scenes.sensor((0, 0.5, 4), (0, 0, 0)), scenes.diffuse("paint", GREY),
             scenes.mesh("hare", scenes.reference("paint"), normals=""), scenes.rectangle(
                 "light", (1, 3, 4), (0, 0, 0), emitter=scenes.area(20)), *more]))
    return Task(name, prepare, [Unknown("hare.translate", [0.1, -0.1, 0.1], [0, 0, 0]),
                                Unknown("hare.rotate", [0.1, -0.1, 0.1], [0, 0, 0])], VISUAL, **settings)


def g_buffer():
    """The pose of an object from a picture of its depth and one of its normals."""
    return lone_hare("g_buffer", target_spp=256, quantities={"depth": 0.005, "normal": 1})


TASKS = [single_triangle, single_triangle_background, single_triangle_clipped, viewport, two_triangles, texture_corners,
         shadow_blocker, shadow_receiver, shadow_light, shadow_camera, shadow_glossy, bunny_box, object_pose_estimation,
         g_buffer]
