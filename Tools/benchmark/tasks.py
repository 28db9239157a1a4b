"""Times inverse problems in Penumbra and Mitsuba 3, in turns. Started by Tools/benchmark/tasks.

The error that both are timed to is the larger of the two that they end with, and the seconds are those until it is first
reached. Of Mitsuba they are those of its loop alone; of Penumbra those of the process, its start included, without the pictures,
error bars and report that it makes of the result. A loop of Mitsuba that takes longer than --longest ends there, and the error
that it had then is the one to reach.
"""

import argparse
import csv
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mitsuba as mi
import numpy as np

mi.set_variant("llvm_ad_rgb")

from mitsuba_tasks import KINDS  # noqa: E402
from task_problems import PROBLEMS  # noqa: E402


class Ours:
    """Penumbra on one problem."""

    def __init__(self, problem, folder, options):
        self.problem, self.folder, self.options = problem, Path(folder), options
        targets = "".join(f"  - {{image: target{k}.exr, sensor: {view}}}\n" for k, view in enumerate(problem.views))
        bounds = f", bounds: [{problem.bounds[0]}, {problem.bounds[1]}]" if problem.bounds else ""
        unknowns = "".join(
            f'  - {{key: "{key}"' + ("" if start is None else f", initial: {json.dumps(start)}")
            + f"{bounds}{problem.options}}}\n" for key, start in problem.unknowns.items())
        scene = "start.xml" if problem.kind == "shape" else "scene.xml"
        (self.folder / "problem.yaml").write_text(
            f"scene: {scene}\ntargets:\n{targets}unknowns:\n{unknowns}loss: {problem.loss}\n{problem.ours}\n")

    def solve(self, iterations=None):
        """Seconds until the values of a run are known; its results are in the folder `out`."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        limit = ["--iterations", str(iterations)] if iterations else []
        run = subprocess.run([self.options.penumbra, "optimize", "problem.yaml", "-o", "out", "--quiet", "--json", "-", *limit],
                             cwd=self.folder, check=True, stdout=subprocess.PIPE)
        wall = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        parts = json.loads(run.stdout)["seconds"]
        needed = wall - parts["final_renders"] - parts["standard_errors"]
        # The parts are known by the clock on the wall; processor time is taken to be spent evenly.
        return processor * needed / wall if self.options.clock == "processor" else needed

    def iterations(self):
        """How many the last run took."""
        with open(self.folder / "out" / "history.csv") as file:
            return sum(1 for _ in csv.DictReader(file))

    def errors(self, model):
        """Errors after every iteration of the last run, whose history lists the values of small problems."""
        with open(self.folder / "out" / "history.csv") as file:
            rows = [{key: self.row_values(row, key) for key in self.problem.unknowns} for row in csv.DictReader(file)]
        result = json.loads((self.folder / "out" / "result.json").read_text())["parameters"]
        rows.append({key: np.ravel(result[key]["value"]) for key in self.problem.unknowns})
        return [model.distance(row) for row in rows[1:]]

    def last_error(self, model):
        return self.errors(model)[-1] if self.problem.is_small else self.final_error(model)

    def seconds_to(self, accuracy, model, seconds, iterations):
        """Seconds of the shortest run whose error is no larger; `seconds` and `iterations` are those of the whole one.

        Small problems list their values in every iteration. Of others, runs that end earlier are tried, by halving.
        """
        if self.problem.is_small:
            first = next(k for k, e in enumerate(self.errors(model)) if e <= accuracy) + 1
            return seconds if first >= iterations else self.solve(iterations=first)
        (short, long) = (0, iterations)
        while long - short > max(1, iterations // 16):
            middle = (short + long) // 2
            own = self.solve(iterations=middle)
            if self.final_error(model) <= accuracy:
                long, seconds = middle, own
            else:
                short = middle
        return seconds

    @staticmethod
    def row_values(row, key):
        return np.array([float(row[name]) for name in row if name == key or name.startswith(key + "[")])

    def final_error(self, model):
        found = mi.load_file(str(self.folder / "out" / "scene.xml"), optimize=False)
        if self.problem.kind == "shape":
            return model.judge(found)
        parameters = mi.traverse(found)
        return model.distance({key: model.values(parameters, key) for key in self.problem.unknowns})


def theirs(problem, folder, options, enough):
    """Runs Mitsuba in a process of its own whose cache of kernels is empty."""
    with tempfile.TemporaryDirectory() as home:
        run = subprocess.run(
            [sys.executable, Path(__file__).with_name("mitsuba_tasks.py"), problem.name, folder, "--clock",
             options.clock, "--enough", str(enough), "--longest", str(options.longest)],
            env={**os.environ, "HOME": home}, check=True, stdout=subprocess.PIPE)
    # Its readers print warnings of their own, in colours.
    return json.loads(run.stdout[run.stdout.index(b'{"compiling"'):])


def reached(course, error):
    """Seconds at which a course first had at most this error; infinite if it never did."""
    return next((seconds for seconds, e in course if e <= error), math.inf)


def prepare(problem, folder):
    problem.write(folder)
    scene = mi.load_file(str(Path(folder) / "scene.xml"), optimize=False)
    for k in range(len(problem.views)):
        picture = mi.render(scene, sensor=k, spp=problem.target_spp, seed=99)
        mi.Bitmap(picture).write(str(Path(folder) / f"target{k}.exr"))


def compare(problem, folder, options):
    """A row of the table: medians over rounds of Mitsuba's time over ours."""
    prepare(problem, folder)
    model = KINDS[problem.kind](problem, folder)
    ours = Ours(problem, folder, options)
    with_compilation, without, accuracy = [], [], 0.0
    for number in range(options.rounds):
        print(f"{problem.name}: round {number + 1} of {options.rounds}", file=sys.stderr)
        seconds = ours.solve()
        iterations, error = ours.iterations(), ours.last_error(model)
        their = theirs(problem, folder, options, enough=error)
        accuracy = max([error] + [min(e for _, e in course) for course in their.values()])
        # Fewer iterations may be enough for what Mitsuba reaches.
        if error < accuracy:
            seconds = ours.seconds_to(accuracy, model, seconds, iterations)
        with_compilation.append(reached(their["compiling"], accuracy) / seconds)
        without.append(reached(their["compiled"], accuracy) / seconds)
    return {"problem": problem.name, "error": accuracy, "ours": error, "with_compilation": with_compilation,
            "without": without}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("problems", nargs="*", metavar="PROBLEM")
    arguments.add_argument("--penumbra", required=True)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--clock", choices=["wall", "processor"], default="wall")
    arguments.add_argument("--longest", type=float, default=3600, help="seconds after which a loop of Mitsuba is ended")
    arguments.add_argument("--shape", type=Path, help="an OBJ file that shape_optimization recovers")
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    unknown = [name for name in options.problems if name not in PROBLEMS]
    if unknown:
        arguments.error(f"unknown problem {unknown[0]}; known are {', '.join(PROBLEMS)}")
    rows = []
    print("| problem | error reached | Mitsuba / Penumbra | kernels compiled before |\n| --- | --- | --- | --- |")
    for name in options.problems or PROBLEMS:
        make = PROBLEMS[name]
        problem = make(options.shape.resolve()) if name == "shape_optimization" and options.shape else make()
        with tempfile.TemporaryDirectory() as folder:
            row = compare(problem, folder, options)
        rows.append(row)
        median = [statistics.median(row[key]) for key in ("with_compilation", "without")]
        print(f"| {name} | {row['error']:.3g} | {median[0]:.1f} | {median[1]:.1f} |", flush=True)
    means = [statistics.geometric_mean(statistics.median(row[key]) for row in rows)
             for key in ("with_compilation", "without")]
    print(f"| geometric mean | | {means[0]:.1f} | {means[1]:.1f} |")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


main()
