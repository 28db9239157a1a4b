#!/usr/bin/env python3
"""Takes the photos of the quickstart with Mitsuba 3 as an independent camera.

Reads scene.xml (the start) and truth.json (the true values by key), writes truth.xml and photo_0.png, photo_1.png, …:
one per sensor, with the shot and read noise of a sensor added in linear light, then sRGB with 8 bits.

    python3 -m venv venv && venv/bin/pip install mitsuba==3.9.1 numpy
    venv/bin/python Tools/references/quickstart_photos.py
"""

import argparse
import json
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import mitsuba as mi
import numpy as np

FULL_WELL = 20000.0  # electrons at linear 1: the shot noise there is 1/sqrt(20000), about 0.7 %
READ_NOISE = 12.0  # electrons, standard deviation


def write_truth(start: Path, values: dict, output: Path) -> None:
    """Copies the scene `start` to `output` with every key of `values` replaced."""
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    tree = ElementTree.parse(start, parser)
    for key, value in values.items():
        node = tree.getroot()
        for name in key.removesuffix(".value").split("."):
            matches = [child for child in node if name in (child.get("id"), child.get("name"), child.tag)]
            if len(matches) != 1:
                raise SystemExit(f"{start}: {key}: expected one element '{name}', found {len(matches)}")
            node = matches[0]
        node.set("value", ", ".join(f"{v:g}" for v in value) if isinstance(value, list) else f"{value:g}")
    # ElementTree drops what stands before the root, so the start's own heading does not survive, as it should not.
    text = ElementTree.tostring(tree.getroot(), encoding="unicode")
    heading = f"<!-- {start.name} with the values of truth.json; written by Tools/references/quickstart_photos.py -->"
    output.write_text(f"{heading}\n{text}\n")


def expose(linear: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """What the sensor reads for `linear` radiance: Poisson shot noise and Gaussian read noise."""
    electrons = random.poisson(np.maximum(linear, 0) * FULL_WELL) + random.normal(0, READ_NOISE, linear.shape)
    return electrons / FULL_WELL


def encode(linear: np.ndarray) -> np.ndarray:
    """8-bit sRGB."""
    linear = np.clip(linear, 0, 1)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(srgb * 255).astype(np.uint8)


def main() -> None:
    example = Path(__file__).resolve().parents[2] / "Scenes" / "quickstart"
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument(
        "--scene", type=Path, default=example / "scene.xml", help="the start; truth.json lies beside it")
    arguments.add_argument("-o", "--output", type=Path, default=example, help="folder for truth.xml and the photos")
    arguments.add_argument("--spp", type=int, default=2048)
    arguments.add_argument(
        "--passes", type=int, default=8, help="the samples are split into so many renderings, to save memory")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument(
        "--variant", default="scalar_rgb", help="llvm_ad_rgb is faster and needs LLVM (see DRJIT_LIBLLVM_PATH)")
    options = arguments.parse_args()
    mi.set_variant(options.variant)

    truth = json.loads((options.scene.parent / "truth.json").read_text())
    options.output.mkdir(parents=True, exist_ok=True)
    write_truth(options.scene, truth, options.output / "truth.xml")

    scene = mi.load_file(str(options.output / "truth.xml"), optimize=False)
    random = np.random.default_rng(options.seed)
    for index, sensor in enumerate(scene.sensors()):
        started = time.perf_counter()
        radiance = np.mean([
            np.array(mi.render(
                scene, sensor=index, spp=options.spp // options.passes,
                seed=options.seed + index * options.passes + number))
            for number in range(options.passes)
        ], axis=0)
        photo = encode(expose(radiance, random))
        name = f"photo_{index}.png"
        mi.util.write_bitmap(str(options.output / name), mi.Bitmap(photo), write_async=False)
        clipped = np.mean(np.any(photo == 255, axis=2))
        print(
            f"{name}: {sensor.id()}, mean {radiance.mean():.3f}, largest {radiance.max():.3f}, "
            f"{clipped:.2%} of the pixels clipped, {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
