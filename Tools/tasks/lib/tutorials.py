"""Tasks of redner's tutorials and examples: poses, rooms seen by a wrong camera, light and material at once, flat shapes."""
import math
import os

import meshes
import scenes
from edges import VISUAL, flat, lone_hare, write
from materials import MANY, flat_view, room_colors
from runner import Task, Unknown
from textures import bitmap, waves, write_texture


def pose_estimation():
    """The pose of an object from one picture of its colours."""
    return lone_hare("pose_estimation",
                     '  <emitter type="constant"><rgb name="radiance" value="0.2, 0.2, 0.2"/></emitter>')


def coarse_to_fine():
    """All colours of a room, and the tilt and field of view of the camera that sees it; without coarse pictures first."""
    def prepare(folder):
        write(folder, scenes.cornell_box(256))
    eye, target = (0, 0, 3.9), (0, 0, 0)
    (_, turn) = scenes.moved_camera(eye, target, eye, target, start_up=(0.2, 0.8, -0.2))
    return Task("coarse_to_fine", prepare, room_colors() + [turn, Unknown("sensor.x_fov", 41.0, 39.3)], VISUAL)


def joint_light_and_material():
    """Base colour and roughness of a ball and every texel of the sky around it, which the picture shows behind the ball too."""
    def prepare(folder):
        write_texture(os.path.join(folder, "sky.pfm"), 32, 16, lambda u, v: [
            0.3 + 1.5 * math.exp(6 * (math.sin(2 * math.pi * u + 0.4 * c) * math.sin(math.pi * v) - 1))
            + 0.2 * c * max(0.0, math.cos(math.pi * v)) for c in range(1, 4)])
        ball = ('  <bsdf type="principled" id="gloss"><rgb name="base_color" value="0.5, 0.3, 0.2"/>'
                '<float name="roughness" value="0.25"/><float name="metallic" value="0.5"/></bsdf>')
        write(folder, scenes.scene([
            scenes.sensor((0, 0, -4), (0, 0, 0), fov=50, size=128), ball,
            '  <shape type="sphere" id="ball"><ref id="gloss"/></shape>',
            '  <emitter type="envmap" id="sky"><string name="filename" value="sky.pfm"/></emitter>']))
    return Task("joint_light_and_material", prepare,
                [Unknown("sky.data", 0.5, [0.0] * (3 * 32 * 16), [0, 1000]),
                 Unknown("gloss.base_color.value", [0.4] * 3, [0.5, 0.3, 0.2], [0, 1]),
                 Unknown("gloss.roughness.value", 0.4, 0.25, [0.05, 1])],
                VISUAL, optimizer=MANY, by_picture=True, target_spp=1024)


def flat_mesh():
    """A disk cut from paper becomes a star: every corner of its outline, in the plane of the paper."""
    count = 20
    angles = [2 * math.pi * k / count for k in range(count)]
    star = [((1 + 0.25 * (-1) ** k) * math.cos(a), (1 + 0.25 * (-1) ** k) * math.sin(a), 0) for k, a in enumerate(angles)]
    disk = [(math.cos(a), math.sin(a), 0) for a in angles]

    def prepare(folder):
        meshes.write_ply(os.path.join(folder, "paper.ply"), star + [(0, 0, 0)],
                         [(count, k, (k + 1) % count) for k in range(count)])
        write(folder, scenes.scene(
            [scenes.sensor((0, 0, -5), (0, 0, 0)), scenes.diffuse("paint", (0.8, 0.5, 0.2)),
             scenes.mesh("paper", scenes.reference("paint")),
             scenes.rectangle("light", (0, 0, -7), (0, 0, 0), emitter=scenes.area(20))]))
    return Task("flat_mesh", prepare,
                [Unknown(f"paper.vertex_positions[{3 * k + c}]", disk[k][c], star[k][c])
                 for k in range(count) for c in range(2)], VISUAL, measure=lambda values: sum(values.values(), []))


def batch():
    """Two textures from two pictures at once, each seen by a camera of its own."""
    def prepare(folder):
        boards = []
        for k, x in enumerate((-3, 3)):
            write_texture(os.path.join(folder, f"paint{k}.pfm"), 128, 128, waves(k + 1))
            boards += [f'  <bsdf type="diffuse" id="paint{k}">{bitmap("reflectance", f"colours{k}", f"paint{k}.pfm")}</bsdf>',
                       scenes.rectangle(f"board{k}", (x, 0, 0), (x, 0, -1), half=1.1, bsdf=f'<ref id="paint{k}"/>'),
                       scenes.sensor((x, 0, -3.2), (x, 0, 0), fov=40, size=128, identifier=f"cam{k}")]
        write(folder, scenes.scene(flat_view()[1:] + boards))
    return Task("batch", prepare,
                [Unknown(f"paint{k}.reflectance.data", 0.5, [0.0] * (3 * 128 * 128), [0, 1]) for k in range(2)], VISUAL,
                views=["cam0", "cam1"], optimizer=MANY, by_picture=True, target_spp=512)


def multichannels():
    """Sixteen channels of texels, three in each of five textures and one grey, which the pictures show without any light."""
    def prepare(folder):
        boards = []
        for k in range(6):
            wave = waves(k + 1)
            write_texture(os.path.join(folder, f"paint{k}.pfm"), 128, 128, wave if k < 5 else lambda u, v: wave(u, v)[:1])
            glow = f'<emitter type="area">{bitmap("radiance", f"colours{k}", f"paint{k}.pfm")}</emitter>'
            boards += [scenes.rectangle(f"board{k}", (3 * k, 0, 0), (3 * k, 0, -1), half=1.1, emitter=glow),
                       scenes.sensor((3 * k, 0, -3.2), (3 * k, 0, 0), fov=40, size=128, identifier=f"cam{k}")]
        write(folder, scenes.scene(boards, depth=1))
    return Task("multichannels", prepare,
                [Unknown(f"colours{k}.data", 0.5, [0.0] * ((3 if k < 5 else 1) * 128 * 128), [0, 1]) for k in range(6)],
                VISUAL, views=[f"cam{k}" for k in range(6)], optimizer=MANY, by_picture=True, target_spp=512)


def deferred_pose():
    """The pose of an object under the lamps without size that deferred shading has; here they cast shadows, hard ones."""
    lamps = [f'  <emitter type="point" id="lamp{k}"><point name="position" x="{x}" y="{y}" z="{z}"/>'
             f'<rgb name="intensity" value="{color}"/></emitter>'
             for k, (x, y, z, color) in enumerate([(2, 2, 3, "9, 5, 3"), (-3, 1, 2, "2, 5, 8"), (0, 4, 0, "6, 6, 6")])]
    return lone_hare("deferred_pose", *lamps)


TASKS = [pose_estimation, deferred_pose, coarse_to_fine, joint_light_and_material, flat_mesh, batch, multichannels]
