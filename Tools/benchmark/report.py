"""Writes a report of measurements: report.md with tables, and a plot per study. Started by Tools/benchmark/report."""

import argparse
import json
import os
import tempfile
from pathlib import Path

from plot import plot
from scaling import Studies, Study, measure
from timing import digits


def table(header: list, rows: list) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in [header, ["---"] + ["--:"] * (len(header) - 1), *rows]]
    return "\n".join(lines) + "\n"


def section(study: Study, folder: Path) -> str:
    lines = study.lines
    if len(study.points) == 1:
        (_, seconds), (_, megabytes) = study.seconds(lines[0])[0], study.megabytes(lines[0])[0]
        return f"## {study.name.capitalize()}\n\nThe smallest picture takes {seconds} s and {megabytes} MiB.\n"
    figures = {line: (study.seconds(line), study.megabytes(line)) for line in lines}
    (folder / f"{study.name}.svg").write_text(
        plot(f"Seconds by {study.name}", study.x_label, "seconds", {line: figures[line][0] for line in lines}))
    (folder / f"{study.name}-memory.svg").write_text(
        plot(f"Memory by {study.name}", study.x_label, "MiB at most", {line: figures[line][1] for line in lines}))
    header = [study.x_label] + [f"{line}, {what}" for line in lines for what in ("seconds", "processor seconds", "MiB")]
    rows = []
    for index, point in enumerate(study.points):
        cells = [digits(point.x, 9)]
        for line in lines:
            processor = study.processor_seconds(line)[index][1]
            cells += [str(figures[line][0][index][1]), str(processor), str(figures[line][1][index][1])]
        rows.append(cells)
    return (f"## {study.name.capitalize()}\n\n{table(header, rows)}\n"
            f"![Seconds by {study.name}]({study.name}.svg) ![Memory by {study.name}]({study.name}-memory.svg)\n")


def comparison(path: Path) -> str:
    """The ratios that compare.py wrote."""
    ratios = json.loads(path.read_text())
    rows = [[name, f"{values['ratio']:.2f}", f"{values['low']:.2f} … {values['high']:.2f}"] for name, values in ratios.items()]
    return "## Against Mitsuba 3.9.1 and raw Embree\n\n" + table(["Cornell box, in turns", "ratio of medians", "over the rounds"], rows)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--penumbra", type=Path, required=True, help="the penumbra executable")
    arguments.add_argument("--comparison", type=Path, help="what compare.py --json wrote")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--quick", action="store_true", help="the two smallest sizes of each study")
    options = arguments.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)

    threads = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as scratch:
        studies = Studies(options.penumbra.resolve(), Path(scratch), threads, options.quick).all()
        measure(studies, options.rounds)
    parts = [
        "# Measurements\n\nMedians, and the smallest and the largest in brackets, of "
        f"{options.rounds} rounds in turns on {threads} processors. Seconds are those of the pass where nothing else is said; "
        "processor seconds, of all threads together, are those of the whole process.\n"]
    if options.comparison:
        parts.append(comparison(options.comparison))
    parts += [section(study, options.folder) for study in studies]
    (options.folder / "report.md").write_text("\n".join(parts))
    print(f"wrote {options.folder}/report.md")


if __name__ == "__main__":
    main()
