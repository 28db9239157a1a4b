#!/usr/bin/env python3
"""Prints the range of a derivative picture, green.pfm of a folder, and the seconds that green.json says it took."""
import array
import json
import os
import sys

folder = sys.argv[1]
with open(os.path.join(folder, "green.pfm"), "rb") as file:
    file.readline(), file.readline()
    is_little = float(file.readline()) < 0
    values = array.array("f", file.read())
if is_little != (sys.byteorder == "little"):
    values.byteswap()
with open(os.path.join(folder, "green.json")) as file:
    seconds = json.load(file)["seconds"]
print(f"Penumbra: values up to ±{max(map(abs, values)):.2f}, {seconds:.1f} s; see {os.path.join(folder, 'green.png')}")
