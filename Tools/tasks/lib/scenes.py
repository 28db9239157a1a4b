"""Pieces of Mitsuba scene files, and cameras that start elsewhere."""
import math

from meshes import normalized
from runner import Unknown


def numbers(values):
    return ", ".join(f"{v:.9g}" for v in values)


def sensor(origin, target, fov=45, size=256, up=(0, 1, 0), identifier="sensor", lens=""):
    return f"""  <sensor type="perspective" id="{identifier}">
    <float name="fov" value="{fov}"/><float name="near_clip" value="0.01"/>
    <transform name="to_world">
      <lookat origin="{numbers(origin)}" target="{numbers(target)}" up="{numbers(up)}"/>
    </transform>{lens}
    <sampler type="independent"><integer name="sample_count" value="16"/></sampler>
    <film type="hdrfilm">
      <integer name="width" value="{size}"/><integer name="height" value="{size}"/>
      <rfilter type="box"/>
    </film>
  </sensor>"""


def diffuse(identifier, color, twosided=True):
    inner = f'<bsdf type="diffuse" id="{identifier}"><rgb name="reflectance" value="{numbers(color)}"/></bsdf>'
    return f'  <bsdf type="twosided" id="{identifier}_sides">{inner}</bsdf>' if twosided else "  " + inner


def reference(identifier, twosided=True):
    return f'<ref id="{identifier}{"_sides" if twosided else ""}"/>'


def mesh(identifier, bsdf, normals="face", emitter=""):
    flat = '<boolean name="face_normals" value="true"/>' if normals == "face" else ""
    return f"""  <shape type="ply" id="{identifier}">
    <string name="filename" value="{identifier}.ply"/>{flat}{bsdf}{emitter}
  </shape>"""


def area(radiance):
    return f'<emitter type="area"><rgb name="radiance" value="{numbers([radiance] * 3)}"/></emitter>'


def rectangle(identifier, position, towards, half=1.0, emitter="", bsdf=""):
    """A square whose normal points at a place; the vector `up` of lookat must not be parallel to it."""
    direction = [b - a for a, b in zip(position, towards)]
    up = (0, 0, 1) if abs(direction[1]) > 0.9 * math.sqrt(sum(d * d for d in direction)) else (0, 1, 0)
    return f"""  <shape type="rectangle" id="{identifier}">
    <transform name="to_world"><scale value="{half}"/>
      <lookat origin="{numbers(position)}" target="{numbers(towards)}" up="{numbers(up)}"/></transform>{bsdf}{emitter}
  </shape>"""


def scene(parts, depth=2):
    body = "\n".join(parts)
    return f"""<scene version="3.0.0">
  <integrator type="path"><integer name="max_depth" value="{depth}"/></integrator>
{body}
</scene>
"""


def cornell_box(size, fov=39.3, content="", depth=6):
    """A room of [−1, 1]³ with a red and a green wall and a lamp below its ceiling, seen from +z."""
    walls = [("floor", (0, -1, 0), (0, 0, 0), "white"), ("ceiling", (0, 1, 0), (0, 0, 0), "white"),
             ("back", (0, 0, -1), (0, 0, 0), "white"), ("left", (-1, 0, 0), (0, 0, 0), "red"),
             ("right", (1, 0, 0), (0, 0, 0), "green")]
    parts = [sensor((0, 0, 3.9), (0, 0, 0), fov=fov, size=size),
             diffuse("red", (0.570068, 0.0430135, 0.0443706)), diffuse("green", (0.105421, 0.37798, 0.076425)),
             diffuse("white", (0.885809, 0.698859, 0.666422))]
    parts += [rectangle(name, position, towards, bsdf=reference(bsdf)) for name, position, towards, bsdf in walls]
    parts.append(rectangle("lamp", (0, 0.99, 0), (0, 0, 0), half=0.25, emitter=area(18)))
    return scene(parts + ([content] if content else []), depth)


def cube(identifier, centre, half, bsdf):
    return f"""  <shape type="cube" id="{identifier}">
    <transform name="to_world"><scale x="{half[0]}" y="{half[1]}" z="{half[2]}"/>
      <translate x="{centre[0]}" y="{centre[1]}" z="{centre[2]}"/></transform>{bsdf}
  </shape>"""


def moved_camera(eye, target, start_eye, start_target, up=(0, 1, 0), start_up=None):
    """The unknowns of a camera that looks from `eye` at `target`, and starts as another one."""
    start, truth = frame(start_eye, start_target, start_up or up), frame(eye, target, up)
    # The rotation from one frame to the other, entries of start · truthᵀ.
    r = [[sum(start[k][i] * truth[k][j] for k in range(3)) for j in range(3)] for i in range(3)]
    axis = (r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1])
    sine = math.sqrt(sum(c * c for c in axis))
    angle = math.atan2(sine, r[0][0] + r[1][1] + r[2][2] - 1)
    return [Unknown("sensor.translate", [a - b for a, b in zip(start_eye, eye)], [0, 0, 0]),
            Unknown("sensor.rotate", [angle * c / sine if sine > 0 else 0.0 for c in axis], [0, 0, 0])]


def frame(eye, target, up):
    """Left, up and forward of a camera."""
    forward = normalized([b - a for a, b in zip(eye, target)])
    left = normalized(cross(up, forward))
    return left, cross(forward, left), forward


def cross(a, b):
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
