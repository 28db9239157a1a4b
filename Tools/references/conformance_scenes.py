"""Small scenes in the corners of Mitsuba's grammar: `fixed_scenes` one by one, `random_scene` in any combination."""
import os

import numpy as np

import mitsuba as mi

IOR = ["vacuum", "helium", "hydrogen", "air", "carbon dioxide", "water", "acetone", "ethanol", "carbon tetrachloride",
       "glycerol", "benzene", "silicone oil", "bromine", "water ice", "fused quartz", "pyrex", "acrylic glass",
       "polypropylene", "bk7", "sodium chloride", "amber", "pet", "diamond"]
METALS = ["a-C", "Ag", "Al", "AlAs", "AlSb", "Au", "Be", "Cr", "CsI", "Cu", "Cu2O", "CuO", "d-C", "Hg", "HgTe", "Ir",
          "K", "Li", "MgO", "Mo", "Na_palik", "Nb", "Ni_palik", "Rh", "Se-e", "Se", "SiC", "SnTe", "Ta", "Te-e", "Te",
          "ThF4", "TiC", "TiN", "TiO2-e", "TiO2", "VC", "V_palik", "VN", "W", "none"]


def write_assets(folder):
    """Pictures and meshes that the scenes refer to as ../NAME."""
    rng = np.random.default_rng(1)
    rgb = rng.random((5, 7, 3)).astype(np.float32)
    mi.Bitmap(rgb).write(os.path.join(folder, "color.exr"))
    mi.Bitmap((rgb * 255).astype(np.uint8)).write(os.path.join(folder, "color.png"))
    mi.Bitmap((rgb[..., :1] * 65535).astype(np.uint16)).write(os.path.join(folder, "grey16.png"))
    mi.Bitmap((rng.random((4, 4, 4)) * 255).astype(np.uint8)).write(os.path.join(folder, "alpha.png"))
    mi.Bitmap((0.1 + 0.8 * rng.random((6, 6, 1))).astype(np.float32)).write(os.path.join(folder, "grey.exr"))
    mi.Bitmap(np.full((1, 1, 3), 0.4, np.float32)).write(os.path.join(folder, "one.exr"))
    sky = (rng.random((8, 16, 3)) ** 4 * 3).astype(np.float32)
    mi.Bitmap(sky).write(os.path.join(folder, "sky.exr"))
    normals = rng.random((8, 8, 3)) * [0.4, 0.4, 0.1] + [0.3, 0.3, 0.9]
    mi.Bitmap((normals * 255).astype(np.uint8)).write(os.path.join(folder, "normals.png"))
    with open(os.path.join(folder, "quad.obj"), "w") as file:
        file.write("# a quad\r\nv -1 -1 0\r\nv 1 -1 0\nv 1 1 0\nv -1 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n"
                   "f 1/1 2/2 3/3 4/4\n")
    with open(os.path.join(folder, "fan.ply"), "w") as file:
        file.write("ply\nformat ascii 1.0\ncomment c\nelement vertex 5\nproperty float x\nproperty float y\n"
                   "property float z\nproperty float s\nproperty float t\nproperty float r\nproperty float g\n"
                   "property float b\nelement face 4\nproperty list uchar int vertex_index\nend_header\n"
                   "0 0 0.5 0.5 0.5 1 1 1\n1 1 0 1 1 0.8 0 0\n-1 1 0 0 1 0 0.8 0\n-1 -1 0 0 0 0 0 0.8\n"
                   "1 -1 0 1 0 0.5 0.5 0\n3 0 1 2\n3 0 2 3\n3 0 3 4\n3 0 4 1\n")
    with open(os.path.join(folder, "part.xml"), "w") as file:
        file.write('<scene version="3.0.0"><default name="shade" value="0.3"/>'
                   '<bsdf type="diffuse" id="included"><rgb name="reflectance" value="$shade"/></bsdf></scene>')


SENSOR = ('<sensor type="perspective" id="cam"><float name="fov" value="45"/><transform name="to_world">'
          '<lookat origin="0.4,-0.3,4" target="0,0,0" up="0,1,0"/></transform>'
          '<film type="hdrfilm"><integer name="width" value="12"/><integer name="height" value="8"/>'
          '<rfilter type="box"/></film><sampler type="independent"/></sensor>')
SKY = '<emitter type="constant"><rgb name="radiance" value="0.8, 1, 1.2"/></emitter>'
LAMP = '<emitter type="point"><point name="position" x="1" y="2" z="3"/><rgb name="intensity" value="9"/></emitter>'


def scene(*parts, version="3.0.0", sensor=SENSOR, depth=4):
    body = "\n".join(parts)
    return (f'<scene version="{version}"><integrator type="path"><integer name="max_depth" value="{depth}"/>'
            f'</integrator>{sensor}\n{body}</scene>')


def ball(content="", extra=""):
    return f'<shape type="sphere"><float name="radius" value="0.9"/>{extra}{content}</shape>'


def square(content="", transform=""):
    return f'<shape type="rectangle"><transform name="to_world">{transform}</transform>{content}</shape>'


def diffuse(value):
    return f'<bsdf type="diffuse">{value}</bsdf>'


def bitmap(file, name="reflectance", more=""):
    return (f'<texture type="bitmap" name="{name}"><string name="filename" value="../{file}"/>{more}</texture>')


def sensor(kind="perspective", content="", film="", filter="box", sampler="independent", size=(12, 8), fov=True):
    return (f'<sensor type="{kind}">{"<float name=%r value=%r/>" % ("fov", "45") if fov else ""}'
            f'<transform name="to_world"><lookat origin="0.4,-0.3,4" target="0,0,0" up="0,1,0"/></transform>{content}'
            f'<film type="hdrfilm"><integer name="width" value="{size[0]}"/>'
            f'<integer name="height" value="{size[1]}"/>{film}<rfilter type="{filter}"/></film>'
            f'<sampler type="{sampler}"/></sensor>').replace("'", '"')


def fixed_scenes():
    grid = square(diffuse(bitmap("color.png")))
    for name in IOR:
        yield f"ior-{name.replace(' ', '_')}", scene(
            ball(f'<bsdf type="dielectric"><string name="int_ior" value="{name}"/></bsdf>'), grid, SKY)
    yield "ior-case", scene(ball('<bsdf type="dielectric"><string name="int_ior" value="WATER"/></bsdf>'), SKY)
    yield "ior-unknown", scene(ball('<bsdf type="dielectric"><string name="int_ior" value="wine"/></bsdf>'), SKY)
    yield "ior-integer", scene(ball('<bsdf type="dielectric"><integer name="int_ior" value="2"/></bsdf>'), SKY)
    for name in METALS:
        yield f"metal-{name}", scene(ball(
            f'<bsdf type="roughconductor"><string name="material" value="{name}"/></bsdf>'), SKY, LAMP)
    yield "metal-unknown", scene(ball('<bsdf type="conductor"><string name="material" value="Xx"/></bsdf>'), SKY)

    for name in ["box", "tent", "gaussian", "mitchell", "catmullrom", "lanczos"]:
        yield f"filter-{name}", scene(grid, SKY, LAMP, sensor=sensor(filter=name))
    for name in ["independent", "stratified", "multijitter", "orthogonal", "ldsampler"]:
        yield f"sampler-{name}", scene(grid, SKY, LAMP, sensor=sensor(sampler=name))
    for axis in ["x", "y", "diagonal", "smaller", "larger"]:
        for size in [(12, 8), (8, 12)]:
            yield f"fov-{axis}-{size[0]}", scene(grid, SKY, LAMP, sensor=sensor(
                content=f'<string name="fov_axis" value="{axis}"/>', size=size))
    yield "focal-length", scene(grid, SKY, sensor=sensor(content='<string name="focal_length" value="80mm"/>', fov=False))
    yield "focal-length-no-unit", scene(grid, SKY, sensor=sensor(content='<string name="focal_length" value="80"/>', fov=False))
    yield "fov-none", scene(grid, SKY, sensor=sensor(fov=False))
    yield "fov-and-focal", scene(grid, SKY, sensor=sensor(content='<string name="focal_length" value="80mm"/>'))
    crop = "".join(f'<integer name="crop_{n}" value="{v}"/>' for n, v in
                   [("offset_x", 3), ("offset_y", 2), ("width", 6), ("height", 5)])
    yield "crop", scene(grid, SKY, LAMP, sensor=sensor(film=crop))
    yield "crop-outside", scene(grid, SKY, sensor=sensor(film=crop.replace('"6"', '"11"')))
    yield "crop-gaussian", scene(grid, SKY, LAMP, sensor=sensor(film=crop, filter="gaussian"))
    yield "sample-border", scene(grid, SKY, LAMP, sensor=sensor(
        film='<boolean name="sample_border" value="true"/>', filter="gaussian"))
    yield "principal-point", scene(grid, SKY, sensor=sensor(
        content='<float name="principal_point_offset_x" value="0.1"/><float name="principal_point_offset_y" value="-0.2"/>'))
    yield "near-clip", scene(ball(), SKY, sensor=sensor(content='<float name="near_clip" value="3.5"/>'))
    yield "far-clip", scene(ball(), SKY, sensor=sensor(content='<float name="far_clip" value="3.4"/>'))
    yield "thinlens", scene(grid, SKY, LAMP, sensor=sensor("thinlens", '<float name="aperture_radius" value="0.3"/>'
                                                           '<float name="focus_distance" value="3"/>'))
    yield "thinlens-no-radius", scene(grid, SKY, sensor=sensor("thinlens"))
    yield "orthographic", scene(grid, ball(), SKY, LAMP, sensor=sensor("orthographic", fov=False))
    yield "orthographic-scaled", scene(grid, SKY, LAMP, sensor=sensor("orthographic", fov=False).replace(
        "<lookat", '<scale x="2" y="2"/><lookat'))
    yield "perspective-scaled", scene(grid, SKY, sensor=sensor().replace("<lookat", '<scale value="2"/><lookat'))
    inner = sensor().replace("<sensor ", '<sensor name="a" ').replace("perspective", "perspective", 1)
    inner = sensor(size=(6, 8))
    yield "batch", scene(grid, SKY, LAMP, sensor='<sensor type="batch">' + inner + inner.replace("0.4,-0.3", "-1,0.5")
                         + '<film type="hdrfilm"><integer name="width" value="12"/><integer name="height" value="8"/>'
                         '<rfilter type="box"/></film><sampler type="independent"/></sensor>')
    for format in ["rgb", "rgba", "luminance", "luminance_alpha", "xyz", "xyza"]:
        yield f"pixel-format-{format}", scene(ball(), LAMP, sensor=sensor(
            film=f'<string name="pixel_format" value="{format}"/>'))
    yield "component-format", scene(ball(), SKY, sensor=sensor(film='<string name="component_format" value="float32"/>'))
    yield "component-bad", scene(ball(), SKY, sensor=sensor(film='<string name="component_format" value="float99"/>'))
    yield "pixel-format-bad", scene(ball(), SKY, sensor=sensor(film='<string name="pixel_format" value="cmyk"/>'))

    for filter in ["bilinear", "nearest"]:
        for wrap in ["repeat", "mirror", "clamp"]:
            more = (f'<string name="filter_type" value="{filter}"/><string name="wrap_mode" value="{wrap}"/>'
                    '<transform name="to_uv"><rotate z="1" angle="30"/><scale x="2.3" y="1.7"/>'
                    '<translate x="0.3" y="-0.4"/></transform>')
            for file in ["color.exr", "color.png", "grey16.png", "alpha.png", "grey.exr", "one.exr"]:
                yield f"bitmap-{filter}-{wrap}-{file}", scene(square(diffuse(bitmap(file, more=more))), SKY)
    yield "bitmap-raw", scene(square(diffuse(bitmap("color.png", more='<boolean name="raw" value="true"/>'))), SKY)
    yield "bitmap-bad-filter", scene(square(diffuse(bitmap("color.png", more='<string name="filter_type" value="cubic"/>'))), SKY)
    yield "bitmap-bad-wrap", scene(square(diffuse(bitmap("color.png", more='<string name="wrap_mode" value="none"/>'))), SKY)
    yield "bitmap-format", scene(square(diffuse(bitmap("color.exr", more='<string name="format" value="fp16"/>'))), SKY)
    yield "bitmap-format-variant", scene(square(diffuse(bitmap("color.exr", more='<string name="format" value="variant"/>'))), SKY)
    yield "bitmap-no-file", scene(square(diffuse(bitmap("none.png"))), SKY)
    yield "bitmap-float-filter", scene(square(diffuse(bitmap("color.png", more='<float name="filter_type" value="1"/>'))), SKY)
    board = '<texture type="checkerboard" name="{}"><{} name="color0" value="{}"/><{} name="color1" value="{}"/>' \
            '<transform name="to_uv"><scale x="4" y="3"/></transform></texture>'
    yield "checkerboard", scene(square(diffuse(board.format("reflectance", "rgb", "0.9,0.1,0.2", "float", "0.3"))), SKY)
    yield "checkerboard-scalar", scene(square('<bsdf type="roughconductor">' + board.format(
        "alpha", "float", "0.05", "float", "0.5") + "</bsdf>"), SKY, LAMP)
    yield "checkerboard-default", scene(square(diffuse('<texture type="checkerboard" name="reflectance"/>')), SKY)
    yield "checkerboard-nested", scene(square(diffuse(
        '<texture type="checkerboard" name="reflectance">' + bitmap("color.png", "color0") + "</texture>")), SKY)
    for value in ["400:0.1, 500:0.6, 700:0.4", "0.4"]:
        yield f"spectrum-{len(value)}", scene(square(diffuse(f'<spectrum name="reflectance" value="{value}"/>')), SKY)
        yield f"spectrum-emitter-{len(value)}", scene(square(), f'<emitter type="constant"><spectrum name="radiance" value="{value}"/></emitter>')
        yield f"spectrum-eta-{len(value)}", scene(ball(f'<bsdf type="conductor"><spectrum name="eta" value="{value}"/><float name="k" value="2"/></bsdf>'), SKY)
    yield "blackbody", scene(square(), '<emitter type="constant"><spectrum name="radiance" type="blackbody"><float name="temperature" value="4000"/></spectrum></emitter>')
    yield "d65", scene(square(), '<emitter type="constant"><spectrum name="radiance" type="d65"/></emitter>')
    yield "d65-scale", scene(square(), '<emitter type="constant"><spectrum name="radiance" type="d65"><float name="scale" value="3"/></spectrum></emitter>')
    yield "uniform", scene(square(diffuse('<spectrum name="reflectance" type="uniform"><float name="value" value="0.7"/></spectrum>')), SKY)
    yield "srgb", scene(square(diffuse('<texture name="reflectance" type="srgb"><rgb name="color" value="0.7,0.1,0.2"/></texture>')), SKY)
    yield "regular", scene(square(diffuse('<spectrum name="reflectance" type="regular"><float name="wavelength_min" value="400"/><float name="wavelength_max" value="700"/><string name="values" value="0.1,0.5,0.9"/></spectrum>')), SKY)
    yield "irregular", scene(square(diffuse('<spectrum name="reflectance" type="irregular"><string name="wavelengths" value="400,450,700"/><string name="values" value="0.1,0.5,0.9"/></spectrum>')), SKY)
    yield "rawconstant", scene(square('<bsdf type="normalmap"><texture type="rawconstant" name="normalmap"><vector name="value" x="0.6" y="0.4" z="0.95"/></texture><bsdf type="diffuse"/></bsdf>'), LAMP)
    yield "rawconstant-float", scene(ball('<bsdf type="roughconductor"><texture type="rawconstant" name="alpha"><float name="value" value="0.3"/></texture></bsdf>'), SKY, LAMP)
    yield "vertex-color", scene('<shape type="ply"><string name="filename" value="../fan.ply"/>' + diffuse(
        '<texture type="mesh_attribute" name="reflectance"><string name="name" value="vertex_color"/></texture>') + "</shape>", SKY)
    yield "vertex-color-scale", scene('<shape type="ply"><string name="filename" value="../fan.ply"/>' + diffuse(
        '<texture type="mesh_attribute" name="reflectance"><string name="name" value="vertex_color"/><float name="scale" value="0.5"/></texture>') + "</shape>", SKY)
    yield "vertex-missing", scene('<shape type="ply"><string name="filename" value="../fan.ply"/>' + diffuse(
        '<texture type="mesh_attribute" name="reflectance"><string name="name" value="vertex_none"/></texture>') + "</shape>", SKY)
    yield from old_dialects()
    yield from grammar()
    yield from shapes_and_lights()


def old_dialects():
    camera = ('<sensor type="perspective"><float name="fov" value="45"/><transform name="toWorld">'
              '<lookAt origin="0.4,-0.3,4" target="0,0,0" up="0,1,0"/></transform><film type="hdrfilm">'
              '<integer name="width" value="12"/><integer name="height" value="8"/><rfilter type="box"/></film>'
              '<sampler type="independent"><integer name="sampleCount" value="4"/></sampler></sensor>')
    texture = ('<texture type="checkerboard" name="{}"><float name="uscale" value="3"/><float name="vscale" value="2"/>'
               '<float name="uoffset" value="0.2"/><float name="voffset" value="0.1"/></texture>')
    yield "dialect-lookAt", scene(square(), SKY, sensor=camera, version="0.5.0")
    camera = camera.replace("lookAt", "lookat")
    for version in ["0.4.0", "0.5.0", "0.6.0", "0.6", "1.0.0", "2.0.0", "2.1.0", "3.0.0", "3.9.1", "3.10.0", "4.0.0", "abc", "0.5.0.1"]:
        yield f"dialect-camel-{version}", scene(square(diffuse('<rgb name="reflectance" value="0.4"/>')), SKY,
                                                sensor=camera, version=version).replace("max_depth", "maxDepth")
        yield f"dialect-snake-{version}", scene(square(diffuse('<rgb name="reflectance" value="0.4"/>')), SKY, version=version)
    yield "dialect-diffuse", scene(square(diffuse(texture.format("diffuseReflectance"))), SKY, sensor=camera,
                                   version="0.5.0").replace("max_depth", "maxDepth")
    yield "dialect-uv-new", scene(square(diffuse(texture.format("reflectance"))), SKY)
    yield "dialect-flipnormals", scene(square('<boolean name="flipNormals" value="true"/>' + diffuse("")), SKY,
                                       sensor=camera, version="0.6.0").replace("max_depth", "maxDepth")
    yield "version-none", scene(square(), SKY).replace(' version="3.0.0"', "")


def grammar():
    red = '<bsdf type="diffuse" id="red"><rgb name="reflectance" value="0.8, 0.1 0.1"/></bsdf>'
    yield "alias", scene(red, '<alias id="red" as="crimson"/>', square('<ref id="crimson"/>'), SKY)
    yield "alias-unknown", scene('<alias id="none" as="crimson"/>', square(), SKY)
    yield "alias-taken", scene(red, '<alias id="red" as="red"/>', square('<ref id="red"/>'), SKY)
    yield "ref-late", scene(square('<ref id="red"/>'), red, SKY)
    yield "ref-unknown", scene(square('<ref id="blue"/>'), SKY)
    yield "ref-named", scene('<texture type="checkerboard" id="t"/>', square(diffuse('<ref name="reflectance" id="t"/>')), SKY)
    yield "ref-nested-id", scene(square(red), square('<ref id="red"/>', '<translate z="-1"/>'), SKY)
    yield "duplicate-id", scene(red, red, square('<ref id="red"/>'), SKY)
    yield "include", scene('<include filename="../part.xml"/>', square('<ref id="included"/>'), SKY)
    yield "include-missing", scene('<include filename="../none.xml"/>', square(), SKY)
    yield "path", scene('<path value=".."/>', square(diffuse('<texture type="bitmap" name="reflectance"><string name="filename" value="color.png"/></texture>')), SKY)
    yield "path-missing", scene('<path value="../nowhere"/>', square(), SKY)
    yield "default", scene('<default name="c" value="0.7"/>', square(diffuse('<rgb name="reflectance" value="$c"/>')), SKY)
    yield "default-late", scene(square(diffuse('<rgb name="reflectance" value="$c"/>')), '<default name="c" value="0.7"/>', SKY)
    yield "default-twice", scene('<default name="c" value="0.7"/><default name="c" value="0.2"/>', square(diffuse('<rgb name="reflectance" value="$c"/>')), SKY)
    yield "default-unused", scene('<default name="c" value="0.7"/>', square(), SKY)
    yield "default-prefix", scene('<default name="c" value="0.7"/><default name="cc" value="0.2"/>', square(diffuse('<rgb name="reflectance" value="$cc"/>')), SKY)
    yield "default-inside", scene('<default name="c" value="0.7"/>', square(diffuse('<rgb name="reflectance" value="0.1,$c,0.2"/>')), SKY)
    yield "parameter-unknown", scene(square(diffuse('<rgb name="reflectance" value="$nope"/>')), SKY)
    yield "comment", scene("<!-- a -- b -->".replace(" -- ", " - "), square(), SKY)
    yield "bom", "\ufeff" + scene(square(), SKY)
    yield "crlf", scene(square(), SKY).replace("\n", "\r\n")
    yield "declaration", '<?xml version="1.0" encoding="utf-8"?>\n' + scene(square(), SKY)
    yield "entities", scene('<bsdf type="diffuse" id="a&amp;b&#65;"/>', square('<ref id="a&amp;bA"/>'), SKY)
    yield "cdata", scene(square(), SKY, "<![CDATA[ ]]>")
    yield "text", scene(square(), SKY, "words")
    for name, value in [("hex", "#ff8000"), ("four", "1,2,3,4"), ("two", "0.1,0.2"), ("nan", "nan"), ("negative", "-0.1"),
                        ("above", "1.2"), ("tabs", "0.1\t0.2  0.3"), ("semicolon", "0.1;0.2;0.3"), ("exponent", "1e-1, 2E-1, .5"),
                        ("plus", "+0.5"), ("empty", ""), ("words", "red"), ("trailing", "0.1, 0.2, 0.3,"), ("f", "0.5f")]:
        yield f"rgb-{name}", scene(square(diffuse(f'<rgb name="reflectance" value="{value}"/>')), SKY)
        yield f"float-{name}", scene(ball(extra="").replace('value="0.9"', f'value="{value}"'), SKY)
    yield "rgb-r-g-b", scene(square(diffuse('<rgb name="reflectance" r="0.1" g="0.2" b="0.3"/>')), SKY)
    yield "integer-for-float", scene('<shape type="sphere"><integer name="radius" value="1"/></shape>', SKY)
    yield "float-for-integer", scene(square(), SKY).replace('<integer name="max_depth" value="4"/>', '<float name="max_depth" value="4"/>')
    yield "string-for-float", scene('<shape type="sphere"><string name="radius" value="1"/></shape>', SKY)
    for word in ["true", "false", "True", "1", "yes"]:
        yield f"boolean-{word}", scene(square(f'<boolean name="flip_normals" value="{word}"/>'), SKY, LAMP)
    yield "unknown-property", scene('<shape type="sphere"><float name="radios" value="1"/></shape>', SKY)
    yield "unknown-plugin", scene('<shape type="spere"/>', SKY)
    yield "unknown-tag", scene("<shap/>", SKY)
    yield "unknown-attribute", scene('<shape type="sphere" color="red"/>', SKY)
    yield "property-twice", scene('<shape type="sphere"><float name="radius" value="1"/><float name="radius" value="0.5"/></shape>', SKY)
    yield "property-no-name", scene('<shape type="sphere"><float value="1"/></shape>', SKY)
    yield "object-no-type", scene("<shape/>", SKY)
    yield "unclosed", scene("<shape type='sphere'>", SKY)
    yield "two-integrators", scene('<integrator type="path"/>', square(), SKY)
    yield "no-shapes", scene(SKY)
    yield "no-emitters", scene(square())
    yield "point-attributes", scene('<shape type="sphere"><point name="center" x="0.3"/></shape>', SKY, LAMP)
    yield "point-value", scene('<shape type="sphere"><point name="center" value="0.3, 0.2 0"/></shape>', SKY, LAMP)
    yield "point-one", scene('<shape type="sphere"><point name="center" value="0.3"/></shape>', SKY, LAMP)
    yield "vector-for-point", scene('<shape type="sphere"><vector name="center" x="0.3"/></shape>', SKY, LAMP)
    for name, text in [
        ("translate-value", '<translate value="0.2, 0.3, 0"/>'), ("scale-xyz", '<scale x="0.5" y="0.7"/>'),
        ("scale-value", '<scale value="0.6"/>'), ("scale-vector", '<scale value="0.6, 0.5, 1"/>'),
        ("rotate-axis", '<rotate x="1" y="1" z="0" angle="40"/>'), ("rotate-value", '<rotate value="0,0,1" angle="40"/>'),
        ("rotate-unnormalised", '<rotate value="0,2,0" angle="40"/>'), ("rotate-none", '<rotate angle="40"/>'),
        ("matrix-16", '<matrix value="1 0 0 0.2 0 1 0 0 0 0 1 0 0 0 0 1"/>'),
        ("matrix-9", '<matrix value="1 0.3 0 0 1 0 0 0 1"/>'), ("matrix-4", '<matrix value="1 0 0 1"/>'),
        ("matrix-nan", '<matrix value="nan 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1"/>'),
        ("singular", '<scale x="0"/>'), ("mirror", '<scale x="-1"/>'), ("shear", '<matrix value="1 0.5 0 0 0 1 0 0 0 0 1 0 0 0 0 1"/>'),
        ("lookat", '<lookat origin="0,0,0" target="1,0,3" up="0,1,0"/>'), ("lookat-no-up", '<lookat origin="0,0,0" target="1,0,3"/>'),
        ("lookat-parallel", '<lookat origin="0,0,0" target="0,1,0" up="0,1,0"/>'),
        ("order", '<translate x="0.3"/><scale value="0.5"/><rotate z="1" angle="30"/>'),
    ]:
        yield f"transform-{name}", scene(square(diffuse(bitmap("color.png")), text), SKY, LAMP)
    for plugin in ["path", "direct", "volpath", "volpathmis", "ptracer", "prb", "prb_basic", "prb_projective",
                   "direct_projective", "depth", "aov", "moment", "stokes", "prbvolpath"]:
        nested = {"aov": '<string name="aovs" value="d:depth"/><integrator type="path"/>',
                  "moment": '<integrator type="path"/>'}.get(plugin, "")
        yield f"integrator-{plugin}", scene(square(), LAMP).replace(
            '<integrator type="path"><integer name="max_depth" value="4"/>', f'<integrator type="{plugin}">{nested}')
    yield "hide-emitters", scene(square('<emitter type="area"/>'), ball(), SKY).replace(
        '<integrator type="path">', '<integrator type="path"><boolean name="hide_emitters" value="true"/>')
    for depth in [0, 1, 2, 3, -1, -2]:
        yield f"depth-{depth}", scene(square(diffuse('<rgb name="reflectance" value="0.9"/>')), ball(), LAMP, SKY, depth=depth)
    yield "rr-depth", scene(square(), ball(), SKY).replace('<integrator type="path">', '<integrator type="path"><integer name="rr_depth" value="1"/>')
    yield "rr-depth-0", scene(square(), ball(), SKY).replace('<integrator type="path">', '<integrator type="path"><integer name="rr_depth" value="0"/>')
    yield "direct-samples", scene(square(), ball(), SKY).replace('type="path"', 'type="direct"').replace('max_depth', 'emitter_samples')


def shapes_and_lights():
    tilt = '<rotate y="1" angle="25"/><scale x="0.8" y="1.1"/>'
    for kind in ["rectangle", "disk", "cylinder", "cube"]:
        for place in ["", tilt, '<scale x="-1"/>', '<rotate y="1" angle="180"/>']:
            for flip in ["true", "false"]:
                shape = (f'<shape type="{kind}"><boolean name="flip_normals" value="{flip}"/>'
                         f'<transform name="to_world">{place}</transform>{{}}</shape>')
                name = f"{kind}-{len(place)}-{flip}"
                yield f"shape-{name}", scene(shape.format(diffuse(bitmap("color.png"))), LAMP)
                yield f"emitter-{name}", scene(shape.format('<emitter type="area"><rgb name="radiance" value="2,1,0.5"/></emitter>'),
                                               square(transform='<scale value="3"/><translate z="-2"/>'))
    for flip in ["true", "false"]:
        for place in ["", '<scale value="-1"/>', '<scale x="-1"/>', '<rotate x="1" angle="50"/><scale value="0.7"/>', '<scale x="2"/>']:
            content = f'<boolean name="flip_normals" value="{flip}"/><transform name="to_world">{place}</transform>'
            yield f"sphere-{len(place)}-{flip}", scene(ball(content + diffuse(bitmap("color.png"))), LAMP)
            yield f"sphere-glass-{len(place)}-{flip}", scene(ball(content + '<bsdf type="dielectric"/>'), SKY, square(transform='<scale value="3"/><translate z="-2"/>'))
            yield f"sphere-light-{len(place)}-{flip}", scene(ball(content + '<emitter type="area"/>'), square(transform='<scale value="3"/><translate z="-2"/>'))
    for file, kind in [("quad.obj", "obj"), ("fan.ply", "ply")]:
        for more in ["", '<boolean name="face_normals" value="true"/>', '<boolean name="flip_normals" value="true"/>',
                     '<boolean name="flip_tex_coords" value="false"/>', '<boolean name="flip_tex_coords" value="true"/>',
                     '<transform name="to_world"><scale x="-1"/></transform>',
                     '<transform name="to_world"><scale x="2" y="0.5"/><rotate x="1" angle="40"/></transform>']:
            mesh = f'<shape type="{kind}"><string name="filename" value="../{file}"/>{more}{{}}</shape>'
            yield f"mesh-{kind}-{len(more)}-{'flip' in more}-{'true' in more}", scene(mesh.format(diffuse(bitmap("color.png"))), LAMP)
            yield f"meshlight-{kind}-{len(more)}-{'flip' in more}-{'true' in more}", scene(
                mesh.format('<emitter type="area"/>'), square(transform='<scale value="3"/><translate z="-2"/>'))
    group = '<shape type="shapegroup" id="g"><shape type="cube"><transform name="to_world"><scale value="0.4"/></transform></shape></shape>'
    for name, place in [("plain", ""), ("mirror", '<scale x="-1"/><rotate z="1" angle="30"/>'),
                        ("shear", '<matrix value="1 0.5 0 0.5 0 1 0 0 0 0 1 0 0 0 0 1"/>')]:
        yield f"instance-{name}", scene(group, f'<shape type="instance"><ref id="g"/><transform name="to_world">{place}</transform></shape>', LAMP, SKY)
    yield "instance-two-groups", scene(group, '<shape type="instance"><ref id="g"/><ref id="g"/></shape>', SKY)
    yield "instance-bsdf", scene(group, '<shape type="instance"><ref id="g"/><bsdf type="diffuse"/></shape>', SKY)
    floor = square(transform='<scale value="3"/><translate z="-1"/>') + ball()
    look = '<transform name="to_world"><lookat origin="1,2,3" target="0,0,0" up="0,1,0"/></transform>'
    lights = [
        ("point", '<point name="position" value="1,2,3"/>'), ("point-transform", '<transform name="to_world"><translate value="1,2,3"/></transform>'),
        ("point-both", '<point name="position" value="1,2,3"/><transform name="to_world"/>'),
        ("point-none", ""), ("directional", '<vector name="direction" value="-1,-2,-3"/>'), ("directional-transform", look),
        ("directional-none", ""), ("directional-zero", '<vector name="direction" value="0,0,0"/>'),
        ("spot", look + '<rgb name="intensity" value="9"/>'),
        ("spot-wide", look + '<float name="cutoff_angle" value="60"/><float name="beam_width" value="10"/>'),
        ("spot-texture", look + bitmap("color.png", "texture")), ("spot-90", look + '<float name="cutoff_angle" value="90"/>'),
        ("projector", look + bitmap("color.png", "irradiance") + '<float name="fov" value="40"/><float name="scale" value="20"/>'),
        ("projector-plain", look + '<float name="fov" value="40"/>'),
        ("constant", ""), ("envmap", '<string name="filename" value="../sky.exr"/>'),
        ("envmap-turned", '<string name="filename" value="../sky.exr"/><float name="scale" value="2"/><transform name="to_world"><rotate x="1" angle="90"/><rotate y="1" angle="33"/></transform>'),
        ("envmap-nested", '<texture type="bitmap"><string name="filename" value="../sky.exr"/></texture>'),
        ("envmap-compensated", '<string name="filename" value="../sky.exr"/><boolean name="mis_compensation" value="true"/>'),
        ("envmap-scaled", '<string name="filename" value="../sky.exr"/><transform name="to_world"><scale value="2"/></transform>'),
        ("envmap-png", '<string name="filename" value="../color.png"/>'), ("envmap-none", ""), ("area", ""), ("sunsky", ""),
    ]
    for name, text in lights:
        yield f"light-{name}", scene(floor, f'<emitter type="{name.split("-")[0]}">{text}</emitter>')
    yield "light-weight", scene(floor, LAMP, '<emitter type="constant"><float name="sampling_weight" value="0.1"/></emitter>')
    yield "light-two-skies", scene(floor, SKY, SKY)
    yield "light-area-texture", scene(square('<emitter type="area">' + bitmap("color.png", "radiance") + "</emitter>"), ball())
    yield "light-area-glass", scene(ball('<emitter type="area"/><bsdf type="dielectric"/>'), floor)
    yield "light-negative", scene(floor, '<emitter type="point"><rgb name="intensity" value="-1"/></emitter>')


def random_scene(rng):
    """Up to four shapes with nested materials under one to three lights."""
    shared = []

    def number(low, high):
        return f"{rng.uniform(low, high):.3f}"

    def texture(name, scalar=False):
        kind = rng.randrange(6)
        if kind == 0 or rng.random() < 0.3:
            return f'<float name="{name}" value="{number(0.05, 0.95)}"/>'
        if kind == 1 and not scalar:
            return f'<rgb name="{name}" value="{number(0, 1)}, {number(0, 1)}, {number(0, 1)}"/>'
        to_uv = (f'<transform name="to_uv"><rotate z="1" angle="{number(-90, 90)}"/><scale x="{number(0.5, 4)}" y="{number(-3, 3)}"/>'
                 f'<translate x="{number(-1, 1)}"/></transform>' if rng.random() < 0.6 else "")
        if kind == 2:
            return f'<texture type="checkerboard" name="{name}">{to_uv}</texture>'
        more = to_uv + (f'<string name="wrap_mode" value="{rng.choice(["repeat", "mirror", "clamp"])}"/>'
                        f'<string name="filter_type" value="{rng.choice(["bilinear", "nearest"])}"/>')
        if scalar or rng.random() < 0.2:
            more += '<boolean name="raw" value="true"/>'
        return bitmap(rng.choice(["grey.exr", "grey16.png"] if scalar else ["color.exr", "color.png", "alpha.png", "grey.exr"]), name, more)

    def rough(names=("alpha",)):
        return (f'<string name="distribution" value="{rng.choice(["beckmann", "ggx"])}"/>'
                + "".join(f'<float name="{n}" value="{number(0.1, 0.6)}"/>' for n in names)
                + (f'<boolean name="sample_visible" value="{rng.choice(["true", "false"])}"/>' if rng.random() < 0.3 else ""))

    def bsdf(level=0, reflecting=False, name=""):
        reflectors = ["diffuse", "conductor", "roughconductor", "plastic", "roughplastic", "principled"]
        kinds = list(reflectors)
        if not reflecting:
            kinds += ["dielectric", "roughdielectric", "thindielectric", "principledthin", "glass-principled"]
        if level < 2:
            kinds += ["twosided", "blendbsdf", "bumpmap", "normalmap"] + ([] if reflecting else ["mask"])
        kind = rng.choice(kinds)
        body = ""
        if kind == "diffuse":
            body = texture("reflectance")
        elif kind == "conductor":
            body = rng.choice([f'<string name="material" value="{rng.choice(METALS)}"/>', texture("specular_reflectance")])
        elif kind == "roughconductor":
            body = rough(rng.choice([("alpha",), ("alpha_u", "alpha_v")])) + f'<string name="material" value="{rng.choice(METALS)}"/>'
        elif kind in ("dielectric", "thindielectric"):
            body = f'<string name="int_ior" value="{rng.choice(IOR[5:])}"/>' + (texture("specular_transmittance") if rng.random() < 0.3 else "")
        elif kind == "roughdielectric":
            body = rough() + f'<float name="int_ior" value="{number(1.2, 2)}"/>'
        elif kind == "plastic":
            body = texture("diffuse_reflectance") + f'<boolean name="nonlinear" value="{rng.choice(["true", "false"])}"/>'
        elif kind == "roughplastic":
            body = rough() + texture("diffuse_reflectance") + f'<boolean name="nonlinear" value="{rng.choice(["true", "false"])}"/>'
        elif kind.endswith("principled"):
            body = texture("base_color") + texture("roughness", True)
            for input in ["anisotropic", "metallic", "spec_tint", "sheen", "sheen_tint", "flatness", "clearcoat", "clearcoat_gloss"]:
                if rng.random() < 0.4:
                    body += texture(input, True)
            body += rng.choice(["", f'<float name="eta" value="{number(1.2, 2)}"/>', f'<float name="specular" value="{number(0.1, 0.9)}"/>'])
            if kind.startswith("glass"):
                body += texture("spec_trans", True)
            kind = "principled"
        elif kind == "principledthin":
            body = texture("base_color") + texture("roughness", True) + f'<float name="diff_trans" value="{number(0, 2)}"/>'
            for input in ["spec_trans", "spec_tint", "sheen", "sheen_tint", "flatness", "anisotropic"]:
                if rng.random() < 0.4:
                    body += texture(input, True)
        elif kind == "twosided":
            body = "".join(bsdf(level + 1, True) for _ in range(rng.choice([1, 2])))
        elif kind == "blendbsdf":
            body = texture("weight", True) + bsdf(level + 1, reflecting) + bsdf(level + 1, reflecting)
        elif kind == "mask":
            body = texture("opacity", True) + bsdf(level + 1)
        elif kind == "bumpmap":
            body = bitmap("grey.exr", "any", '<boolean name="raw" value="true"/>') + f'<float name="scale" value="{number(0.01, 0.1)}"/>' + bsdf(level + 1, reflecting)
        elif kind == "normalmap":
            body = bitmap("normals.png", "normalmap", '<boolean name="raw" value="true"/>') + bsdf(level + 1, reflecting)
        return f'<bsdf type="{kind}"{name}>{body}</bsdf>'

    def place(uniform=False):
        size = f'<scale value="{number(0.4, 0.9)}"/>' if uniform else f'<scale x="{number(0.4, 1)}" y="{number(0.4, 1)}" z="{number(0.4, 1)}"/>'
        return (f'<transform name="to_world">{size}<rotate x="{number(-1, 1)}" y="1" z="0.2" angle="{number(-40, 40)}"/>'
                f'<translate x="{number(-1, 1)}" y="{number(-0.7, 0.7)}" z="{number(-1, 0.5)}"/></transform>')

    def shape():
        kind = rng.choice(["sphere", "rectangle", "disk", "cylinder", "cube", "obj", "ply", "instance"])
        if kind == "instance":
            group = f"g{len(shared)}"
            shared.append(f'<shape type="shapegroup" id="{group}"><shape type="sphere">{place(True)}{bsdf()}</shape>'
                          f'<shape type="cube">{place()}{bsdf()}</shape></shape>')
            return "".join(f'<shape type="instance"><ref id="{group}"/>{place()}</shape>' for _ in range(2))
        file = {"obj": "quad.obj", "ply": "fan.ply"}.get(kind)
        body = f'<string name="filename" value="../{file}"/>' if file else ""
        if rng.random() < 0.2:
            body += '<boolean name="flip_normals" value="true"/>'
        body += bsdf()
        if rng.random() < 0.2:
            body += f'<emitter type="area"><rgb name="radiance" value="{number(0, 2)}, 1, 0.5"/></emitter>'
        return f'<shape type="{kind}">{place(kind == "sphere")}{body}</shape>'

    def light():
        look = f'<transform name="to_world"><lookat origin="{number(-3, 3)},{number(1, 3)},{number(1, 4)}" target="0,0,0" up="0,1,0"/></transform>'
        return rng.choice([
            LAMP, f'<emitter type="directional">{look}</emitter>',
            f'<emitter type="spot">{look}<rgb name="intensity" value="20"/><float name="cutoff_angle" value="{number(20, 60)}"/></emitter>',
            f'<emitter type="projector">{look}{bitmap("color.png", "irradiance")}<float name="scale" value="30"/><float name="fov" value="50"/></emitter>'])

    shapes = "\n".join(shape() for _ in range(rng.randrange(1, 4)))
    sky = rng.choice([SKY, '<emitter type="envmap"><string name="filename" value="../sky.exr"/><transform name="to_world">'
                      f'<rotate y="1" angle="{number(0, 360)}"/></transform></emitter>', ""])
    lights = "".join(light() for _ in range(rng.randrange(0 if sky else 1, 3)))
    back = square(diffuse(texture("reflectance")), '<scale value="4"/><translate z="-2"/>')
    content = rng.choice(["", "", '<string name="fov_axis" value="smaller"/>', '<float name="principal_point_offset_x" value="0.1"/>'])
    camera = sensor(rng.choice(["perspective", "perspective", "thinlens"]), content, filter=rng.choice(["box", "gaussian", "tent"]))
    if "thinlens" in camera:
        camera = camera.replace("<film", '<float name="aperture_radius" value="0.1"/><float name="focus_distance" value="4"/><film', 1)
    return scene(*shared, shapes, back, sky, lights, sensor=camera, depth=rng.choice([2, 3, 5]))
