"""Lines through measured points as SVG, both axes logarithmic, with the spread of every point."""

import math
from html import escape

from timing import Spread, digits

WIDTH, HEIGHT = 480, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 40, 48
# Distinguishable without red against green.
COLOURS = ["#0b62a4", "#d1660f", "#5b5b5b", "#7a3b9c"]


def ticks(low: float, high: float) -> list:
    """Powers of ten within the axis, with 2 and 5 where there are few."""
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    for steps in ((1,), (1, 2, 5)):
        found = [s * 10.0**p for p in powers for s in steps if low <= s * 10.0**p * 1.0000001 and s * 10.0**p <= high * 1.0000001]
        if len(found) >= 3:
            return found
    return found or [low, high]


def short(value: float) -> str:
    for limit, suffix in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= limit:
            return digits(value / limit) + suffix
    return digits(value)


def plot(title: str, x_label: str, y_label: str, series: dict) -> str:
    """- series: by name, points (x, Spread)."""
    points = [point for line in series.values() for point in line]
    x_low, x_high = min(x for x, _ in points), max(x for x, _ in points)
    y_low, y_high = min(y.low for _, y in points) / 1.3, max(y.high for _, y in points) * 1.3
    x_high = x_high if x_high > x_low else 2 * x_low

    def across(x: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(x / x_low) / math.log(x_high / x_low)

    def up(y: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * math.log(y / y_low) / math.log(y_high / y_low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="11" fill="#222">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="18" font-size="13" font-weight="bold">{escape(title)}</text>',
    ]
    for x in ticks(x_low, x_high):
        parts.append(f'<path d="M{across(x):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{across(x):.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{short(x)}</text>')
    for y in ticks(y_low, y_high):
        parts.append(f'<path d="M{LEFT} {up(y):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{up(y) + 4:.1f}" text-anchor="end">{short(y)}</text>')
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(x_label)}</text>'
        f'<text transform="translate(14 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>')
    for index, (name, line) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        path = "L".join(f"{across(x):.1f} {up(y.median):.1f}" for x, y in line)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
        for x, y in line:
            parts.append(f'<path d="M{across(x):.1f} {up(y.low):.1f}V{up(y.high):.1f}" stroke="{colour}"/>')
            parts.append(f'<circle cx="{across(x):.1f}" cy="{up(y.median):.1f}" r="2.8" fill="{colour}"/>')
        place = LEFT + 8 + 130 * index
        parts.append(f'<path d="M{place} 30h16" stroke="{colour}" stroke-width="2.5"/>')
        parts.append(f'<text x="{place + 21}" y="34">{escape(name)}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"
