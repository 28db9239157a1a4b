#!/usr/bin/env python3
"""Times Mitsuba 3 on a scene: the image, and the image with the gradient of all albedos and of the light.

Prints JSON with medians of warm runs. Compilation, which Mitsuba does once per kind of kernel, is not counted.
"""

import argparse
import json
import statistics
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import drjit as dr
import mitsuba as mi


class MitsubaTimer:
    """The scene, loaded and warmed up. Each call is one measurement in seconds."""

    def __init__(self, path: Path):
        mi.set_variant("llvm_ad_rgb")
        self.scene = mi.load_file(str(path), optimize=False)
        self.parameters = mi.traverse(self.scene)
        self.parameters.keep(r".*\.(reflectance|radiance)\.value")
        depth = {"max_depth": integrator_property(path, "max_depth"), "rr_depth": integrator_property(path, "rr_depth")}
        self.path = mi.load_dict({"type": "path", **depth})
        self.prb = mi.load_dict({"type": "prb", **depth})
        self.seed = 0
        self.reference = mi.render(self.scene, integrator=self.path, seed=4711)
        dr.eval(self.reference)
        for _ in range(2):
            self.image_seconds()
            self.gradient_seconds()

    def image_seconds(self) -> float:
        self.seed += 1
        dr.sync_thread()
        started = time.perf_counter()
        dr.eval(mi.render(self.scene, integrator=self.path, seed=self.seed))
        dr.sync_thread()
        return time.perf_counter() - started

    def gradient_seconds(self) -> float:
        """The image and the gradient of its mean squared error, by path replay with as many samples again."""
        self.seed += 2
        for key in self.parameters.keys():
            dr.enable_grad(self.parameters[key])
            dr.clear_grad(self.parameters[key])
        self.parameters.update()
        dr.sync_thread()
        started = time.perf_counter()
        image = mi.render(
            self.scene, self.parameters, integrator=self.prb, seed=self.seed, seed_grad=self.seed + 1)
        dr.backward(dr.mean(dr.square(image - self.reference)))
        gradients = [dr.grad(self.parameters[key]) for key in self.parameters.keys()]
        dr.eval(image, gradients)
        dr.sync_thread()
        seconds = time.perf_counter() - started
        for key in self.parameters.keys():
            dr.disable_grad(self.parameters[key])
        self.parameters.update()
        return seconds


def integrator_property(path: Path, name: str) -> int:
    """An integer of the scene's integrator, so that the differentiable one gets the same depth."""
    scene = ElementTree.parse(path).getroot()
    value = scene.find(f"integrator/integer[@name='{name}']").get("value")
    if value.startswith("$"):
        value = scene.find(f"default[@name='{value[1:]}']").get("value")
    return int(value)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("scene", type=Path, nargs="?", default=Path(__file__).with_name("cbox.xml"))
    arguments.add_argument("--rounds", type=int, default=7)
    options = arguments.parse_args()

    timer = MitsubaTimer(options.scene)
    image = [timer.image_seconds() for _ in range(options.rounds)]
    gradient = [timer.gradient_seconds() for _ in range(options.rounds)]
    print(json.dumps({
        "mitsuba": mi.__version__,
        "image_seconds": statistics.median(image),
        "image_and_gradient_seconds": statistics.median(gradient),
        "keys": list(timer.parameters.keys()),
    }, indent=2))


if __name__ == "__main__":
    main()
