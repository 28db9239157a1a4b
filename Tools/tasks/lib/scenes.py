"""Pieces of Mitsuba scene files."""
import math


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


def turn(direction, up=(0, 1, 0)):
    """Axis-angle vector of the smallest rotation from +z to a direction, followed by none about it."""
    length = math.sqrt(sum(c * c for c in direction))
    x, y, z = (c / length for c in direction)
    axis = (-y, x, 0.0)
    sine = math.hypot(axis[0], axis[1])
    angle = math.atan2(sine, z)
    return [0.0, 0.0, 0.0] if sine == 0 else [angle * c / sine for c in axis]
