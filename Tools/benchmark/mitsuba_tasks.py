#!/usr/bin/env python3
"""Solves one problem with Mitsuba 3, twice: with kernels still to be compiled, and with kernels compiled before.

Prints JSON: per run the seconds after every step and the error of the unknowns there. Neither loading nor measuring the error counts.
Started by Tools/benchmark/tasks.
"""

import argparse
import json
import math
import time
from pathlib import Path

import drjit as dr
import mitsuba as mi
import numpy as np

mi.set_variant("llvm_ad_rgb")

from task_problems import PROBLEMS  # noqa: E402


class Values:
    """Parameters as they are: albedos, texels, roughness."""

    def __init__(self, problem, folder):
        self.problem = problem
        self.scene = mi.load_file(str(Path(folder) / "scene.xml"), optimize=False)
        self.parameters = mi.traverse(self.scene)
        self.truth = {key: self.values(self.parameters, key) for key in problem.unknowns}
        self.start = {key: np.broadcast_to(np.float32(value), self.truth[key].shape)
                      for key, value in problem.unknowns.items()}

    @staticmethod
    def values(parameters, key):
        """Elements of a parameter; of an environment map without the columns that repeat its border."""
        value = np.array(parameters[key], dtype=np.float32)
        if key == "sky.data":
            height, columns = value.shape[:2]
            first = (columns - 2 * height) // 2
            return value[:, first:first + 2 * height]
        return value.ravel() if value.ndim < 3 else value

    def begin(self, optimizer):
        for key, start in self.problem.unknowns.items():
            kind = type(self.parameters[key])
            optimizer[key] = dr.full(kind, start, self.parameters[key].shape) if dr.is_tensor_v(kind) else kind(start)
        self.parameters.update(optimizer)

    def apply(self, optimizer):
        if self.problem.bounds:
            for key in self.problem.unknowns:
                optimizer[key] = dr.clip(optimizer[key], *self.problem.bounds)
        self.parameters.update(optimizer)

    def error(self):
        return self.distance({key: self.values(self.parameters, key) for key in self.truth})

    @staticmethod
    def share(key, shape):
        """What an element counts: a texel of the sky its solid angle, which is next to nothing at the poles."""
        return np.sin(np.linspace(0, np.pi, shape[0]))[:, None, None] if key == "sky.data" else 1.0

    def distance(self, found):
        """Distance to the truth as a share of the start's."""
        def squares(values):
            return sum(float(np.sum(self.share(key, self.truth[key].shape) *
                                    (np.float64(values[key]) - self.truth[key]) ** 2)) for key in self.truth)
        return math.sqrt(squares(found) / squares(self.start))


class Pose:
    """A mesh turned about the vertical axis through the centre of its box, and moved in the plane of the picture."""

    def __init__(self, problem, folder):
        self.scene = mi.load_file(str(Path(folder) / "scene.xml"), optimize=False)
        self.parameters = mi.traverse(self.scene)
        self.start = dict(problem.unknowns)
        self.resting = dr.unravel(mi.Point3f, self.parameters["hare.vertex_positions"])
        corners = np.array(self.parameters["hare.vertex_positions"]).reshape(-1, 3)
        self.pivot = [float(c) for c in (corners.min(0) + corners.max(0)) / 2]

    def begin(self, optimizer):
        # The tutorial's unit of angles: hundreds of degrees.
        optimizer["angle"] = mi.Float(math.degrees(self.start["hare.rotate[1]"]) / 100)
        optimizer["trans"] = mi.Point2f(self.start["hare.translate[0]"], self.start["hare.translate[1]"])
        self.apply(optimizer)

    def apply(self, optimizer):
        optimizer["trans"] = dr.clip(optimizer["trans"], -0.5, 0.5)
        optimizer["angle"] = dr.clip(optimizer["angle"], -0.5, 0.5)
        x, y, z = self.pivot
        pose = (mi.Transform4f().translate([x + optimizer["trans"].x, y + optimizer["trans"].y, z])
                .rotate([0, 1, 0], optimizer["angle"] * 100.0).translate([-x, -y, -z]))
        self.parameters["hare.vertex_positions"] = dr.ravel(pose @ self.resting)
        self.parameters.update()
        self.now = {"hare.rotate[1]": optimizer["angle"], "hare.translate": optimizer["trans"]}

    def error(self):
        angle = math.radians(100 * float(np.array(self.now["hare.rotate[1]"]).ravel()[0]))
        trans = np.array(self.now["hare.translate"]).ravel()
        return self.distance({"hare.rotate[1]": angle, "hare.translate[0]": trans[0], "hare.translate[1]": trans[1]})

    def distance(self, found):
        """Root mean square of the unknowns, each as a share of its start; the truth is 0."""
        shares = [(np.ravel(found[key])[0] / self.start[key]) ** 2 for key in self.start]
        return math.sqrt(sum(shares) / len(shares))


class Shape:
    """Vertices in the coordinates of large steps; judged by the summed mean L1 difference of all pictures."""

    def __init__(self, problem, folder):
        self.problem, self.folder = problem, Path(folder)
        self.scene = mi.load_file(str(self.folder / "start.xml"), optimize=False)
        self.parameters = mi.traverse(self.scene)
        self.resting = mi.Float(self.parameters["shape.vertex_positions"])
        self.targets = [mi.TensorXf(mi.Bitmap(str(self.folder / f"target{k}.exr"))) for k in range(len(problem.views))]

    def begin(self, optimizer):
        self.large = mi.ad.LargeSteps(self.resting, self.parameters["shape.faces"], lambda_=25)
        optimizer["u"] = self.large.to_differential(self.resting)
        self.apply(optimizer)

    def apply(self, optimizer):
        self.parameters["shape.vertex_positions"] = self.large.from_differential(optimizer["u"])
        self.parameters.update()

    def error(self):
        return self.judge(self.scene)

    def judge(self, scene):
        return sum(float(np.mean(np.abs(np.array(mi.render(
            scene, sensor=k, spp=64, seed=7, integrator=mi.load_dict({"type": "path", "max_depth": 2}))) -
            np.array(target)))) for k, target in enumerate(self.targets))


KINDS = {"values": Values, "pose": Pose, "shape": Shape}


def solve(problem, model, folder, clock, enough, longest):
    """Seconds and errors after every step, until the error is at most `enough` or `longest` seconds have passed."""
    integrator = mi.load_dict(problem.integrator)
    targets = [mi.TensorXf(mi.Bitmap(str(Path(folder) / f"target{k}.exr"))) for k in range(len(problem.views))]
    seconds, course = 0.0, []
    dr.sync_thread()
    started = clock()
    optimizer = mi.ad.Adam(lr=problem.rate, uniform=problem.kind == "shape")
    model.begin(optimizer)
    for step in range(problem.steps):
        for k, target in enumerate(targets):
            picture = mi.render(model.scene, model.parameters, sensor=k, integrator=integrator, spp=problem.spp,
                                seed=step * len(targets) + k)
            difference = picture - target
            dr.backward(dr.mean(dr.abs(difference) if problem.loss == "l1" else dr.square(difference)))
        optimizer.step()
        model.apply(optimizer)
        dr.eval(optimizer)
        dr.sync_thread()
        seconds += clock() - started
        # Judging a shape costs pictures of its own.
        if problem.kind != "shape" or step % 5 == 4 or seconds > longest:
            course.append((seconds, model.error()))
            if course[-1][1] <= enough or seconds > longest:
                break
        started = clock()
    return course


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("problem", choices=PROBLEMS)
    arguments.add_argument("folder")
    arguments.add_argument("--clock", choices=["wall", "processor"], default="wall")
    arguments.add_argument("--enough", type=float, default=0.0, help="error at which the loop may end")
    arguments.add_argument("--longest", type=float, default=math.inf, help="seconds after which the loop ends")
    options = arguments.parse_args()
    problem = PROBLEMS[options.problem]()
    clock = time.process_time if options.clock == "processor" else time.perf_counter
    courses = []
    for _ in range(2):
        courses.append(solve(problem, KINDS[problem.kind](problem, options.folder), options.folder, clock,
                             options.enough, options.longest))
    print(json.dumps({"compiling": courses[0], "compiled": courses[1]}))


if __name__ == "__main__":
    main()
