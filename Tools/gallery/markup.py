"""Short ways to write scene files."""


def tag(element, kind=None, /, *content, **attributes):
    head = "".join(f' {key}="{value}"' for key, value in ([("type", kind)] if kind else []) + list(attributes.items()))
    body = "".join(content)
    return f"<{element}{head}>{indented(body)}</{element}>\n" if body else f"<{element}{head}/>\n"


def indented(body):
    return "\n" + "".join(f"  {line}\n" for line in body.splitlines())


def number(name, value):
    return tag("integer" if isinstance(value, int) else "float", name=name, value=f"{value:g}")


def text(name, value):
    return tag("string", name=name, value=value)


def flag(name, value=True):
    return tag("boolean", name=name, value=str(value).lower())


def rgb(name, *color):
    return tag("rgb", name=name, value=", ".join(f"{c:g}" for c in color))


def vector(value):
    return ", ".join(f"{c:g}" for c in value)


def move(*steps, name="to_world"):
    """Steps: ("scale", 2), ("rotate", axis, degrees), ("translate", vector), ("lookat", origin, target)."""
    body = ""
    for step in steps:
        if step[0] == "rotate":
            x, y, z = step[1]
            body += tag("rotate", x=f"{x:g}", y=f"{y:g}", z=f"{z:g}", angle=f"{step[2]:g}")
        elif step[0] == "lookat":
            body += tag("lookat", origin=vector(step[1]), target=vector(step[2]), up="0, 1, 0")
        else:
            value = step[1] if isinstance(step[1], (tuple, list)) else (step[1],)
            body += tag(step[0], value=vector(value))
    return tag("transform", None, body, name=name)


def bitmap(name, file, *more):
    return tag("texture", "bitmap", text("filename", file), *more, name=name)


def mesh(file, *content):
    return tag("shape", "ply", text("filename", file), *content)


def ref(identifier):
    return tag("ref", id=identifier)


def camera(origin, target, fov, *more, kind="perspective", width=480, height=320, spp=256):
    film = tag("film", "hdrfilm", number("width", width), number("height", height))
    sampler = tag("sampler", "multijitter", number("sample_count", spp))
    angle = number("fov", fov) if fov else ""
    return tag("sensor", kind, angle, move(*more_steps(more), ("lookat", origin, target)), *more_parts(more), film,
               sampler, id="camera")


def more_steps(more):
    return [step for step in more if isinstance(step, tuple)]


def more_parts(more):
    return [part for part in more if isinstance(part, str)]


def scene(comment, depth, *content):
    integrator = tag("integrator", "path", number("max_depth", depth))
    return f"<!-- {comment} -->\n" + tag("scene", None, integrator, *content, version="3.0.0")
