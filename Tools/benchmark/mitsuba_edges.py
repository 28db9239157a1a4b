"""Mitsuba's projective integrators on reference derivatives, at equal time.

Error is how far independent pictures are apart, over the root of 2, times the root of the processor time: both sides are unbiased
on the cases compared, those whose folder records that Mitsuba gets them right. The distance to the reference would tell
nothing, since that was made by differences: along edges it is off by their step, by more than the noise of either. Mitsuba's
kernels are compiled before; Penumbra's time has the start of its process and the reading of the scene in it. Mitsuba draws the
scene's sampler, which is `independent`; Penumbra's derivatives are always drawn with Sobol points.
"""

import json
import math
import resource
import statistics

import drjit as dr
import mitsuba as mi
import numpy as np

from timing import digits

ROUNDS = 4


def recorded(case) -> list:
    """The recorded settings with which Mitsuba gets a case right: integrator, guiding and the key that it moves."""
    path = case.folder / "mitsuba_ad.json"
    runs = json.loads(path.read_text())["runs"] if path.exists() else []
    return [(one["integrator"], one["guiding"], one["mitsuba_key"]) for one in runs
            if one["verdict"].startswith(("agrees", "roughly right"))]


def motion(about: dict, amount):
    """The map of a pose parameter, `KEY.translate[axis]` and so on."""
    kind, axis = about["parameter"].rsplit(".", 1)[1].rstrip("]").split("[")
    unit = [float(i == int(axis)) for i in range(3)]
    maps = mi.Transform4f()
    if kind == "translate":
        return maps.translate([amount * u for u in unit])
    pivot = about["pivot"]
    change = maps.rotate(unit, amount * (180 / math.pi)) if kind == "rotate" else maps.scale(1 + amount)
    return maps.translate(pivot) @ change @ maps.translate([-p for p in pivot])


def processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Derivative:
    """The derivative picture of a case by one integrator."""

    def __init__(self, case, samples: int, integrator: str, guiding: str, key: str):
        self.about, self.samples = case.about, samples
        self.scene = mi.load_file(str(case.scene))
        self.parameters = mi.traverse(self.scene)
        self.key = key
        self.still = self.parameters[key]
        settings = {"type": integrator, "guiding": guiding, "sppc": samples, "sppp": samples, "sppi": samples}
        if integrator == "prb_projective":
            settings["max_depth"] = self.about["max_depth"]
        self.integrator = mi.load_dict(settings)

    def picture(self, seed: int):
        amount = mi.Float(0)
        dr.enable_grad(amount)
        change = motion(self.about, amount)
        if self.key.endswith("to_world"):
            self.parameters[self.key] = change @ mi.Transform4f(self.still)
        else:
            points = dr.unravel(mi.Point3f, mi.Float(self.still))
            self.parameters[self.key] = dr.ravel(change @ points)
        self.parameters.update()
        dr.forward(amount, dr.ADFlag.ClearEdges)
        return np.array(self.integrator.render_forward(
            self.scene, self.parameters, sensor=0, seed=seed, spp=self.samples))


def noise(pictures: list) -> float:
    """Root mean square error of one of a few independent pictures of the same mean."""
    return math.sqrt(float(np.mean(np.var(pictures, axis=0, ddof=1))))


def compare(penumbra, cases: list, samples: int, table) -> None:
    """Prints the error at equal time of both, with so many samples per pixel of each of their parts."""
    mi.set_variant("llvm_ad_rgb")
    rows, ratios = [], []
    for case in cases:
        best = None
        for settings in recorded(case):
            derivative = Derivative(case, samples, *settings)
            derivative.picture(0)
            pictures, seconds = [], []
            for seed in range(1, ROUNDS + 1):
                start = processor_seconds()
                pictures.append(derivative.picture(seed))
                seconds.append(processor_seconds() - start)
            theirs = noise(pictures) * math.sqrt(statistics.mean(seconds))
            best = min(best or (theirs, settings), (theirs, settings))
        if best is None:
            continue
        seconds = penumbra.gradient(case.scene, samples, *case.parameter())
        own = penumbra.noise(case.scene, samples, case.parameter(), seeds=ROUNDS) * math.sqrt(seconds)
        ratios.append(best[0] / own)
        rows.append((case.name, f"{best[1][0]}/{best[1][1]}", digits(best[0]), digits(own), digits(best[0] / own)))
    table(f"Error at equal time, RMSE·√CPU, {samples} samples per pixel",
          ("case", "Mitsuba's", "Mitsuba", "Penumbra", "ratio"), rows)
    if ratios:
        print(f"\ngeometric mean {digits(math.exp(statistics.mean(map(math.log, ratios))))}")
