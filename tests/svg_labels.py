"""Where the words of an SVG are: inside the picture, and none on another's.

How wide words are is guessed from the kinds of their letters, which comes near to DejaVu Sans.
"""

import xml.etree.ElementTree as xml
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


def width_of(words, size, bold):
    def share(letter):
        if letter in "iljI.,:;'|!()[]{}/ ":
            return 0.32
        if letter in "mwMW":
            return 0.95
        if letter.isdigit():
            return 0.64
        return 0.6 if letter.islower() or not letter.isalpha() else 0.7

    return size * sum(map(share, words)) * (1.12 if bold else 1)


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
