"""What each scene of the gallery shows, as its README."""

TEXTS = {
    "materials": """# Fifteen materials

Gold, brushed copper, silver, worn chrome, car paint with a clear coat; crystal, frosted diamond, tinted water glass, a
soap-bubble shell, a lacquered glass; plastic, satin paint, plaster, cloth with sheen, black lacquer. Every number of every
material is a parameter: `penumbra inspect scene.xml` lists them, and `penumbra gradient scene.xml --parameter
'material_1.alpha_u.value' -o d.exr` shows how the brushing of the copper changes the picture. The checkerboard on the floor
is a procedural texture; the light comes from three rectangles and a dim constant sky.""",
    "knot": """# Knots at dusk

A torus knot of anisotropic copper and a (3, 5) knot of tinted glass above a dark mirror, lit by nothing but an environment
map: a latitude-longitude picture of a sunset with clouds, which the script computes. Bright texels are found by importance
sampling of the map; its rotation and every texel of it can be recovered from photographs.""",
    "sunflowers": """# Sunflowers

Five flower heads from 1,850 instances of one seed and one petal, set by the golden angle. Instances share their vertices
and their acceleration structure; the petals are thin sheets (`principledthin`) that let light through. The whole scene
holds fewer than 500 triangles of its own.""",
    "lanterns": """# A thousand lanterns

A thousand glowing spheres over a rippled lake. For every point a tree over the lights chooses the lantern that is likely to
matter, by distance, orientation and power, so that the picture needs no more samples than a room with one lamp. The
ripples are a bump map.""",
    "theatre": """# Light on stage

A projector throws a stained-glass window (a picture drawn by the script) on the folds of a curtain; three spots light a
glazed vase with soft-edged cones. Cutoff angle, beam width, the projected texels and the poses of all lights are
differentiable.""",
    "garden": """# Marbles

A thin-lens camera focused on the nearest marble: what is behind blurs, and the small lamps in the distance become discs of
light. Aperture radius and focus distance are parameters like any other. The planks are a bitmap texture below a rough
varnish (`roughplastic`).""",
    "island": """# An island

Terrain from fractal noise, coloured by a value per vertex (`mesh_attribute`): sand, grass, forest, rock and snow by height
and slope. The sea is a `principled` surface under a bump map that repeats, the sky an environment map with a low sun.""",
    "tiles": """# Bricks, copper, glaze

A brick wall with a normal map, a bowl hammered by a bump map from random cells, a ball whose embossed pattern lies under a
clear coat. Normal and bump maps turn the shading frame only; light that the turned frame would send into the surface is
handled as in Mitsuba (flipped normals, shadowing towards the terminator).""",
    "canopy": """# Under the trees

Leaves are instances of one folded sheet whose outline is cut out by a mask; `principledthin` lets part of the light
through, so that leaves glow where the sun is behind them. Branches are analytic cylinders.""",
    "city": """# A toy town

An orthographic camera: parallel lines stay parallel. Cubes, cylinders, disks and spheres are analytic or built in, the
windows a bitmap that is blended with a paint of each house's own (`blendbsdf`), the sun a directional light.""",
}
