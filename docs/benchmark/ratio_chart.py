"""A chart of bars, each how many times as long something else takes, as an SVG document."""

from html import escape

FONT = 'font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#222222"'
MARKS = 12  # of the axis at most


def width_of(words, size):
    """Pixels that the words take, and a little more: DejaVu Sans, the widest of the usual fonts, averages less."""
    return 0.66 * size * len(words)


def step_of(longest):
    """Between the marks of the axis."""
    return next(step for step in (0.5, 1, 2, 5, 10, 20, 50, 100, 1000) if longest / step <= MARKS)


def chart(title, subtitle, rows):
    """rows: (name, ratio, what stands behind the bar)."""
    left, bars, top, row = 30 + max((width_of(name, 13) for name, _, _ in rows), default=0), 430, 84, 30
    height = top + row * len(rows) + 40
    longest = max(1.0, *(ratio for _, ratio, _ in rows)) if rows else 1.0

    def x(value):
        return left + bars * value / longest

    ends = [x(ratio) + 8 + width_of(label, 12) for _, ratio, label in rows]
    width = round(20 + max(20 + width_of(title, 17) * 1.15, 20 + width_of(subtitle, 12), *ends, x(longest)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f"{FONT}>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]

    def text(at, y, words, more=""):
        parts.append(f'<text x="{at:.1f}" y="{y}" {more}>{escape(words)}</text>')

    text(20, 30, title, 'font-size="17" font-weight="bold"')
    text(20, 52, subtitle, 'fill="#666666"')
    step = step_of(longest)
    for i in range(int(longest / step) + 1):
        mark = f"{x(i * step):.1f}"
        colour = "#d55e00" if i * step == 1 else "#e4e4e4"
        parts.append(f'<line x1="{mark}" y1="{top - 8}" x2="{mark}" y2="{height - 36}" stroke="{colour}"/>')
        text(x(i * step), height - 20, f"{i * step:g}x", 'text-anchor="middle" fill="#666666"')
    for i, (name, ratio, label) in enumerate(rows):
        y, length = top + row * i, x(ratio) - left
        text(left - 10, y + 15, name, 'text-anchor="end" font-size="13"')
        parts.append(
            f'<rect x="{left:.1f}" y="{y}" width="{length:.1f}" height="{row - 8}" fill="#0072b2"/>'
        )
        text(x(ratio) + 8, y + 15, label)
    return "\n".join([*parts, "</svg>", ""])
