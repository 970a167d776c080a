"""Plots as inline SVG text: no library, no script, nothing fetched. Colours come from the page's style."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

WIDTH = 720
SERIES = 8
"""How many colours the page's style has; more series repeat them, dashed."""
LEGEND_STEP = 20


def intervals(title: str, rows: Sequence[tuple[str, float, tuple[float, float]]]) -> str:
    """A dot with its interval for each (name, value, (low, high)), one below the other, from zero."""
    left, right, step, head = 150, 70, 26, 30
    height = head + step * len(rows) + 30
    high = max((ends[1] for _, _, ends in rows), default=0.0)
    ticks = _ticks(0.0, high)
    scale = (WIDTH - left - right) / (ticks[-1] or 1)
    parts = [_text(0, 14, title, "title")]
    for tick in ticks:
        x = left + tick * scale
        parts.append(_line(x, head - 6, x, height - 24, "grid"))
        parts.append(_text(x, height - 8, f"{tick:g}", "axis middle"))
    for place, (name, value, (low, upper)) in enumerate(rows):
        y = head + step * (place + 0.5)
        parts.append(_text(left - 10, y + 4, name, "end"))
        parts.append(_line(left + low * scale, y, left + upper * scale, y, "range"))
        parts.append(_dot(left + value * scale, y, ""))
        parts.append(_text(left + upper * scale + 10, y + 4, f"{value:.4f}", "axis"))
    return _svg(title, height, parts)


def curves(title: str, xs: Sequence[int], series: Sequence[tuple[str, Sequence[float]]]) -> str:
    """A line for each (name, values at ``xs``), over a logarithmic x axis, with a legend to the right."""
    left, right, head, foot, height = 50, 170, 30, 36, 340
    top = max((max(values) for _, values in series), default=0.0)
    ticks = _ticks(0.0, top)
    low, span = log10(xs[0]), (log10(xs[-1]) - log10(xs[0])) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        across = left + (log10(x) - low) / span * (WIDTH - left - right)
        return across, height - foot - y / (ticks[-1] or 1) * (height - foot - head)

    parts = [_text(0, 14, title, "title")]
    for tick in ticks:
        _, y = place(xs[0], tick)
        parts.append(_line(left, y, WIDTH - right, y, "grid"))
        parts.append(_text(left - 8, y + 4, f"{tick:g}", "axis end"))
    parts += [_text(place(x, 0)[0], height - 16, str(x), "axis middle") for x in xs]
    for number, (_, values) in enumerate(series):
        points = " ".join(
            f"{x:.1f},{y:.1f}" for x, y in (place(*pair) for pair in zip(xs, values, strict=True))
        )
        parts.append(f'<polyline points="{points}" class="line {_colour(number)}"/>')
    for number, (name, _) in enumerate(series):
        y = head + 10 + LEGEND_STEP * number
        parts.append(_line(WIDTH - right + 14, y - 4, WIDTH - right + 38, y - 4, f"line {_colour(number)}"))
        parts.append(_text(WIDTH - right + 46, y, name, ""))
    return _svg(title, max(height, head + 20 + LEGEND_STEP * len(series)), parts)


def scatter(title: str, x_title: str, points: Sequence[tuple[str, float, float]]) -> str:
    """A dot for each (name, x, y) over a logarithmic x axis (from .001), with a legend to the right."""
    left, right, head, foot, height = 50, 170, 30, 48, 340
    exponents = [log10(max(x, 1e-3)) for _, x, _ in points]
    low, high = floor(min(exponents)), ceil(max(exponents))
    high = max(high, low + 1)
    ticks = _ticks(0.0, max(y for _, _, y in points))

    def across(exponent: float) -> float:
        return left + (exponent - low) / (high - low) * (WIDTH - left - right)

    def down(value: float) -> float:
        return height - foot - value / (ticks[-1] or 1) * (height - foot - head)

    parts = [_text(0, 14, title, "title")]
    for tick in ticks:
        parts.append(_line(left, down(tick), WIDTH - right, down(tick), "grid"))
        parts.append(_text(left - 8, down(tick) + 4, f"{tick:g}", "axis end"))
    for exponent in range(low, high + 1):
        x = across(exponent)
        parts.append(_line(x, head, x, height - foot, "grid"))
        parts.append(_text(x, height - foot + 18, f"{10.0**exponent:g}", "axis middle"))
    parts.append(_text((left + WIDTH - right) / 2, height - 8, x_title, "axis middle"))
    for number, ((name, _, value), exponent) in enumerate(zip(points, exponents, strict=True)):
        y = head + 10 + LEGEND_STEP * number
        parts.append(_dot(across(exponent), down(value), _colour(number)))
        parts.append(_dot(WIDTH - right + 26, y - 4, _colour(number)))
        parts.append(_text(WIDTH - right + 46, y, name, ""))
    return _svg(title, max(height, head + 20 + LEGEND_STEP * len(points)), parts)


def band(title: str, xs: Sequence[int], values: Sequence[float], halves: Sequence[float]) -> str:
    """A line of ``values`` over ``xs`` (ascending), within a band of ``halves`` to either side, around a line at
    zero. What lies beyond three times the last half and value is cut off.
    """
    left, right, head, foot, height = 70, 20, 30, 36, 300
    if not xs:
        return _svg(title, head, [_text(0, 14, title, "title")])
    reach = 3 * (abs(values[-1]) + halves[-1]) or 1.0
    above = _ticks(0.0, reach)
    ticks = [*(-tick for tick in above[:0:-1]), *above]
    span = (xs[-1] - xs[0]) or 1

    def place(x: float, y: float) -> tuple[float, float]:
        held = min(max(y, ticks[0]), ticks[-1])
        down = (ticks[-1] - held) / (ticks[-1] - ticks[0])
        return left + (x - xs[0]) / span * (WIDTH - left - right), head + down * (height - head - foot)

    def points(ys: Sequence[float], order: Sequence[int]) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*pair) for pair in zip(order, ys, strict=True)))

    upper = [value + half for value, half in zip(values, halves, strict=True)]
    lower = [value - half for value, half in zip(values, halves, strict=True)]
    parts = [_text(0, 14, title, "title")]
    for tick in ticks:
        _, y = place(xs[0], tick)
        parts.append(_line(left, y, WIDTH - right, y, "grid"))
        parts.append(_text(left - 8, y + 4, f"{tick:g}", "axis end"))
    parts.append(f'<polygon points="{points(upper, xs)} {points(lower[::-1], xs[::-1])}" class="band"/>')
    parts.append(f'<polyline points="{points(values, xs)}" class="line now"/>')
    _, zero = place(xs[0], 0.0)
    parts.append(_line(left, zero, WIDTH - right, zero, "zero"))
    parts.append(_text(left, height - 12, f"{xs[0]:,}", "axis"))
    parts.append(_text(WIDTH - right, height - 12, f"{xs[-1]:,}", "axis end"))
    return _svg(title, height, parts)


def _ticks(low: float, high: float) -> list[float]:
    """About five round numbers from ``low`` to at least ``high``."""
    if high <= low:
        return [low, low + 1]
    raw = (high - low) / 5
    unit = 10.0 ** floor(log10(raw))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= raw * 0.999)
    count = ceil((high - low) / step - 1e-9)
    return [round(low + step * number, 12) for number in range(count + 1)]


def _colour(number: int) -> str:
    dashed = " dashed" if number // SERIES % 2 else ""
    return f"s{number % SERIES}{dashed}"


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _dot(x: float, y: float, kind: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="dot {kind}"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )
