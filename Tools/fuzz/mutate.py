#!/usr/bin/env python3
"""Mutates seed files and has `penumbra inspect` or `convert` read them; keeps what crashes, hangs or takes too much memory.

    python3 mutate.py PENUMBRA SECONDS OUT SEED_FILE…

Each seed's extension chooses the reader: scenes and meshes are inspected (.mtl through a mesh that names it), pictures
are converted. A run that ends by a
signal, after 20 seconds of processor time or 10 minutes, or with more than 2 GiB of address space beyond what the program itself maps is a finding.
"""
import os
import random
import resource
import subprocess
import sys
import time

PICTURES = {".exr", ".png", ".hdr", ".pfm", ".jpg", ".bmp", ".tga", ".ppm"}
NUMBERS = [b"0", b"-1", b"4294967295", b"9223372036854775807", b"1e308", b"nan", b"1e-320", b"2147483648", b""]


def mutate(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        if not data:
            break
        i = rng.randrange(len(data))
        kind = rng.randrange(7)
        if kind == 0:
            data[i] = rng.randrange(256)
        elif kind == 1:
            data[i] ^= 1 << rng.randrange(8)
        elif kind == 2:
            del data[i : i + rng.choice([1, 4, 64, len(data)])]
        elif kind == 3:
            j = rng.randrange(len(data))
            data[i:i] = data[j : j + rng.choice([1, 8, 64, 512])]
        elif kind == 4:
            data[i : i + 4] = rng.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\0\0\0\x80"])
        elif kind == 5:
            digits = [k for k in range(max(0, i - 200), min(len(data), i + 200)) if 0x30 <= data[k] <= 0x39]
            if digits:
                k = rng.choice(digits)
                data[k : k + 1] = rng.choice(NUMBERS)
        else:
            data[i : i + 8] = rng.randbytes(8)
    return bytes(data)


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Of processor time, so that a busy machine is no finding; SIGXCPU ends it.
    resource.setrlimit(resource.RLIMIT_CPU, (20, 25))


def main():
    penumbra, seconds, out, seeds = sys.argv[1], float(sys.argv[2]), sys.argv[3], sys.argv[4:]
    os.makedirs(out, exist_ok=True)
    rng = random.Random(int.from_bytes(os.urandom(4), "little"))
    end, runs, findings = time.time() + seconds, 0, 0
    contents = {seed: open(seed, "rb").read() for seed in seeds}
    while time.time() < end:
        seed = rng.choice(seeds)
        suffix = os.path.splitext(seed)[1]
        path = os.path.join(out, f"trial-{os.getpid()}{suffix}")
        data = mutate(contents[seed], rng)
        with open(path, "wb") as file:
            file.write(data)
        if suffix == ".mtl":
            mesh = os.path.splitext(path)[0] + ".obj"
            with open(mesh, "w") as file:
                file.write(f"mtllib {os.path.basename(path)}\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl a\nf 1 2 3\n")
            command = [penumbra, "inspect", mesh]
        elif suffix in PICTURES:
            command = [penumbra, "convert", path, os.path.join(out, f"trial-{os.getpid()}.pfm")]
        else:
            command = [penumbra, "inspect", path]
        start = time.time()
        try:
            result = subprocess.run(command, capture_output=True, timeout=600, preexec_fn=limits)
            status = result.returncode
            tail = result.stderr[-300:]
        except subprocess.TimeoutExpired:
            status, tail = "hang", b""
        runs += 1
        if status not in (0, 64, 65, 66):
            findings += 1
            kept = os.path.join(out, f"finding-{os.getpid()}-{findings}{suffix}")
            os.rename(path, kept)
            print(f"{kept}: {status} after {time.time() - start:.1f} s: {tail.decode(errors='replace').strip()}", flush=True)
    print(f"{runs} runs, {findings} findings")


main()
