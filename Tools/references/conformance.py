#!/usr/bin/env python3
"""Compares penumbra with Mitsuba 3.9.1 on small random scenes that use the corners of the scene grammar.

    python3 conformance.py PENUMBRA OUT [--count N] [--seed N] [--only NAME]

Each scene is rendered by both with independent samplers, eight seeds each. The mean picture and the pixels must agree
within their standard errors; what Mitsuba refuses must be refused, or is listed as "more". Scenes that differ stay in
OUT/NAME/ with both pictures.
"""
import argparse
import os
import random
import subprocess
import sys

import numpy as np

import mitsuba as mi

from conformance_scenes import fixed_scenes, random_scene, write_assets

mi.set_variant("scalar_rgb")
mi.set_log_level(mi.LogLevel.Error)

SEEDS = 8


def mitsuba_pictures(path):
    try:
        scene = mi.load_file(path, optimize=False)
        return np.stack([np.array(mi.render(scene, seed=seed, spp=32))[..., :3] for seed in range(SEEDS)]), None
    except Exception as error:
        return None, str(error).strip().replace("\n", " | ")[:300]


def penumbra_pictures(program, path, out):
    pictures = []
    for seed in range(SEEDS):
        picture = os.path.join(out, "penumbra.exr")
        run = subprocess.run(
            [program, "render", path, "-o", picture, "--spp", "32", "--seed", str(seed), "--quiet", "--threads", "1"],
            capture_output=True, text=True, timeout=300)
        if run.returncode != 0:
            return None, f"{run.returncode}: {run.stderr.strip()}"
        bitmap = mi.Bitmap(picture).convert(mi.Bitmap.PixelFormat.RGB, mi.Struct.Type.Float32, False)
        pictures.append(np.array(bitmap))
    return np.stack(pictures), None


def differences(a, b):
    """Largest |z| of the picture's mean, and the mean of z² over pixels, which is about 1.2 for equal means."""
    def statistics(x, axis):
        return x.mean(axis), x.var(axis, ddof=1) / SEEDS

    (ma, va), (mb, vb) = (statistics(x.mean((1, 2)), 0) for x in (a, b))
    floor = 1e-5 * np.maximum(np.abs(ma), np.abs(mb)) + 1e-7
    whole = np.abs(ma - mb) / np.sqrt(va + vb + floor**2)
    (pa, wa), (pb, wb) = (statistics(x, 0) for x in (a, b))
    # Pixels whose few samples are all alike tell nothing of their spread.
    spread = np.maximum(wa + wb, 0.05 * np.mean(wa + wb)) + (1e-3 * np.abs(pa) + 1e-6) ** 2
    return float(whole.max()), float(np.mean((pa - pb) ** 2 / spread))


def compare(program, name, text, out):
    folder = os.path.join(out, name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "scene.xml")
    with open(path, "w") as file:
        file.write(text)
    reference, refusal = mitsuba_pictures(path)
    picture, complaint = penumbra_pictures(program, path, folder)
    if reference is None:
        return ("refused", complaint) if picture is None else ("more", refusal)
    if picture is None:
        return "LESS", complaint
    if reference.shape != picture.shape:
        return "SIZE", f"{reference.shape} {picture.shape}"
    if not np.isfinite(reference).all():
        return "nan", "Mitsuba's picture is not finite"
    whole, pixels = differences(reference, picture)
    verdict = f"z {whole:.1f}, pixels {pixels:.2f}, means {reference.mean():.5g} {picture.mean():.5g}"
    mi.Bitmap(reference.mean(0).astype(np.float32)).write(os.path.join(folder, "mitsuba.exr"))
    return ("same" if whole < 4.5 and pixels < 2.5 else "DIFFERS"), verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("penumbra")
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    write_assets(options.out)
    scenes = list(fixed_scenes())
    for number in range(options.seed, options.seed + options.count):
        scenes.append((f"random-{number}", random_scene(random.Random(number))))
    totals = {}
    for name, text in scenes:
        if options.only and not name.startswith(options.only):
            continue
        verdict, detail = compare(options.penumbra, name, text, options.out)
        totals[verdict] = totals.get(verdict, 0) + 1
        print(f"{verdict:8} {name}: {detail}", flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(totals.items())))
    sys.exit(any(verdict.isupper() for verdict in totals))


main()
