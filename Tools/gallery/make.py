#!/usr/bin/env python3
"""Makes the gallery: assets, scene files and renders below Scenes/.

    Tools/gallery/make.py PENUMBRA [NAME…] [--spp N] [--no-render]

Needs Python with numpy. The same program and seed give the same bytes.
"""
import argparse
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import scenes  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("penumbra")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--spp", type=int, default=1024)
    parser.add_argument("--no-render", action="store_true")
    parser.add_argument("--root", default=str(pathlib.Path(__file__).parent.parent.parent / "Scenes"))
    options = parser.parse_args()
    for name, function in scenes.ALL.items():
        if options.names and name not in options.names:
            continue
        folder = pathlib.Path(options.root) / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scene.xml").write_text(function(str(folder)))
        if not options.no_render:
            subprocess.run([options.penumbra, "render", str(folder / "scene.xml"), "-o", str(folder / "render.png"),
                            "--spp", str(options.spp), "--quiet"], check=True)


main()
