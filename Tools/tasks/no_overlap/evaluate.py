#!/usr/bin/env python3
"""Prints how far an object ended from its target, in its radii. Fails above 1 % where that is asked for.

    evaluate.py RESULT_FOLDER NAME MOVED [--require]
"""
import json
import math
import os
import sys

RADIUS = 0.25


def main():
    folder, name, moved = sys.argv[1:4]
    with open(os.path.join(folder, "result.json"), encoding="utf-8") as file:
        parameters = json.load(file)["parameters"]
    target = [float(x) for x in moved.split(",")]
    found = [parameters[f"object.translate[{axis}]"]["value"] for axis in range(2)]
    error = math.dist(found, target[:2]) / RADIUS
    print(f"{name}: {error:.4f} radii from the target (start: 6)")
    if "--require" in sys.argv and not error <= 0.01:
        sys.exit(f"{name}: expected at most 0.01 radii")


if __name__ == "__main__":
    main()
