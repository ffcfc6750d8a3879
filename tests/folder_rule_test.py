"""The arrows between folders: apps -> engine -> kernels, engine -> parsers, apps -> parsers; never back.

Kernels and parsers know nothing of the rest, kernels/reference reads only what operations are, nobody reads apps, and
no folders inside these read each other in a circle. Heads know values and boxes, and boxes know nobody: neither knows
the graph.
"""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
SOURCES = {".h", ".hpp", ".cpp", ".cu", ".cuh", ".inc", ".inl"}
MAY_READ = {
    "apps": {"apps", "engine", "parsers"},
    "engine": {"engine", "kernels", "parsers"},
    "kernels": {"kernels"},
    "parsers": {"parsers"},
}


def room(path):
    """Of a file: its folder within a top folder, or the file itself, without its ending, where it has none."""
    return "/".join(path.parts[:2]) if len(path.parts) > 2 else str(path.with_suffix(""))


def circle(arrows):
    """Rooms that lead back to the first; empty where there are none. arrows: room -> rooms that it reads."""
    done, way = set(), []

    def follow(one):
        if one in way:
            return way[way.index(one) :] + [one]
        if one in done:
            return []
        way.append(one)
        found = next(filter(None, (follow(other) for other in sorted(arrows.get(one, ())))), [])
        way.pop()
        done.add(one)
        return found

    return next(filter(None, map(follow, sorted(arrows))), [])


def includes(folder):
    """Yields (file, included path), both relative to the root."""
    for file in sorted((ROOT / folder).rglob("*")):
        if file.suffix in SOURCES:
            for included in INCLUDE.findall(file.read_text(encoding="utf-8")):
                yield file.relative_to(ROOT), Path(included)


class FolderRule(unittest.TestCase):
    def test_folders_read_only_what_lies_below_them(self):
        for folder, allowed in MAY_READ.items():
            found = list(includes(folder))
            self.assertTrue(
                found, f"no #include found in {folder}/: is this test looking in the right place?"
            )
            for file, included in found:
                with self.subTest(file=str(file), included=str(included)):
                    self.assertIn(included.parts[0], allowed)

    def test_reference_kernels_stand_alone(self):
        for file, included in includes("kernels/reference"):
            with self.subTest(file=str(file), included=str(included)):
                self.assertIn(
                    room(included).split("/")[1],
                    ("tensor", "activation", "ops", "reference"),
                )

    def test_no_folders_read_each_other_in_a_circle(self):
        for folder in MAY_READ:
            arrows = {}
            for file, included in includes(folder):
                if included.parts[0] == folder and room(file) != room(included):
                    arrows.setdefault(room(file), set()).add(room(included))
            with self.subTest(folder=folder):
                self.assertEqual(circle(arrows), [])

    def test_a_circle_would_be_found(self):
        self.assertEqual(circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}), ["b", "c", "b"])
        self.assertEqual(circle({"a": {"b", "c"}, "b": {"c"}}), [])

    def test_darknets_interfaces_stand_on_the_c_interface_alone(self):
        found = list(includes("apps/libdarknet"))
        self.assertIn(Path("apps/c/nightjar_c.h"), [included for _, included in found])
        for file, included in found:
            with self.subTest(file=str(file), included=str(included)):
                self.assertTrue(included == Path("apps/c/nightjar_c.h") or included.parent == Path("apps/libdarknet"))

    def test_heads_and_boxes_know_no_graph(self):
        boxes = {Path("engine/detect/boxes.h"), Path("engine/detect/nms.h")}
        below = {"engine/detect": set(), "engine/heads": boxes | {Path("kernels/tensor.h")}}
        for folder, others in below.items():
            for file, included in includes(folder):
                if included in others or included.parts[0] == "parsers":
                    continue
                with self.subTest(file=str(file), included=str(included)):
                    self.assertEqual(included.parent, Path(folder))

    def test_includes_are_relative_to_the_root(self):
        for folder in MAY_READ:
            for file, included in includes(folder):
                with self.subTest(file=str(file), included=str(included)):
                    self.assertTrue((ROOT / included).is_file())


if __name__ == "__main__":
    unittest.main()
