"""Where the words of an SVG are: inside the picture, and none on another's.

Words are as wide as in DejaVu Sans, the widest of the usual fonts.
"""

import xml.etree.ElementTree as xml
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


# Advance widths of ' ' to '~' in DejaVu Sans, thousandths of the font's size, and how much wider bold ones are at most.
WIDTHS = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
    636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
    603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
    500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
    635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
)
BOLD = 1.27


def width_of(words, size, bold):
    thousandths = sum(WIDTHS[ord(letter) - 32] if " " <= letter <= "~" else 1000 for letter in words)
    return size * thousandths / 1000 * (BOLD if bold else 1)


def labels(root):
    """(words, left, right, base line) of each text."""
    inherited = float(root.get("font-size", 16))
    for element in root.iter(SVG + "text"):
        x, y = float(element.get("x")), float(element.get("y"))
        size = float(element.get("font-size", inherited))
        width = width_of(element.text, size, element.get("font-weight") == "bold")
        left = x - width * {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor", "start")]
        yield element.text, left, left + width, y


def faults_of(file):
    """What is wrong with the words of an SVG file, a line each."""
    root = xml.fromstring(Path(file).read_text(encoding="utf-8"))
    _, _, width, height = map(float, root.get("viewBox").split())
    found = list(labels(root))
    faults = [
        f"{words!r} leaves the picture"
        for words, left, right, y in found
        if left < 0 or right > width or not 0 < y < height
    ]
    for i, (words, left, right, y) in enumerate(found):
        for others, its_left, its_right, its_y in found[:i]:
            if abs(y - its_y) < 6 and left < its_right and its_left < right:
                faults.append(f"{words!r} lies on {others!r}")
    return faults
