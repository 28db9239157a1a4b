"""What moving edges cost. Started by Tools/benchmark/boundary, which says what is printed."""

import argparse
import json
import math
import tempfile
from pathlib import Path

from timing import Spread, digits, run

HERE = Path(__file__).parent
REFERENCES = HERE.parents[1] / "../shared/reference/gradients"


class Case:
    """A scene with a parameter that moves edges."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.name = folder.name
        self.about = json.loads((folder / "case.json").read_text())
        self.scene = folder / "scene.xml"

    def parameter(self) -> list:
        direction = self.about.get("direction")
        words = ["--parameter", self.about["parameter"]]
        return words + (["--direction", ",".join(map(str, direction))] if direction else [])


class Penumbra:
    """Runs on one thread, so that processor time does not depend on what else the machine does."""

    def __init__(self, executable: Path, folder: Path, rounds: int, depth: int = None):
        self.executable = executable
        self.folder = folder
        self.rounds = rounds
        self.depth = [] if depth is None else ["--max-depth", depth]

    def seconds(self, *words) -> float:
        """Processor seconds of a command: the smallest of a few."""
        return min(run([self.executable, *words, "--threads", 1, "--quiet"]).processor_seconds
                   for _ in range(self.rounds))

    def render(self, scene: Path, samples: int, *words) -> float:
        return self.seconds("render", scene, "--spp", samples, "-o", self.folder / "image.exr", *self.depth, *words)

    def gradient(self, scene: Path, samples: int, *words) -> float:
        return self.seconds("gradient", scene, "--spp", samples, "-o", self.folder / "derivative.exr", *self.depth,
                            *words)

    def noise(self, scene: Path, samples: int, words: list, seeds: int = 4) -> float:
        """Root mean square error of an unbiased derivative, from how far independent ones are apart."""
        pictures = [self.folder / f"{seed}.exr" for seed in range(seeds)]
        for seed, picture in enumerate(pictures):
            run([self.executable, "gradient", scene, "--spp", samples, "--seed", seed, "-o", picture, "--quiet",
                 *self.depth, *words])
        squares = [
            run([self.executable, "compare", a, b, "--json", "-", "--quiet"]).printed["rmse"] ** 2 / 2
            for i, a in enumerate(pictures) for b in pictures[:i]]
        return math.sqrt(sum(squares) / len(squares))


def table(title: str, head: tuple, rows: list) -> None:
    print(f"\n{title}\n")
    lines = [head] + [tuple(row) for row in rows]
    widths = [max(len(str(line[i])) for line in lines) for i in range(len(head))]
    for line in lines:
        print("  ".join(str(word).ljust(width) for word, width in zip(line, widths)).rstrip())


def cost(penumbra: Penumbra, cases: list, samples: int) -> dict:
    """Processor time of a derivative's parts over that of the picture with as many samples.

    What one sample per pixel takes, the start of the process and the set-up of the scene, is taken off.
    """
    rows, efficiency = [], {}
    for case in cases:
        words = case.parameter()
        image = penumbra.render(case.scene, samples) - penumbra.render(case.scene, 1)
        start = penumbra.gradient(case.scene, 1, *words)
        everything = penumbra.gradient(case.scene, samples, *words)
        interior = penumbra.gradient(case.scene, samples, *words, "--visibility", "none")
        bare = penumbra.gradient(case.scene, 1, *words, "--visibility", "none")
        boundary = (everything - start) - (interior - bare)
        noise = penumbra.noise(case.scene, samples, words)
        efficiency[case.name] = noise * math.sqrt(everything)
        rows.append((
            case.name, digits(image), digits((interior - bare) / image), digits(boundary / image),
            digits(noise / case.about["statistics"]["dI_rms"]), digits(efficiency[case.name])))
    table(f"Derivatives with {samples} samples per pixel, times relative to the picture's", (
        "case", "image [s]", "interior", "edges", "relative RMSE", "RMSE·√CPU"), rows)
    ratios = [float(row[3]) for row in rows]
    print(f"\nmedian of the edges' ratios {digits(Spread.of(ratios).median)}, largest {digits(max(ratios))}")
    return efficiency


def ball(columns: int, path: Path) -> None:
    """A sphere of triangles."""
    rows = columns // 2
    lines = []
    for i in range(rows + 1):
        for j in range(columns):
            theta, phi = math.pi * i / rows, 2 * math.pi * j / columns
            lines.append(f"v {math.sin(theta) * math.cos(phi)} {math.cos(theta)} {math.sin(theta) * math.sin(phi)}")
    for i in range(rows):
        for j in range(columns):
            a, b = i * columns + j + 1, i * columns + (j + 1) % columns + 1
            if i > 0:
                lines.append(f"f {a} {b} {a + columns}")
            if i + 1 < rows:
                lines.append(f"f {b} {b + columns} {a + columns}")
    path.write_text("\n".join(lines) + "\n")


BALL = """<scene version="3.0.0">
  <integrator type="path"><integer name="max_depth" value="3"/></integrator>
  <sensor type="perspective"><float name="fov" value="40"/>
    <transform name="to_world"><lookat origin="0, 2.5, 4" target="0, 0, 0" up="0, 1, 0"/></transform>
    <film type="hdrfilm"><integer name="width" value="128"/><integer name="height" value="128"/><rfilter type="box"/></film>
    <sampler type="independent"><integer name="sample_count" value="64"/></sampler>
  </sensor>
  <shape type="obj" id="ball"><string name="filename" value="FILE"/><bsdf type="diffuse"/></shape>
  <shape type="rectangle"><transform name="to_world"><scale value="5"/><rotate x="1" angle="-90"/>
    <translate y="-1"/></transform><bsdf type="diffuse"/></shape>
  <shape type="rectangle"><transform name="to_world"><scale value="0.5"/>
    <lookat origin="-2, 4, 2" target="0, 0, 0" up="0, 1, 0"/></transform>
    <emitter type="area"><rgb name="radiance" value="20"/></emitter></shape>
</scene>
"""


def growth(penumbra: Penumbra, samples: int, seeds: int = 5) -> None:
    """Processor time of one derivative by the number of triangles, the median of a few seeds.

    How many samples edges get beside the interior is found by a pilot run: it differs from seed to seed.
    """
    rows, before = [], None
    for columns in (32, 46, 64, 90, 128, 182, 256):
        name = f"ball{columns}.obj"
        ball(columns, penumbra.folder / name)
        scene = penumbra.folder / "ball.xml"
        scene.write_text(BALL.replace("FILE", name))
        seconds = Spread.of([
            penumbra.gradient(scene, samples, "--parameter", "ball.translate[0]", "--seed", seed)
            for seed in range(seeds)]).median
        triangles = 2 * columns * (columns // 2 - 1)
        rows.append((triangles, digits(seconds), digits(seconds / before) if before else ""))
        before = seconds
    table(f"A ball of triangles in a shadow scene, {samples} samples per pixel", (
        "triangles", "CPU [s]", "over the row before"), rows)


def cornell(penumbra: Penumbra) -> None:
    words = ["-D", "res=128", "-D", "max_depth=4", "-D", "spp=16"]
    scene = HERE / "cbox.xml"
    gradient = [penumbra.executable, "gradient", scene, *words, "--parameter", "short_block.translate[0]", "--quiet",
                "-o", penumbra.folder / "box.exr"]
    runs = [run(gradient) for _ in range(penumbra.rounds)]
    table("Cornell box, 128², depth 4, a box moves, 16 samples per pixel: picture and derivative", (
        "seconds", "CPU [s]"), [(
            digits(min(one.seconds for one in runs)), digits(min(one.processor_seconds for one in runs)))])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--penumbra", type=Path, required=True)
    arguments.add_argument("--references", type=Path, default=REFERENCES)
    arguments.add_argument("--case", action="append", help="only this case; repeatable")
    arguments.add_argument("--samples", type=int, default=256)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--max-depth", type=int, help="of the cases; at 2 all edges are the picture's and shadows'")
    arguments.add_argument("--mitsuba", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        executable = options.penumbra.resolve()
        penumbra = Penumbra(executable, Path(folder), options.rounds)
        if options.references.is_dir():
            cases = [Case(path.parent) for path in sorted(options.references.glob("*/case.json"))]
            cases = [case for case in cases if case.name in options.case] if options.case else [
                case for case in cases if case.about["discontinuous"]]
            cost(Penumbra(executable, Path(folder), options.rounds, options.max_depth), cases, options.samples)
            if options.mitsuba:
                from mitsuba_edges import compare
                compare(penumbra, cases, options.samples, table)
        else:
            print(f"{options.references} is absent: no cases to compare with")
        growth(penumbra, 64)
        cornell(penumbra)


main()
