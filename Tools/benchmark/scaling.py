"""How time and memory of Penumbra grow with pixels, samples, triangles, lights, unknowns and threads."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from timing import Spread, run

HERE = Path(__file__).parent

HEAD = """<scene version="3.0.0">
  <integrator type="path"><integer name="max_depth" value="4"/></integrator>
  <sensor type="perspective"><float name="fov" value="40"/>
    <transform name="to_world"><lookat origin="0, -4, 1" target="0, 0, 0" up="0, 0, 1"/></transform>
    <film type="hdrfilm"><integer name="width" value="128"/><integer name="height" value="128"/><rfilter type="box"/></film>
    <sampler type="independent"><integer name="sample_count" value="16"/></sampler>
  </sensor>
  <emitter type="constant"/>
"""


@dataclass
class Point:
    """One size of one study."""

    x: float
    # By the name of a line of the plot, what to run.
    commands: dict
    runs: dict = field(default_factory=dict)


@dataclass
class Study:
    name: str
    x_label: str
    points: list
    # Whether the time is that of the process, with its start and the building of the scene, or of the pass alone.
    is_whole: bool = False

    def seconds(self, line: str) -> list:
        """Points (x, seconds) of a line."""
        def time(one):
            return one.seconds if self.is_whole else one.printed["seconds"]
        return [(p.x, Spread.of(time(one) for one in p.runs[line])) for p in self.points if line in p.runs]

    def processor_seconds(self, line: str) -> list:
        return [(p.x, Spread.of(one.processor_seconds for one in p.runs[line])) for p in self.points if line in p.runs]

    def megabytes(self, line: str) -> list:
        return [(p.x, Spread.of(one.peak_bytes / 2**20 for one in p.runs[line])) for p in self.points if line in p.runs]

    @property
    def lines(self) -> list:
        return list(self.points[0].commands)


class Studies:
    """Writes the scenes of all studies into a folder."""

    def __init__(self, penumbra: Path, folder: Path, threads: int, is_quick: bool):
        self.penumbra, self.folder, self.threads, self.is_quick = penumbra, folder, threads, is_quick
        self.box = HERE / "cbox.xml"

    def all(self) -> list:
        return [self.start(), self.pixels(), self.samples(), self.triangles(), self.lights(), self.unknowns(), self.thread_counts()]

    def render(self, scene: Path, *options) -> list:
        return [self.penumbra, "render", scene, "-o", self.folder / "picture.exr", "--quiet", "--json", "-", *options]

    def gradient(self, scene: Path, keys: str, adjoint: Path, *options) -> list:
        return [self.penumbra, "gradient", scene, "--parameters", keys, "--adjoint", adjoint, "-o", self.folder / "gradient",
                "--quiet", "--json", "-", *options]

    def both(self, scene: Path, keys: str, *options, name: str) -> dict:
        """A picture, and a gradient whose adjoint picture is that picture."""
        adjoint = self.folder / f"{name}.exr"
        run([self.penumbra, "render", scene, "-o", adjoint, "--quiet", *options])
        return {"picture": self.render(scene, *options), "gradient": self.gradient(scene, keys, adjoint, *options)}

    def sizes(self, *values) -> list:
        return list(values[: 2 if self.is_quick else None])

    def start(self) -> Study:
        command = self.render(self.box, "--size", "8x8", "--spp", "1")
        return Study("start-up", "", [Point(1, {"picture": command})], is_whole=True)

    def pixels(self) -> Study:
        points = []
        for side in self.sizes(64, 128, 256, 512, 1024):
            commands = self.both(self.box, "red.reflectance.value", "--size", f"{side}x{side}", "--spp", "16", name=f"p{side}")
            points.append(Point(side * side, commands))
        return Study("pixels", "pixels (16 samples each)", points)

    def samples(self) -> Study:
        points = []
        for spp in self.sizes(4, 16, 64, 256, 1024):
            commands = self.both(self.box, "red.reflectance.value", "--size", "128x128", "--spp", spp, name=f"s{spp}")
            points.append(Point(spp, commands))
        return Study("samples", "samples per pixel (128² pixels)", points)

    def triangles(self) -> Study:
        points = []
        for count in self.sizes(1_000, 10_000, 100_000, 1_000_000):
            mesh = self.folder / f"{count}.ply"
            subprocess.run([sys.executable, HERE / "large_mesh.py", str(count), mesh], check=True)
            scene = self.folder / f"triangles-{count}.xml"
            scene.write_text(HEAD + f'<shape type="ply"><string name="filename" value="{mesh.name}"/></shape></scene>\n')
            points.append(Point(count, {"picture": self.render(scene)}))
        return Study("triangles", "triangles (128² pixels, 16 samples; loading included)", points, is_whole=True)

    def lights(self) -> Study:
        points = []
        for count in self.sizes(10, 100, 1_000, 10_000):
            scene = self.folder / f"lights-{count}.xml"
            subprocess.run([sys.executable, HERE / "many_lights.py", str(count), scene], check=True)
            points.append(Point(count, {"picture": self.render(scene)}))
        return Study("lights", "area lights (192 × 128 pixels, 16 samples)", points)

    def unknowns(self) -> Study:
        points = []
        for side in self.sizes(4, 32, 128, 512, 1024):
            texture = self.folder / f"{side}.ppm"
            texels = bytes(64 + (7 * x + 13 * y + 50 * c) % 128 for y in range(side) for x in range(side) for c in range(3))
            texture.write_bytes(f"P6 {side} {side} 255\n".encode() + texels)
            scene = self.folder / f"unknowns-{side}.xml"
            scene.write_text(
                HEAD + '<bsdf type="diffuse" id="cloth"><texture type="bitmap" name="reflectance">'
                f'<string name="filename" value="{texture.name}"/></texture></bsdf>'
                '<shape type="rectangle"><transform name="to_world"><scale value="2"/></transform><ref id="cloth"/></shape></scene>\n')
            points.append(Point(3 * side * side, self.both(scene, "cloth.reflectance.data", name=f"u{side}")))
        return Study("unknowns", "unknowns: texels (128² pixels, 16 samples)", points)

    def thread_counts(self) -> Study:
        counts = [1]
        while counts[-1] < self.threads:
            counts.append(min(2 * counts[-1], self.threads))
        points = []
        for count in counts:
            commands = self.both(
                self.box, "red.reflectance.value", "--size", "256x256", "--spp", "64", "--threads", count, name=f"t{count}")
            points.append(Point(count, commands))
        return Study("threads", "threads (256² pixels, 64 samples)", points)


def measure(studies: list, rounds: int) -> None:
    """Runs all points in turns, so that what else the machine does falls on all of them."""
    for number in range(rounds):
        print(f"scaling: round {number + 1} of {rounds}", file=sys.stderr)
        for study in studies:
            for point in study.points:
                for line, command in point.commands.items():
                    point.runs.setdefault(line, []).append(run(command))
