"""Runs of a command: seconds, processor seconds and peak memory, and medians of them with their spreads."""

import json
import os
import statistics
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Run:
    """One run of a process."""

    # Of the whole process, its start included.
    seconds: float
    # Of all threads.
    processor_seconds: float
    # Largest resident size.
    peak_bytes: int
    # The object that it printed, if it printed one.
    printed: dict


def run(command: list, folder: str | None = None) -> Run:
    command = [str(word) for word in command]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)
    output = process.stdout.read()
    process.stdout.close()
    # Unlike what a parent knows of all its children together, this is about the one process.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"benchmark: {' '.join(command)} ended with {process.returncode}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, 1024 * usage.ru_maxrss, json.loads(output) if output else {})


@dataclass
class Spread:
    """Median, smallest and largest of a few measurements."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values) -> "Spread":
        values = list(values)
        return cls(statistics.median(values), min(values), max(values))

    def scaled(self, factor: float) -> "Spread":
        return Spread(self.median * factor, self.low * factor, self.high * factor)

    def __str__(self) -> str:
        return f"{digits(self.median)} ({digits(self.low)} … {digits(self.high)})"


def digits(value: float, count: int = 3) -> str:
    """A number with so many significant digits, without an exponent."""
    if value == 0:
        return "0"
    text = f"{float(f'{value:.{count}g}'):.10f}".rstrip("0").rstrip(".")
    return text or "0"
