"""Solves one task: writes its scene, renders its target, runs the optimizer and measures the result."""
import array
import dataclasses
import json
import math
import os
import resource
import subprocess
import sys
import time


@dataclasses.dataclass
class Unknown:
    """A parameter, the values it starts from, and its true ones."""
    key: str
    start: object
    truth: object
    bounds: object = None
    options: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Task:
    """An inverse problem; `prepare` writes scene.xml at the truth, with its meshes and textures, into a folder."""
    name: str
    prepare: object
    unknowns: list
    peer: str
    target_spp: int = 1024
    views: list = dataclasses.field(default_factory=lambda: ["sensor"])
    loss: str = "l2"
    optimizer: str = "{type: auto, iterations: 100, spp: 16}"
    extra: str = ""
    # True when the unknowns are too many to compare one by one; the picture alone then judges.
    by_picture: bool = False
    targets_8bit: bool = False
    # What targets show, each with its weight in the loss; all but radiance are layers of the rendered file.
    quantities: dict = dataclasses.field(default_factory=lambda: {"radiance": 1})
    # What is compared in the place of the unknowns, as a function of their values by key.
    measure: object = None


def flat(values):
    return [values] if isinstance(values, (int, float)) else list(values)


def spread(values, count):
    """One value for all elements, or a value for each."""
    return flat(values) * (count if len(flat(values)) == 1 else 1)


class Runner:
    def __init__(self, penumbra, folder):
        self.penumbra, self.folder = penumbra, folder

    def command(self, *arguments):
        subprocess.run([self.penumbra, *map(str, arguments), "--quiet"], check=True, cwd=self.folder)

    def values(self, scene, view, seed):
        """The picture of a scene, as a list of numbers."""
        self.command("render", scene, "--sensor", view, "--spp", 256, "--seed", seed, "-o", "picture.pfm")
        with open(os.path.join(self.folder, "picture.pfm"), "rb") as file:
            file.readline(), file.readline()
            is_little = float(file.readline()) < 0
            numbers = array.array("f", file.read())
        if is_little != (sys.byteorder == "little"):
            numbers.byteswap()
        return numbers

    def run(self, task):
        os.makedirs(self.folder, exist_ok=True)
        task.prepare(self.folder)
        kind = "png" if task.targets_8bit else "exr"
        for i, view in enumerate(task.views):
            layers = ",".join(quantity for quantity in task.quantities if quantity != "radiance")
            self.command("render", "scene.xml", "--sensor", view, "--spp", task.target_spp, "--seed", 1, "-o",
                         f"target{i}.{kind}", *(["--aov", layers] if layers else []))
        self.write_problem(task, kind)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        started = time.monotonic()
        self.command("optimize", "problem.yaml", "-o", "out")
        seconds = time.monotonic() - started
        processor = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        with open(os.path.join(self.folder, "out", "result.json")) as file:
            result = json.load(file)
        return {"task": task.name, "unknowns": sum(len(flat(u.truth)) for u in task.unknowns), "peer": task.peer,
                "optimizer": result["optimizer"], "renders": result["renders"],
                "parameter_error": None if task.by_picture else self.parameter_error(task, result),
                "image_error": self.image_error(task), "seconds": seconds, "processor_seconds": processor}

    def write_problem(self, task, kind):
        lines = ["scene: scene.xml", "targets:"]
        for i, view in enumerate(task.views):
            for quantity, weight in task.quantities.items():
                what = "" if quantity == "radiance" else f", quantity: {quantity}, weight: {weight}"
                lines.append(f"  - {{image: target{i}.{kind}, sensor: {view}{what}}}")
        lines.append("unknowns:")
        for unknown in task.unknowns:
            entry = [f'key: "{unknown.key}"']
            if unknown.start is not None:
                entry.append(f"initial: {json.dumps(unknown.start)}")
            if unknown.bounds is not None:
                entry.append(f"bounds: {json.dumps(unknown.bounds)}")
            entry += [f"{name}: {value}" for name, value in unknown.options.items()]
            lines.append("  - {" + ", ".join(entry) + "}")
        lines += [f"loss: {task.loss}", f"optimizer: {task.optimizer}"]
        with open(os.path.join(self.folder, "problem.yaml"), "w") as file:
            file.write("\n".join(lines) + "\n" + task.extra)

    def parameter_error(self, task, result):
        """The largest remaining distance of an unknown to its truth, as a share of the distance at its start."""
        found = {u.key: flat(result["parameters"][u.key]["value"]) for u in task.unknowns}
        start = {u.key: spread(u.start, len(flat(u.truth))) for u in task.unknowns}
        truth = {u.key: flat(u.truth) for u in task.unknowns}
        if task.measure:
            found, start, truth = ({"": task.measure(values)} for values in (found, start, truth))
        return max(math.dist(found[key], truth[key]) / (math.dist(start[key], truth[key]) or math.inf) for key in truth)

    def image_error(self, task):
        """Mean squared error of the final render as a share of the start's, both without the noise of few samples.

        Differences by two seeds are multiplied with one another: their noise has nothing to do with each other.
        """
        final = start = 0.0
        # One step of no length writes the start as a scene.
        self.command("optimize", "problem.yaml", "-o", "start", "--iterations", 1, "--optimizer", "adam", "--spp", 2,
                     "--learning-rate", "1e-12")
        for view in task.views:
            truth, found, first = ([self.values(scene, view, seed) for seed in (2, 3)] for scene in
                                   ("scene.xml", "out/scene.xml", "start/scene.xml"))
            final += product(found, truth)
            start += product(first, truth)
        return final / start if start > 0 else float("nan")


def product(pictures, truths):
    """The mean of (A₁ − B₁)(A₂ − B₂) over all values."""
    terms = ((a - c) * (b - d) for a, b, c, d in zip(*pictures, *truths))
    return math.fsum(terms) / len(truths[0])


def table(rows):
    """A Markdown table of results."""
    def percent(value):
        return "–" if value is None else f"{100 * value:.2g} %"

    lines = ["| task | unknowns | peer | image error left | parameter error left | renders | CPU s |",
             "| --- | --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        lines.append(f"| {row['task']} | {row['unknowns']} | {row['peer']} | {percent(row['image_error'])} | "
                     f"{percent(row['parameter_error'])} | {row['renders']} | {row['processor_seconds']:.1f} |")
    return "\n".join(lines)

