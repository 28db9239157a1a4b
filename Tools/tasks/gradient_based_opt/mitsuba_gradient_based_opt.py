#!/usr/bin/env python3
"""The same problem in Mitsuba 3, as its tutorial solves it. Prints the squared error and the seconds."""

import sys
import time

import drjit as dr
import mitsuba as mi

KEY = "red.reflectance.value"
START = [0.01, 0.2, 0.9]


def main() -> None:
    mi.set_variant("llvm_ad_rgb")
    scene = mi.load_file(sys.argv[1], res=128, integrator="prb", optimize=False)
    target = mi.render(scene, spp=512)
    parameters = mi.traverse(scene)
    truth = mi.Color3f(parameters[KEY])
    dr.eval(target)
    dr.sync_thread()

    started = time.perf_counter()
    optimizer = mi.ad.Adam(lr=0.05)
    optimizer[KEY] = mi.Color3f(START)
    parameters.update(optimizer)
    for step in range(50):
        image = mi.render(scene, parameters, spp=4, seed=step)
        dr.backward(dr.mean(dr.square(image - target)))
        optimizer.step()
        optimizer[KEY] = dr.clip(optimizer[KEY], 0, 1)
        parameters.update(optimizer)
    error = dr.sum(dr.square(parameters[KEY] - truth))
    dr.eval(error)
    dr.sync_thread()
    print(f"Mitsuba: squared error {error[0]:.3g}, {time.perf_counter() - started:.1f} s with compilation")


if __name__ == "__main__":
    main()
