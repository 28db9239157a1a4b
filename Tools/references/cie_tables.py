"""Writes Sources/PenumbraScenes/Plugins/Textures/CIE1931.swift: the CIE 1931 2-degree observer and D65 every 5 nm.

The numbers are asked of Mitsuba 3, so that spectra become the same colours in both renderers.
Usage: python Tools/references/cie_tables.py   (needs the PyPI package mitsuba)
"""
import os
import mitsuba as mi

mi.set_variant("scalar_rgb")
wavelengths = range(360, 831, 5)


def number(value):
    return f"{float(value):.7g}".replace("e-0", "e-")


lines = []
for w in wavelengths:
    x, y, z = mi.cie1931_xyz(float(w))
    lines.append(f"    [{number(x)}, {number(y)}, {number(z)}, {number(mi.cie_d65(float(w)))}],")

text = """// Written by Tools/references/cie_tables.py; do not edit.

/// The CIE 1931 2° standard observer and the illuminant D65.
enum CIE1931 {
  /// Range of the tables, in nm.
  static let wavelengths = 360.0...830.0
  /// 1 / ∫ ȳ dλ.
  static let normalization = 1 / 106.7502593994140625

  /// Colour matching functions at a wavelength of the range.
  static func xyz(_ wavelength: Double) -> SIMD3<Double> {
    let row = interpolate(wavelength)
    return [row.x, row.y, row.z]
  }

  /// Relative power of D65, scaled so that a white reflectance has Y = 1.
  static func d65(_ wavelength: Double) -> Double { interpolate(wavelength).w }

  private static func interpolate(_ wavelength: Double) -> SIMD4<Double> {
    let position = (wavelength - wavelengths.lowerBound) / 5
    let index = min(max(Int(position), 0), table.count - 2)
    let t = position - Double(index)
    return (1 - t) * table[index] + t * table[index + 1]
  }

  /// x̄, ȳ, z̄ and D65 every 5 nm.
  private static let table: [SIMD4<Double>] = [
%s
  ]
}
""" % "\n".join(lines)

path = os.path.join(os.path.dirname(__file__), "../../Sources/PenumbraScenes/Plugins/Textures/CIE1931.swift")
with open(path, "w") as file:
    file.write(text)
