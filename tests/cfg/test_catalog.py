"""weights/catalog.json is complete, and its sizes are those of the networks it names."""

import hashlib
import json
import re
import unittest

from shipped import ROOT

from architectures.measure import measure, read
from architectures.network import parameters

HEADERS = (16, 20)  # bytes, before and since version 0.2 of the format
FIELDS = {"name", "description", "cfg", "names", "size", "sha256", "sources"}
SHA256 = re.compile(r"^[0-9a-f]{64}$")


class Catalog(unittest.TestCase):
    def setUp(self):
        self.catalog = json.loads((ROOT / "weights" / "catalog.json").read_text(encoding="utf-8"))

    def each(self):
        for model in self.catalog["models"]:
            with self.subTest(model["name"]):
                yield model

    def test_format_and_fields(self):
        self.assertEqual(self.catalog["format"], 1)
        names = [model["name"] for model in self.catalog["models"]]
        self.assertEqual(len(names), len(set(names)))
        for model in self.each():
            self.assertEqual(set(model), FIELDS)
            self.assertTrue((ROOT / model["names"]).is_file())
            if model["sha256"] is not None:
                self.assertRegex(model["sha256"], SHA256)

    def test_what_comes_with_nightjar_is_what_the_catalog_says(self):
        committed = {model["name"]: model for model in self.catalog["models"] if not model["sources"]}
        self.assertEqual(set(committed), {"cells"})
        weights = (ROOT / "weights/cells.weights").read_bytes()
        self.assertEqual(committed["cells"]["size"], len(weights))
        self.assertEqual(committed["cells"]["sha256"], hashlib.sha256(weights).hexdigest())

    def test_sources(self):
        for model in self.each():
            for source in model["sources"]:
                if isinstance(source, dict):
                    self.assertEqual(set(source), {"pypi", "archive_sha256", "member"})
                    self.assertRegex(source["pypi"], r"^[\w.-]+==[\w.]+$")
                    self.assertRegex(source["archive_sha256"], SHA256)
                else:
                    self.assertRegex(source, rf"^https://\S+/{re.escape(model['name'])}\.weights$")

    def test_size_is_header_and_parameters(self):
        for model in self.each():
            body = 4 * parameters(measure(read(ROOT / model["cfg"])))
            self.assertIn(model["size"] - body, HEADERS)

    def test_yolov3_tiny_has_the_anchors_its_weights_were_trained_with(self):
        model = next(model for model in self.catalog["models"] if model["name"] == "yolov3-tiny")
        masks = [options["mask"] for kind, options in read(ROOT / model["cfg"]) if kind == "yolo"]
        self.assertEqual(masks, ["3,4,5", "1,2,3"])

    def test_classes_are_named(self):
        for model in self.each():
            layers = measure(read(ROOT / model["cfg"]))
            head = layers[-1]
            classes = head.integer("classes") if head.kind in ("yolo", "region") else head.shape[0]
            self.assertEqual(len((ROOT / model["names"]).read_text(encoding="utf-8").splitlines()), classes)


if __name__ == "__main__":
    unittest.main()
