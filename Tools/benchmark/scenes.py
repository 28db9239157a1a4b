"""Interleaves Penumbra and Mitsuba 3 on many scenes: time at equal samples, and time for equal error.

Error is the mean squared error relative to the reference, the worst thousandth of the pixels left out, since a few fireflies
would decide the mean. It falls in proportion to the time, so that (time × error) of both renderers compares them at equal error.
Started by Tools/benchmark/scenes.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import drjit as dr
import mitsuba as mi
import numpy as np


class MitsubaScene:
    """A scene of Mitsuba, loaded and compiled."""

    def __init__(self, path: Path, spp: int, defines: dict):
        self.scene = mi.load_file(str(path), optimize=False, **defines)
        self.spp, self.seed = spp, 0
        for _ in range(2):
            self.render()

    def render(self) -> tuple:
        """Seconds and the picture."""
        self.seed += 1
        dr.sync_thread()
        started = time.perf_counter()
        image = mi.render(self.scene, spp=self.spp, seed=self.seed)
        dr.eval(image)
        dr.sync_thread()
        return time.perf_counter() - started, np.array(image)[..., :3]


class PenumbraScene:
    """The same scene with Sobol points, and with independent samples."""

    def __init__(self, program: Path, path: Path, spp: int, defines: dict, folder: str):
        self.output = Path(folder) / "picture.f32"
        self.command = [program, "image", path, str(spp), None, self.output, *(f"{k}={v}" for k, v in defines.items())]

    def render(self, sampler: str) -> tuple:
        self.command[4] = sampler
        run = subprocess.run(self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if run.returncode != 0:
            raise ValueError(run.stderr.strip().splitlines()[-1])
        printed = json.loads(run.stdout)
        picture = np.fromfile(self.output, np.float32).reshape(printed["height"], printed["width"], 3)
        return printed["seconds"], picture


def relative_error(picture: np.ndarray, reference: np.ndarray) -> float:
    weight = 1 / (reference.mean(-1, keepdims=True) ** 2 + 1e-2)
    errors = np.sort(((picture - reference) ** 2 * weight).mean(-1).ravel())
    return float(errors[: int(0.999 * errors.size)].mean())


def measure(row: dict, root: Path, options, folder: str) -> tuple:
    """Ratios Mitsuba / Penumbra: of times, and of times for equal error with Sobol points."""
    path, spp = root / row["scene"], int(row["test_spp"])
    reference = np.array(mi.Bitmap(str(root / row["reference"])).convert(mi.Bitmap.PixelFormat.RGB, mi.Struct.Type.Float32))
    height, width = reference.shape[:2]
    integrator = {"ptracer": "path"}.get(row["integrator"], row["integrator"])
    text = path.read_text()
    known = {"integrator": integrator, "max_depth": row["max_depth"], "width": width, "height": height}
    defines = {k: str(v) for k, v in known.items() if f'<default name="{k}"' in text}
    ours = PenumbraScene(options.penumbra_benchmark, path, spp, defines, folder)
    ours.render("independent")
    theirs = MitsubaScene(path, spp, defines)
    rounds = []
    for _ in range(options.rounds):
        (t_m, m), (t_i, _), (t_s, s) = theirs.render(), ours.render("independent"), ours.render("sobol")
        rounds.append((t_m, t_i, t_s, relative_error(m, reference), relative_error(s, reference)))
    t_m, t_i, t_s, e_m, e_s = (statistics.median(column) for column in zip(*rounds))
    return t_m / t_i, (t_m * e_m) / (t_s * e_s)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("index", type=Path)
    arguments.add_argument("--penumbra-benchmark", type=Path, required=True, help="the penumbra-benchmark executable")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--only", default="", help="scenes whose path contains this")
    options = arguments.parse_args()
    mi.set_variant("llvm_ad_rgb")
    mi.set_log_level(mi.LogLevel.Error)

    ratios = []
    with open(options.index) as file, tempfile.TemporaryDirectory() as folder:
        print(f"{'Mitsuba / Penumbra':44} equal samples   equal error")
        for row in csv.DictReader(file):
            if row["group"] == "media" or options.only not in row["scene"]:
                continue
            name = Path(row["scene"]).stem
            try:
                speed, efficiency = measure(row, options.index.parent, options, folder)
            except ValueError as error:
                print(f"{name:44} left out: {error}")
                continue
            ratios.append((speed, efficiency))
            print(f"{name:44} {speed:13.2f} {efficiency:13.2f}", flush=True)
    if ratios:
        speed, efficiency = np.exp(np.log(np.array(ratios)).mean(0))
        print(f"{'geometric mean':44} {speed:13.2f} {efficiency:13.2f}")


if __name__ == "__main__":
    main()
