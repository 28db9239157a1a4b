"""The ten scenes of the gallery: each function writes its assets into a folder and returns the scene file's text."""
import colorsys

import numpy as np

import shapes
from formats import write_pfm, write_ply, write_png
from markup import bitmap, camera, flag, mesh, move, number, ref, rgb, scene, tag, text

GOLDEN = np.pi * (3 - np.sqrt(5))


def sky(path, sun=(0.5, 0.35, 0.6), strength=60.0, zenith=(0.16, 0.32, 0.75), horizon=(0.9, 0.75, 0.62),
        ground=(0.18, 0.15, 0.12), clouds=0.0, width=256):
    """A sky with a soft sun; row 0 is up, the middle column looks along +z."""
    height = width // 2
    v, u = np.meshgrid((np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width, indexing="ij")
    theta, phi = v * np.pi, u * 2 * np.pi
    direction = np.stack([np.sin(phi) * np.sin(theta), np.cos(theta), -np.cos(phi) * np.sin(theta)], -1)
    up = direction[..., 1:2]
    mix = np.clip(up, 0, 1) ** 0.45
    color = np.where(up > 0, np.array(horizon) * (1 - mix) + np.array(zenith) * mix,
                     np.array(ground) + (np.array(horizon) - ground) * np.exp(np.minimum(up, 0) * 18))
    if clouds:
        x, z = direction[..., 0] / (np.abs(up[..., 0]) + 0.25), direction[..., 2] / (np.abs(up[..., 0]) + 0.25)
        cover = np.clip(shapes.noise(x * 1.3 + 9, z * 1.3 + 4, 3) * 2.2 + 0.05, 0, 1)[..., None] * (up > 0)
        color = color * (1 - clouds * cover) + clouds * cover * np.array([1.0, 0.93, 0.88])
    toward = shapes.normalized(np.array(sun, dtype=float))
    cosine = direction @ toward
    color = color + strength * np.exp((cosine[..., None] - 1) / 0.003) * np.array([1, 0.85, 0.65])
    color = color + 0.6 * np.exp((cosine[..., None] - 1) / 0.1) * np.array([1, 0.7, 0.45])
    write_pfm(path, color)


def studio(*content):
    """A grey sweep from the floor up the wall."""
    return tag("shape", "rectangle", move(("rotate", (1, 0, 0), -90), ("scale", 40)), *content)


def softbox(center, target, size, radiance):
    return tag("shape", "rectangle", move(("scale", size), ("lookat", center, target)),
               tag("emitter", "area", rgb("radiance", *radiance)))


def materials(folder):
    """Fifteen balls, one material each."""
    positions, faces, uv = shapes.lathe(shapes.smooth_profile(
        [(0.62, 0), (0.66, 0.05), (0.5, 0.12), (0.3, 0.2), (0.3, 0.26)]))
    write_ply(f"{folder}/foot.ply", positions, faces, uv)
    palette = [
        ("roughconductor", text("material", "Au"), number("alpha", 0.12), text("distribution", "ggx")),
        ("roughconductor", text("material", "Cu"), number("alpha_u", 0.05), number("alpha_v", 0.4)),
        ("conductor", text("material", "Ag")),
        ("roughconductor", text("material", "Cr"), number("alpha", 0.3)),
        ("principled", rgb("base_color", 0.02, 0.1, 0.35), number("metallic", 0.6), number("roughness", 0.35),
         number("clearcoat", 1.0), number("clearcoat_gloss", 0.95)),
        ("dielectric",), ("roughdielectric", number("alpha", 0.2), text("int_ior", "diamond")),
        ("dielectric", text("int_ior", "water"), rgb("specular_transmittance", 0.75, 0.95, 0.8)),
        ("thindielectric",),
        ("principled", rgb("base_color", 0.9, 0.35, 0.2), number("spec_trans", 0.9), number("roughness", 0.15)),
        ("plastic", rgb("diffuse_reflectance", 0.6, 0.05, 0.06), flag("nonlinear")),
        ("roughplastic", rgb("diffuse_reflectance", 0.1, 0.35, 0.15), number("alpha", 0.2)),
        ("diffuse", rgb("reflectance", 0.75, 0.7, 0.6)),
        ("principled", rgb("base_color", 0.25, 0.05, 0.3), number("sheen", 1.0), number("sheen_tint", 0.6),
         number("roughness", 0.9)),
        ("principled", rgb("base_color", 0.05, 0.05, 0.06), number("roughness", 0.25), number("specular", 0.8)),
    ]
    parts = []
    for index, (kind, *inputs) in enumerate(palette):
        column, row = index % 5, index // 5
        x, z = (column - 2) * 2.3 + (row % 2) * 0.0, 2.2 - row * 2.5
        lift = row * 0.0
        parts.append(tag("shape", "sphere", tag("point", name="center", value=f"{x:g}, {1.18 + lift:g}, {z:g}"),
                         tag("bsdf", kind, *inputs, id=f"material_{index}")))
        parts.append(mesh("foot.ply", move(("translate", (x, lift, z))), ref("foot")))
    floor = tag("bsdf", "diffuse", tag("texture", "checkerboard", rgb("color0", 0.28, 0.28, 0.29),
                                       rgb("color1", 0.36, 0.36, 0.37), move(("scale", 60), name="to_uv"),
                                       name="reflectance"))
    foot = tag("bsdf", "roughplastic", rgb("diffuse_reflectance", 0.04, 0.04, 0.045), number("alpha", 0.1), id="foot")
    return scene(
        "Fifteen materials on stands between three soft boxes.", 16, camera((0, 7.2, 15), (0, 0.75, -0.4), 39, width=480),
        foot, studio(floor), *parts,
        softbox((-9, 9, 6), (0, 0, 0), 3.2, (11, 10.4, 9.6)), softbox((10, 7, 1), (0, 1, 0), 2.2, (7, 8, 9.5)),
        softbox((0, 8, -13), (0, 1, 0), 4, (5, 5, 5.2)), tag("emitter", "constant", rgb("radiance", 0.13, 0.13, 0.15)))


def knot(folder):
    """A brushed knot and a glass one under a procedural sunset."""
    for name, p, q in [("knot", 2, 3), ("ring", 3, 5)]:
        positions, faces, uv, normals = shapes.torus_knot(
            p, q, tube_radius=0.26 if name == "knot" else 0.13, steps=360 if name == "knot" else 500, sides=28)
        write_ply(f"{folder}/{name}.ply", positions, faces, uv * [1, 1], normals)
    sky(f"{folder}/sky.pfm", sun=(-0.75, 0.2, -0.5), strength=90, clouds=0.75)
    brushed = tag("bsdf", "roughconductor", text("material", "Cu"), text("distribution", "ggx"),
                  number("alpha_u", 0.06), number("alpha_v", 0.28), id="brushed")
    water = tag("bsdf", "roughconductor", text("material", "Ag"), number("alpha", 0.03),
                rgb("specular_reflectance", 0.35, 0.4, 0.45), id="pool")
    return scene(
        "Anisotropic copper and glass under a sunset that a script made.", 12,
        camera((0, 2.4, 7.5), (0, 0.95, 0), 38), brushed, water,
        mesh("knot.ply", move(("rotate", (1, 0, 0), 72), ("translate", (-1.55, 1.55, 0))), ref("brushed")),
        mesh("ring.ply", move(("rotate", (1, 0, 0), 80), ("rotate", (0, 1, 0), -20), ("translate", (1.65, 1.5, -0.3))),
             tag("bsdf", "dielectric", rgb("specular_transmittance", 0.86, 0.97, 0.95))),
        tag("shape", "disk", move(("rotate", (1, 0, 0), -90), ("scale", 30)), ref("pool")),
        tag("emitter", "envmap", text("filename", "sky.pfm"), move(("rotate", (0, 1, 0), -35)), id="sky"))


def sunflowers(folder):
    """Phyllotaxis: instances of one seed and one petal on golden-angle spirals."""
    positions, faces, uv = shapes.lathe([(0, 0), (0.42, 0.1), (0.5, 0.5), (0.35, 0.85), (0, 1)], 12)
    write_ply(f"{folder}/seed.ply", positions, faces, uv)
    u, v = np.meshgrid(np.linspace(-1, 1, 7), np.linspace(0, 1, 13), indexing="xy")
    width = 0.22 * np.sin(np.pi * np.clip(v, 0, 1) ** 0.8) ** 0.8 + 0.01
    petal = np.stack([u * width, 0.10 * u**2 * np.sin(np.pi * v) + 0.22 * v * (1 - v) + 0.04 * np.cos(3 * u), v], -1)
    write_ply(f"{folder}/petal.ply", petal.reshape(-1, 3), shapes.grid_faces(12, 6)[:, ::-1],
              np.stack([(u + 1) / 2, v], -1).reshape(-1, 2))
    rng = np.random.default_rng(5)
    flower = []
    heads = [((0, 0, 0), 1.0, 0), ((-2.5, -0.35, -1.4), 0.8, 40), ((2.45, -0.3, -1.2), 0.82, 80),
             ((-1.55, -0.6, 1.65), 0.55, 10), ((1.75, -0.6, 1.6), 0.5, 60)]
    for head, (center, size, turn) in enumerate(heads):
        frame = [("scale", size), ("rotate", (0, 1, 0), turn), ("rotate", (1, 0, 0), 14 + 3 * head),
                 ("translate", center)]
        count = 420 if head == 0 else 300
        for k in range(count):
            r, angle = np.sqrt((k + 0.5) / count), k * GOLDEN
            flower.append(tag("shape", "instance", ref("seed" if r > 0.55 else "inner"), move(
                ("scale", (0.062, 0.11 + 0.05 * np.sin(r * np.pi), 0.062)),
                ("translate", (0.86 * r * np.cos(angle), 0.16 * (1 - r * r), 0.86 * r * np.sin(angle))), *frame)))
        for k in range(46):
            angle = k * 360 / 23 + (k // 23) * 8 + rng.uniform(-3, 3)
            flower.append(tag("shape", "instance", ref("petal"), move(
                ("scale", (1.15, 1, rng.uniform(0.85, 1.05))), ("rotate", (1, 0, 0), -8 - 14 * (k // 23) + rng.uniform(-5, 5)),
                ("translate", (0, -0.04 * (k // 23), 0.84)), ("rotate", (0, 1, 0), angle), *frame)))
    leafy = tag("bsdf", "principledthin", rgb("base_color", 0.95, 0.62, 0.05), number("diff_trans", 0.7),
                number("roughness", 0.5), id="yellow")
    group = [
        tag("shape", "shapegroup", mesh("seed.ply", tag("bsdf", "roughplastic", rgb("diffuse_reflectance", 0.10, 0.045, 0.015),
                                                      number("alpha", 0.25))), id="seed"),
        tag("shape", "shapegroup", mesh("seed.ply", tag("bsdf", "roughplastic", rgb("diffuse_reflectance", 0.22, 0.2, 0.04),
                                                      number("alpha", 0.25))), id="inner"),
        tag("shape", "shapegroup", mesh("petal.ply", ref("yellow")), id="petal")]
    sky(f"{folder}/sky.pfm", sun=(0.5, 0.6, 0.45), strength=120, horizon=(0.75, 0.85, 0.95))
    return scene(
        "Five sunflower heads: 1,850 instances of a seed and a petal.", 6,
        camera((0.4, 5.6, 4.1), (0, -0.25, 0.1), 37), leafy, *group, *flower,
        tag("shape", "disk", move(("rotate", (1, 0, 0), -90), ("scale", 30), ("translate", (0, -1.4, 0))),
            tag("bsdf", "diffuse", rgb("reflectance", 0.05, 0.11, 0.03))),
        tag("emitter", "envmap", text("filename", "sky.pfm")))


def lanterns(folder):
    """Night: a thousand small lights over a lake."""
    rng = np.random.default_rng(11)
    lights = []
    for k in range(1000):
        depth = rng.uniform(0, 1) ** 0.7
        x, z = rng.uniform(-1, 1) * (6 + 44 * depth), 4 - 70 * depth
        y = 0.5 + rng.gamma(2.2, 1.7)
        warm = rng.uniform(0.03, 0.11)
        color = np.array(colorsys.hsv_to_rgb(warm, 0.82, 1.0)) * rng.uniform(10, 26)
        lights.append(tag("shape", "sphere", tag("point", name="center", value=f"{x:.3f}, {y:.3f}, {z:.3f}"),
                          number("radius", round(0.08 + 0.06 * rng.random(), 3)),
                          tag("emitter", "area", rgb("radiance", *np.round(color, 2)))))
    n = 200
    x, z = np.meshgrid(np.linspace(-60, 60, n + 1), np.linspace(-90, -60, 41), indexing="xy")
    ridge = np.clip((-z - 60) / 30, 0, 1) ** 0.7
    y = ridge * (7 + 9 * shapes.noise(x / 13, z / 13, 8)) - 0.4
    write_ply(f"{folder}/ridge.ply", np.stack([x, y, z], -1).reshape(-1, 3), shapes.grid_faces(40, n),
              shapes.grid_uv(40, n))
    size = 128
    v, u = np.meshgrid(np.arange(size) / size * 8, np.arange(size) / size * 8, indexing="ij")
    write_png(f"{folder}/ripples.png", 0.5 + 0.5 * shapes.noise(u, v * 2.0, 4, octaves=3, period=8))
    lake = tag("bsdf", "bumpmap", bitmap("height", "ripples.png", flag("raw"), move(("scale", 26), name="to_uv")),
               number("scale", 0.5), tag("bsdf", "roughconductor", text("material", "Ag"), number("alpha", 0.04),
                                        rgb("specular_reflectance", 0.32, 0.36, 0.44)))
    return scene(
        "A thousand area lights, chosen by a tree of lights.", 4, camera((0, 1.9, 12), (0, 3.0, -12), 52),
        tag("shape", "rectangle", move(("rotate", (1, 0, 0), -90), ("scale", 90), ("translate", (0, 0, -40))), lake),
        mesh("ridge.ply", tag("bsdf", "twosided", tag("bsdf", "diffuse", rgb("reflectance", 0.08, 0.09, 0.12)))),
        *lights, tag("emitter", "constant", rgb("radiance", 0.006, 0.011, 0.03)))


def theatre(folder):
    """A projector, three spots and a curtain."""
    size = 192
    v, u = np.meshgrid((np.arange(size) + 0.5) / size * 2 - 1, (np.arange(size) + 0.5) / size * 2 - 1, indexing="ij")
    r, phi = np.hypot(u, v), np.arctan2(v, u)
    petals = np.clip(np.cos(6 * phi) * 0.5 + 0.5, 0, 1)
    hue = (phi / (2 * np.pi) + 0.9 * r) % 1
    glass = np.stack(np.vectorize(colorsys.hsv_to_rgb)(hue, 0.85, np.ones_like(r)), -1)
    lead = (np.abs(r - 0.32) < 0.025) | (np.abs(r - 0.7) < 0.025) | (r > 0.97) | (
        (np.abs(np.sin(6 * phi)) < 0.05 / np.maximum(r, 0.05)) & (r > 0.32)) | (np.abs(r - 0.5 - 0.17 * petals) < 0.02)
    write_png(f"{folder}/window.png", glass * ~lead[..., None])
    columns, rows = 320, 24
    u, v = np.meshgrid(np.linspace(-1, 1, columns + 1), np.linspace(0, 1, rows + 1), indexing="xy")
    fold = 0.14 * np.cos(u * 60 + 1.5 * shapes.noise(u * 4, v, 2)) * (0.55 + 0.45 * (1 - v))
    curtain = np.stack([u * 5, v * 5.2, fold - 2.2], -1)
    write_ply(f"{folder}/curtain.ply", curtain.reshape(-1, 3), shapes.grid_faces(rows, columns),
              np.stack([(u + 1) / 2, v], -1).reshape(-1, 2))
    positions, faces, uv = shapes.lathe(shapes.smooth_profile(
        [(0.0, 0.0), (0.5, 0.0), (0.52, 0.1), (0.25, 0.22), (0.16, 0.5), (0.42, 0.9), (0.55, 1.35), (0.38, 1.75),
         (0.3, 1.95), (0.42, 2.15), (0.4, 2.15), (0.27, 1.94)]), 72)
    write_ply(f"{folder}/vase.ply", positions, faces, uv)
    floor = tag("bsdf", "roughplastic", rgb("diffuse_reflectance", 0.12, 0.065, 0.035), number("alpha", 0.12))

    def spot(origin, color, angle):
        return tag("emitter", "spot", move(("lookat", origin, (0, 0.9, 0))), rgb("intensity", *color),
                   number("cutoff_angle", float(angle)), number("beam_width", angle * 0.6))

    return scene(
        "A projected window, three spots, folds of cloth.", 6, camera((0, 2.1, 9.2), (0, 1.75, 0), 40),
        mesh("curtain.ply", tag("bsdf", "twosided", tag(
            "bsdf", "principled", rgb("base_color", 0.55, 0.5, 0.47), number("roughness", 0.8), number("sheen", 0.7)))),
        tag("shape", "rectangle", move(("rotate", (1, 0, 0), -90), ("scale", 12)), floor),
        mesh("vase.ply", tag("bsdf", "principled", rgb("base_color", 0.9, 0.9, 0.88), number("roughness", 0.15),
                             number("clearcoat", 1.0), number("clearcoat_gloss", 1.0))),
        tag("emitter", "projector", bitmap("irradiance", "window.png"), number("fov", 38.0), number("scale", 60.0),
            move(("lookat", (0.6, 3.0, 6.5), (0, 2.55, -2)))),
        spot((-4, 6, 4), (55, 46, 30), 13), spot((4.2, 6, 3.5), (20, 30, 60), 13), spot((0, 7.5, -1), (40, 30, 30), 16),
        tag("emitter", "constant", rgb("radiance", 0.008, 0.008, 0.012)))


def garden(folder):
    """Thin lens: marbles in a row, one in focus."""
    rng = np.random.default_rng(3)
    balls = []
    for k in range(90):
        z, x = rng.uniform(-14, 2.6), rng.uniform(-4.2, 4.2)
        if k == 0:
            x, z = 0.0, 0.0
        if k and any(np.hypot(x - p[0], z - p[1]) < 0.62 for p in [b[1] for b in balls]):
            continue
        hue = rng.random()
        color = colorsys.hsv_to_rgb(hue, 0.75, 0.85)
        kind = ["glass", "metal", "paint"][k % 3]
        if kind == "glass":
            bsdf = tag("bsdf", "dielectric", rgb("specular_transmittance", *np.round(0.55 + 0.45 * np.array(color), 3)))
        elif kind == "metal":
            bsdf = tag("bsdf", "roughconductor", text("material", ["Au", "Cu", "Ag", "Cr"][k % 4]), number("alpha", 0.06))
        else:
            bsdf = tag("bsdf", "plastic", rgb("diffuse_reflectance", *np.round(color, 3)))
        balls.append((tag("shape", "sphere", tag("point", name="center", value=f"{x:.3f}, 0.3, {z:.3f}"),
                          number("radius", 0.3), bsdf), (x, z)))
    for k in range(70):
        x, z = rng.uniform(-9, 9), rng.uniform(-24, -13)
        color = np.array(colorsys.hsv_to_rgb(rng.uniform(0.02, 0.13), 0.6, 1)) * 9
        balls.append((tag("shape", "sphere", tag("point", name="center", value=f"{x:.3f}, {rng.uniform(0.5, 6):.3f}, {z:.3f}"),
                          number("radius", 0.07), tag("emitter", "area", rgb("radiance", *np.round(color, 3)))), (x, z)))
    size = 256
    v, u = np.meshgrid(np.arange(size) / size * 4, np.arange(size) / size * 4, indexing="ij")
    rings = np.sin(18 * (u * 0.25 + 0.35 * shapes.noise(u * 0.5, v * 4, 6, period=16)))
    wood = np.array([0.46, 0.29, 0.16]) + 0.07 * rings[..., None] * [1, 0.8, 0.6] + 0.03 * shapes.noise(u * 16, v * 2, 9)[..., None]
    planks = ((u * 2) % 1 < 0.02)[..., None]
    write_png(f"{folder}/wood.png", np.where(planks, 0.08, wood))
    sky(f"{folder}/sky.pfm", sun=(0.3, 0.5, -0.8), strength=25, zenith=(0.05, 0.08, 0.16), horizon=(0.35, 0.22, 0.2))
    return scene(
        "Depth of field: a wide aperture, lamps as discs in the distance.", 12,
        camera((0.5, 1.15, 5.2), (0, 0.42, 0), 34, number("aperture_radius", 0.11), number("focus_distance", 5.0),
               kind="thinlens", spp=512),
        tag("shape", "rectangle", move(("rotate", (1, 0, 0), -90), ("scale", 24)),
            tag("bsdf", "roughplastic", bitmap("diffuse_reflectance", "wood.png", move(("scale", 12), name="to_uv")),
                number("alpha", 0.15))), *[b[0] for b in balls],
        tag("emitter", "envmap", text("filename", "sky.pfm")))


def island(folder):
    """A terrain with colours at its vertices, in a sea of rough glass."""
    n = 192
    x, z = np.meshgrid(np.linspace(-1, 1, n + 1), np.linspace(-1, 1, n + 1), indexing="xy")
    r = np.hypot(x, z)
    base = 1.15 * np.exp(-(r / 0.52) ** 2) - 0.3
    rough = shapes.noise(x * 2.6 + 7, z * 2.6 + 3, 21, octaves=7)
    ridged = 1 - np.abs(shapes.noise(x * 2.2 + 1, z * 2.2, 33, octaves=6)) * 2.4
    height = base + 0.42 * rough * np.exp(-r) + 0.30 * np.clip(ridged, 0, 1) * np.clip(base + 0.1, 0, 1)
    dy = np.hypot(*np.gradient(height, 2 / n))
    level = (height + 0.03 * shapes.noise(x * 20, z * 20, 5))[..., None]
    steep = np.clip((dy - 1.2) / 0.9, 0, 1)[..., None]
    sand, grass, forest = np.array([0.72, 0.6, 0.4]), np.array([0.22, 0.33, 0.08]), np.array([0.06, 0.15, 0.04])
    rock, snow = np.array([0.26, 0.23, 0.21]), np.array([0.92, 0.93, 0.96])

    def blend(a, b, low, high):
        t = np.clip((level - low) / (high - low), 0, 1)
        return a * (1 - t) + b * t

    color = blend(sand, grass, 0.02, 0.07)
    color = blend(color, forest, 0.12, 0.25)
    color = blend(color, rock, 0.48, 0.62)
    color = color * (1 - steep) + rock * steep
    color = blend(color, snow * (1 - 0.6 * steep) + rock * 0.6 * steep, 0.72, 0.86)
    write_ply(f"{folder}/island.ply", np.stack([x * 5, height * 2.2, z * 5], -1).reshape(-1, 3),
              shapes.grid_faces(n, n)[:, ::-1], shapes.grid_uv(n, n), colors=color.reshape(-1, 3))
    sky(f"{folder}/sky.pfm", sun=(0.8, 0.42, 0.35), strength=150, horizon=(0.86, 0.82, 0.8), clouds=0.6)
    size = 128
    v, u = np.meshgrid(np.arange(size) / size * 8, np.arange(size) / size * 8, indexing="ij")
    write_png(f"{folder}/waves.png", 0.5 + 0.5 * shapes.noise(u, v, 4, octaves=4, period=8))
    return scene(
        "Vertex colours of a mesh, waves by a bump map.", 8, camera((5.2, 2.9, 7.4), (0, 0.45, 0), 40),
        mesh("island.ply", tag("bsdf", "twosided", tag("bsdf", "diffuse", tag(
            "texture", "mesh_attribute", text("name", "vertex_color"), name="reflectance")))),
        tag("shape", "rectangle", move(("rotate", (1, 0, 0), -90), ("scale", 60)),
            tag("bsdf", "bumpmap", bitmap("height", "waves.png", flag("raw"), move(("scale", 60), name="to_uv")),
                number("scale", 0.35), tag("bsdf", "principled", rgb("base_color", 0.01, 0.07, 0.11), number("roughness", 0.12),
                                        number("eta", 1.33)))),
        tag("emitter", "envmap", text("filename", "sky.pfm")))


def tiles(folder):
    """Normal maps and bump maps: a tiled wall, a hammered bowl, an embossed ball."""
    size = 256
    v, u = np.meshgrid((np.arange(size) + 0.5) / size, (np.arange(size) + 0.5) / size, indexing="ij")
    row = np.floor(v * 8)
    a, b = (u * 4 + 0.5 * (row % 2)) % 1, (v * 8) % 1
    edge = np.minimum(np.minimum(a, 1 - a) * 2, np.minimum(b, 1 - b))
    brick = np.clip(edge / 0.1, 0, 1) ** 0.6
    key = (np.floor(u * 4 + 0.5 * (row % 2)) % 4) * 8 + row
    shade = np.random.default_rng(2).random(64)[key.astype(int)]
    height = brick * (0.8 + 0.2 * shade) + 0.06 * shapes.noise(u * 32, v * 32, 3, octaves=4, period=32)
    gx = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * 3.0
    gy = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * 3.0
    normal = shapes.normalized(np.stack([-gx, -gy, np.ones_like(gx)], -1))
    write_png(f"{folder}/brick_normals.png", normal * 0.5 + 0.5)
    color = np.array([0.62, 0.27, 0.16]) * (0.75 + 0.5 * shade[..., None]) + 0.05 * shapes.noise(u * 64, v * 64, 8, period=64)[..., None]
    write_png(f"{folder}/brick.png", np.where((brick < 0.75)[..., None], np.array([0.66, 0.63, 0.58]), color))
    rng = np.random.default_rng(9)
    centers = rng.random((150, 2))
    distance = np.min([np.hypot((u - c[0] + 0.5) % 1 - 0.5, (v - c[1] + 0.5) % 1 - 0.5) for c in centers], axis=0)
    write_png(f"{folder}/hammered.png", np.clip(distance / 0.075, 0, 1) ** 2)
    stars = np.clip(1.4 - 3 * np.abs(np.sin(8 * np.pi * u) * np.sin(8 * np.pi * v)), 0, 1)
    write_png(f"{folder}/embossed.png", stars)
    positions, faces, uv = shapes.lathe(shapes.smooth_profile(
        [(0.0, 0.0), (0.45, 0.0), (0.5, 0.06), (0.85, 0.35), (1.1, 0.85), (1.16, 0.9), (1.06, 0.86), (0.8, 0.4), (0.45, 0.14), (0, 0.1)]), 96)
    write_ply(f"{folder}/bowl.ply", positions, faces, uv)
    to_uv = move(("scale", (3, 2)), name="to_uv")
    return scene(
        "Normal and bump maps.", 6, camera((0.2, 2.1, 7.4), (0, 1.05, 0), 38),
        tag("shape", "rectangle", move(("scale", (6, 4, 1)), ("translate", (0, 2, -2))),
            tag("bsdf", "normalmap", bitmap("normalmap", "brick_normals.png", flag("raw"), to_uv),
                tag("bsdf", "roughplastic", bitmap("diffuse_reflectance", "brick.png", to_uv), number("alpha", 0.3)))),
        tag("shape", "rectangle", move(("rotate", (1, 0, 0), -90), ("scale", 8)),
            tag("bsdf", "roughplastic", rgb("diffuse_reflectance", 0.2, 0.17, 0.15), number("alpha", 0.2))),
        mesh("bowl.ply", move(("translate", (-1.5, 0, 0.3))),
             tag("bsdf", "twosided", tag("bsdf", "bumpmap", bitmap("height", "hammered.png", flag("raw"), move(("scale", (3, 2)), name="to_uv")),
                 number("scale", 0.06), tag("bsdf", "roughconductor", text("material", "Cu"), number("alpha", 0.12))))),
        tag("shape", "sphere", move(("rotate", (1, 0, 0), 90), ("translate", (1.55, 1.0, 0.3))),
            tag("bsdf", "bumpmap", bitmap("height", "embossed.png", flag("raw"), move(("scale", (1, 0.5)), name="to_uv")), number("scale", 0.25),
                tag("bsdf", "principled", rgb("base_color", 0.05, 0.3, 0.3), number("roughness", 0.3), number("clearcoat", 1.0), number("clearcoat_gloss", 0.9)))),
        softbox((-5, 5, 4), (0, 1, 0), 1.3, (22, 20, 17)), softbox((6, 4, 3), (0, 1, 0), 1.0, (9, 11, 15)),
        tag("emitter", "constant", rgb("radiance", 0.1, 0.1, 0.11)))


def canopy(folder):
    """Leaves cut out by a mask, lit through from behind."""
    size = 192
    v, u = np.meshgrid((np.arange(size) + 0.5) / size, ((np.arange(size) + 0.5) / size - 0.5) * 2, indexing="ij")
    outline = 0.62 * np.sin(np.pi * np.clip(v * 0.94 + 0.03, 0, 1) ** 0.75) ** 0.9 * (1 + 0.06 * np.sin(70 * v))
    inside = np.abs(u) < outline
    veins = np.minimum(np.abs(u) / 0.03, np.abs(np.sin((v * 11 - np.abs(u) * 4.5) * np.pi)) / 0.13)
    tone = np.clip(veins, 0, 1)[..., None]
    green = np.array([0.36, 0.55, 0.10]) * (0.85 + 0.25 * shapes.noise(u * 6, v * 6, 4)[..., None])
    write_png(f"{folder}/leaf.png", green * (0.6 + 0.4 * tone) + (1 - tone) * np.array([0.25, 0.25, 0.05]))
    write_png(f"{folder}/mask.png", inside.astype(float))
    u, v = np.meshgrid(np.linspace(-1, 1, 7), np.linspace(0, 1, 11), indexing="xy")
    leaf = np.stack([u * 0.5, 0.18 * np.abs(u) - 0.35 * (v - 0.3) ** 2, v * 1.5], -1)
    write_ply(f"{folder}/leaf.ply", leaf.reshape(-1, 3), shapes.grid_faces(10, 6)[:, ::-1], np.stack([(u + 1) / 2, v], -1).reshape(-1, 2))
    rng = np.random.default_rng(17)
    leaves, branches = [], []
    for k in range(560):
        angle, r = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 1) ** 0.5
        x, z = 5.2 * r * np.cos(angle), 3.6 * r * np.sin(angle)
        y = 2.6 + 1.6 * shapes.noise(np.array(x / 3.0), np.array(z / 3.0), 3) + rng.normal(0, 0.55)
        leaves.append(tag("shape", "instance", ref("leaf"), move(
            ("scale", rng.uniform(0.55, 1.0)), ("rotate", (0, 0, 1), rng.uniform(-35, 35)), ("rotate", (1, 0, 0), rng.uniform(-10, 45)),
            ("rotate", (0, 1, 0), rng.uniform(0, 360)), ("translate", (round(x, 3), round(float(y), 3), round(z, 3))))))
    for k in range(9):
        a = rng.uniform(-5, 5, 2)
        branches.append(tag("shape", "cylinder", tag("point", name="p0", value=f"{a[0]:.2f}, 1.9, {-1 + 0.4 * a[1]:.2f}"),
                            tag("point", name="p1", value=f"{a[0] * 0.2 + rng.uniform(-4, 4):.2f}, {rng.uniform(2.6, 4.2):.2f}, {rng.uniform(-3, 2):.2f}"),
                            number("radius", 0.05), ref("bark")))
    sky(f"{folder}/sky.pfm", sun=(0.1, 0.9, -0.35), strength=260, horizon=(0.8, 0.9, 0.85), zenith=(0.35, 0.6, 0.95))
    return scene(
        "Masks and thin leaves that let light through.", 8, camera((0.3, -0.6, 4.6), (0, 2.6, -0.6), 62),
        tag("bsdf", "twosided", tag("bsdf", "diffuse", rgb("reflectance", 0.09, 0.06, 0.04)), id="bark"),
        tag("shape", "shapegroup", mesh("leaf.ply", tag("bsdf", "mask", bitmap("opacity", "mask.png", flag("raw")), tag(
            "bsdf", "principledthin", bitmap("base_color", "leaf.png"), number("diff_trans", 1.15), number("roughness", 0.35)))), id="leaf"),
        *leaves, *branches, tag("emitter", "envmap", text("filename", "sky.pfm")))


def city(folder):
    """Orthographic: a toy town of cubes and cylinders."""
    size = 128
    v, u = np.meshgrid(np.arange(size) // 16, np.arange(size) // 16, indexing="ij")
    b, a = np.meshgrid(np.arange(size) % 16, np.arange(size) % 16, indexing="ij")
    window = (a > 3) & (a < 12) & (b > 2) & (b < 12)
    lit = np.random.default_rng(4).random((8, 8))[v, u] > 0.55
    wall, glow, dark = np.array([0.72, 0.68, 0.62]), np.array([1.0, 0.83, 0.5]), np.array([0.16, 0.2, 0.28])
    write_png(f"{folder}/facade.png", np.where(window[..., None], np.where(lit[..., None], glow, dark), wall))
    rng = np.random.default_rng(23)
    parts = []
    tints = [(0.85, 0.55, 0.42), (0.9, 0.8, 0.6), (0.55, 0.66, 0.72), (0.78, 0.44, 0.38), (0.65, 0.72, 0.58)]
    for i in range(-5, 6):
        for j in range(-5, 6):
            if i % 3 == 0 or j % 3 == 0:
                continue
            h = 0.5 + 2.2 * rng.random() ** 2 * np.exp(-(i * i + j * j) / 26) * 1.8
            x, z = i * 1.15, j * 1.15
            if rng.random() < 0.18:
                for k in range(4):
                    px, pz = x + rng.uniform(-0.35, 0.35), z + rng.uniform(-0.35, 0.35)
                    parts.append(tag("shape", "sphere", tag("point", name="center", value=f"{px:.2f}, 0.45, {pz:.2f}"),
                                     number("radius", round(rng.uniform(0.17, 0.26), 3)), ref("tree")))
                    parts.append(tag("shape", "cylinder", tag("point", name="p0", value=f"{px:.2f}, 0, {pz:.2f}"),
                                     tag("point", name="p1", value=f"{px:.2f}, 0.4, {pz:.2f}"), number("radius", 0.04), ref("trunk")))
                continue
            if rng.random() < 0.15:
                parts.append(tag("shape", "cylinder", tag("point", name="p0", value=f"{x:.2f}, 0, {z:.2f}"),
                                 tag("point", name="p1", value=f"{x:.2f}, {h:.2f}, {z:.2f}"), number("radius", 0.42), ref("facade")))
                parts.append(tag("shape", "disk", move(("rotate", (1, 0, 0), -90), ("scale", 0.42), ("translate", (x, h, z))), ref("roof")))
                continue
            tint = tints[rng.integers(len(tints))]
            parts.append(tag("shape", "cube", move(("scale", (0.42, h / 2, 0.42)), ("translate", (x, h / 2, z))),
                             tag("bsdf", "blendbsdf", number("weight", 0.5), ref("facade"), tag("bsdf", "diffuse", rgb("reflectance", *tint)))))
            parts.append(tag("shape", "cube", move(("scale", (0.45, 0.03, 0.45)), ("translate", (x, h + 0.03, z))), ref("roof")))
    return scene(
        "An orthographic camera over a toy town.", 6,
        camera((12, 11, 14), (0.2, 0.35, 0), None, ("scale", (6.6, 6.6, 1)), kind="orthographic"),
        tag("bsdf", "diffuse", bitmap("reflectance", "facade.png"), id="facade"),
        tag("bsdf", "roughplastic", rgb("diffuse_reflectance", 0.42, 0.18, 0.13), number("alpha", 0.3), id="roof"),
        tag("bsdf", "diffuse", rgb("reflectance", 0.16, 0.34, 0.12), id="tree"),
        tag("bsdf", "diffuse", rgb("reflectance", 0.25, 0.15, 0.08), id="trunk"),
        tag("shape", "rectangle", move(("rotate", (1, 0, 0), -90), ("scale", 7.2)), tag("bsdf", "diffuse", tag(
            "texture", "checkerboard", rgb("color0", 0.36, 0.38, 0.4), rgb("color1", 0.42, 0.44, 0.46), move(("scale", 7), name="to_uv"), name="reflectance"))),
        tag("shape", "rectangle", move(("rotate", (1, 0, 0), -90), ("scale", 60), ("translate", (0, -0.02, 0))),
            tag("bsdf", "diffuse", rgb("reflectance", 0.8, 0.78, 0.74))),
        *parts, tag("emitter", "directional", tag("vector", name="direction", value="-0.9, -1.1, -0.25"), rgb("irradiance", 3.4, 2.9, 2.3)),
        tag("emitter", "constant", rgb("radiance", 0.42, 0.5, 0.62)))


ALL = {function.__name__: function for function in
       [materials, knot, sunflowers, lanterns, theatre, garden, island, tiles, canopy, city]}
