#!/usr/bin/env python3
"""Angles between recovered light directions and those measured from a chrome sphere.

    evaluate.py SET_FOLDER RESULT_FOLDER
"""
import json
import math
import os
import sys


def rotated(v, w):
    """v turned by the axis-angle vector w (Rodrigues)."""
    angle = math.sqrt(sum(c * c for c in w))
    if angle == 0:
        return v
    k = [c / angle for c in w]
    cross = [k[1] * v[2] - k[2] * v[1], k[2] * v[0] - k[0] * v[2], k[0] * v[1] - k[1] * v[0]]
    along = sum(a * b for a, b in zip(k, v))
    c, s = math.cos(angle), math.sin(angle)
    return [v[i] * c + cross[i] * s + k[i] * along * (1 - c) for i in range(3)]


def angle(a, b):
    cosine = sum(x * y for x, y in zip(a, b)) / math.sqrt(sum(x * x for x in a) * sum(x * x for x in b))
    return math.degrees(math.acos(max(-1, min(1, cosine))))


def main():
    folder, result = sys.argv[1:3]
    with open(os.path.join(folder, "photometric.json")) as file:
        images = json.load(file)["images"]
    with open(os.path.join(result, "result.json")) as file:
        parameters = json.load(file)["parameters"]
    to_chrome, to_file = [], []
    for i, image in enumerate(images):
        light = rotated([0, 0, 1], parameters[f"light_{i:02}.rotate"]["value"])
        to_chrome.append(angle(light, image["light_direction_from_chrome_sphere"]))
        to_file.append(angle(light, image["light_direction"]))
        strength = parameters.get(f"light_{i:02}.irradiance.value", {"value": [4, 4, 4]})["value"]
        print(f"light {i:2}: {to_chrome[-1]:5.2f}° from the chrome sphere's, intensity {strength}")
    print(f"mean angle to the chrome sphere's directions {sum(to_chrome) / len(to_chrome):.3f}°, "
          f"to the set's own light file {sum(to_file) / len(to_file):.3f}°")


main()
