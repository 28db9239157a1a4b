"""Writes Sources/PenumbraScenes/Plugins/Materials/ConductorPreset.swift: eta and k of Mitsuba 3's conductor presets.

Mitsuba converts the measured spectra to linear RGB when it loads a material; those are the numbers kept here.
Usage: python Tools/references/conductor_presets.py   (needs the PyPI package mitsuba)
"""
import os
import mitsuba as mi

mi.set_variant("scalar_rgb")
folder = os.path.join(os.path.dirname(mi.__file__), "data", "ior")
names = sorted((file.removesuffix(".eta.spd") for file in os.listdir(folder) if file.endswith(".eta.spd")), key=str.lower)


def vector(value):
    return "[" + ", ".join(f"{float(v):.6g}" for v in value) + "]"


lines = []
for name in names:
    parameters = mi.traverse(mi.load_dict({"type": "conductor", "material": name}))
    lines.append(f'    ("{name}", {vector(parameters["eta.value"])}, {vector(parameters["k.value"])}),')

text = """// Written by Tools/references/conductor_presets.py; do not edit.

/// Complex indices of refraction of metals and their kin in linear RGB, by Mitsuba's names.
enum ConductorPreset {
  typealias Entry = (name: String, eta: SIMD3<Double>, k: SIMD3<Double>)

  static func find(_ name: String) -> Entry? { all.first { $0.name == name } }

  static let all: [Entry] = [
    ("none", [0, 0, 0], [1, 1, 1]),
%s
  ]
}
""" % "\n".join(lines)

path = os.path.join(os.path.dirname(__file__), "../../Sources/PenumbraScenes/Plugins/Materials/ConductorPreset.swift")
with open(path, "w") as file:
    file.write(text)
