"""A Darknet cfg as OpenCV's importer reads it: sections of words, for names and the head's thresholds.

The engine reads the same text by itself, and says what is wrong with it.
"""

from __future__ import annotations

from typing import NamedTuple


class Section(NamedTuple):
    kind: str  # "convolutional"
    values: dict[str, str]

    def integer(self, key: str, default: int) -> int:
        return int(self.values.get(key, default))

    def real(self, key: str, default: float) -> float:
        return float(self.values.get(key, default))

    def integers(self, key: str) -> list[int]:
        return [int(word) for word in self.values.get(key, "").split(",") if word]


def layers_of(text: str) -> list[Section]:
    """The sections behind [net], which are numbered from 0."""
    sections: list[Section] = []
    for line in ("".join(line.split()) for line in text.splitlines()):
        if not line or line[0] in "#;":
            continue
        if line[0] == "[":
            sections.append(Section(line[1:].partition("]")[0], {}))
        elif sections:
            key, _, value = line.partition("=")
            sections[-1].values.setdefault(key, value)
    return sections[1:]
