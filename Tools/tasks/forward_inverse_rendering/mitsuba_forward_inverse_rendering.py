#!/usr/bin/env python3
"""The same derivative by Mitsuba 3, as its tutorial makes it; prints its range, its seconds and how far Penumbra's is from it.

The difference is that of four pictures of other random numbers, two of which tell how much of it is Mitsuba's own noise.
"""
import sys
import time

import drjit as dr
import mitsuba as mi
import numpy as np

KEY = "green.reflectance.value"


def main() -> None:
    mi.set_variant("llvm_ad_rgb")
    scene = mi.load_file(sys.argv[1], res=256, integrator="prb", optimize=False)
    parameters = mi.traverse(scene)
    parameters.keep(KEY)

    def derivative(seed):
        dr.enable_grad(parameters[KEY])
        parameters.update()
        image = mi.render(scene, parameters, spp=128, seed=seed)
        dr.forward(parameters[KEY])
        return np.array(dr.grad(image))

    started = time.perf_counter()
    first = derivative(0)
    print(f"Mitsuba: values up to ±{np.abs(first).max():.2f}, {time.perf_counter() - started:.1f} s with compilation")
    pictures = [first] + [derivative(seed) for seed in (1, 2, 3)]
    ours = np.array(mi.Bitmap(sys.argv[2]))
    mean = np.mean(pictures, axis=0)
    noise = np.mean((pictures[0] - pictures[1]) * (pictures[0] - pictures[2]))
    size = np.mean(pictures[0] * pictures[1])
    print(f"Difference to Mitsuba's mean of 4: {np.sqrt(np.mean((ours - mean) ** 2) / size):.1%} of the derivative's root mean "
          f"square; Mitsuba's own noise in that mean: {np.sqrt(noise / 4 / size):.1%}; "
          f"sums {ours.sum():.1f} and {mean.sum():.1f}")


if __name__ == "__main__":
    main()
