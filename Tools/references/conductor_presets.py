"""Writes Sources/PenumbraScenes/Plugins/Materials/ConductorPreset.swift: eta and k of Mitsuba 3's conductor presets.

Mitsuba converts the measured spectra to linear RGB when it loads a material; those are the numbers kept here.
Usage: python Tools/references/conductor_presets.py   (needs the PyPI package mitsuba)
"""
import os
import mitsuba as mi

mi.set_variant("scalar_rgb")
names = """a-C Ag Al AlAs AlAs_palik AlSb AlSb_palik Au Be Be_palik Cr CsI CsI_palik Cu Cu_palik Cu2O Cu2O_palik CuO
CuO_palik d-C d-C_palik Hg Hg_palik HgTe HgTe_palik Ir Ir_palik K K_palik Li Li_palik MgO MgO_palik Mo Mo_palik
Na_palik Nb Nb_palik Ni_palik Rh Rh_palik Se Se_palik SiC SiC_palik SnTe SnTe_palik Ta Ta_palik Te Te_palik ThF4
ThF4_palik TiC TiC_palik TiN TiN_palik TiO2 TiO2_palik VC VC_palik V_palik VN VN_palik W""".split()


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
