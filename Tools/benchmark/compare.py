"""Interleaves Penumbra and Mitsuba 3 on one scene and prints ratios of medians.

Absolute times depend on the machine and on what else it does; measurements taken in turns share both, so the ratios
are what is worth quoting. Started by Tools/benchmark/run.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from mitsuba_cbox import MitsubaTimer

PENUMBRA_KEYS = ("image_seconds", "fused_seconds", "posed_seconds", "rays_per_second", "embree_rays_per_second")
# What is printed, and which measurement is divided by which.
RATIOS = (
    ("Mitsuba image / Penumbra image (kernel)", "mitsuba_image", "image_seconds"),
    ("Mitsuba image / Penumbra image (`penumbra render`)", "mitsuba_image", "penumbra_render"),
    ("Mitsuba gradient / Penumbra fused", "mitsuba_gradient", "fused_seconds"),
    ("Penumbra fused / Penumbra image", "fused_seconds", "image_seconds"),
    ("Penumbra fused with all poses / Penumbra image", "posed_seconds", "image_seconds"),
    ("Mitsuba gradient / Mitsuba image", "mitsuba_gradient", "mitsuba_image"),
    ("Penumbra rays/s / raw Embree rays/s", "rays_per_second", "embree_rays_per_second"),
)


def penumbra_json(command: list) -> dict:
    """Runs a Penumbra executable and decodes the one object it prints."""
    run = subprocess.run(command, stdout=subprocess.PIPE)
    if run.returncode != 0:
        raise SystemExit(f"benchmark: {' '.join(map(str, command))} ended with {run.returncode}")
    return json.loads(run.stdout)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("scene", type=Path)
    arguments.add_argument("--penumbra", type=Path, required=True, help="the penumbra executable")
    arguments.add_argument("--penumbra-benchmark", type=Path, required=True, help="the penumbra-benchmark executable")
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--json", type=Path, help="write the ratios here too")
    options = arguments.parse_args()

    mitsuba = MitsubaTimer(options.scene)
    folder = tempfile.TemporaryDirectory()
    picture = Path(folder.name) / "cbox.exr"
    render = [options.penumbra, "render", options.scene, "-o", picture, "--quiet", "--json", "-"]
    rows = []
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        row = {"mitsuba_image": mitsuba.image_seconds()}
        ours = penumbra_json([options.penumbra_benchmark, options.scene])
        row |= {key: ours[key] for key in PENUMBRA_KEYS}
        row["mitsuba_gradient"] = mitsuba.gradient_seconds()
        row["penumbra_render"] = penumbra_json(render)["seconds"]
        rows.append(row)

    ratios = {}
    for name, above, below in RATIOS:
        rounds = [row[above] / row[below] for row in rows]
        of_medians = statistics.median(row[above] for row in rows) / statistics.median(row[below] for row in rows)
        ratios[name] = {"ratio": of_medians, "low": min(rounds), "high": max(rounds)}
        print(f"{name:50} {of_medians:8.2f}   ({min(rounds):.2f} … {max(rounds):.2f} over the rounds)")
    if options.json:
        options.json.write_text(json.dumps(ratios, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
