"""What the documents name exists: files, links, and the layers that README.md says are not supported."""

import re
import unittest

from documents import ROOT, documents
from run_commands import main

CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SOURCE_ENDINGS = (".cpp", ".h", ".py", ".sh", ".md", ".cfg")
MADE_LATER = (".weights", ".partial")
FOLDERS = {entry.name for entry in ROOT.iterdir() if entry.is_dir() and not entry.name.startswith(("build", "."))}


def named_files(text):
    """What stands between backticks and begins like a path in this repository."""
    for token in CODE.findall(FENCED.sub("", text)):
        if PATH.fullmatch(token) and token.split("/")[0] in FOLDERS and "/" in token:
            if not token.endswith(MADE_LATER):
                yield token


def named_sources(text):
    """File names without a folder."""
    for token in CODE.findall(FENCED.sub("", text)):
        if PATH.fullmatch(token) and "/" not in token and token.endswith(SOURCE_ENDINGS) and token[0] != ".":
            yield token


class Documents(unittest.TestCase):
    def each(self):
        for file, text in documents().items():
            with self.subTest(str(file.relative_to(ROOT))):
                yield file, text

    def test_files_exist(self):
        self.assertTrue(FOLDERS)
        for _, text in self.each():
            for name in named_files(text):
                self.assertTrue((ROOT / name).exists(), name)

    def test_sources_named_without_folder_exist(self):
        names = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*")} | {p.name for p in ROOT.iterdir()}
        for _, text in self.each():
            for name in named_sources(text):
                self.assertIn(name, names)

    def test_links_lead_somewhere(self):
        for file, text in self.each():
            for target in LINK.findall(FENCED.sub("", text)):
                if "://" not in target:
                    self.assertTrue((file.parent / target).exists(), target)

    def test_nothing_outside_the_repository_is_named(self):
        for _, text in self.each():
            self.assertNotIn("../shared", text)

    def test_table_rows_have_the_cells_of_their_header(self):
        for _, text in self.each():
            cells = None
            for line in FENCED.sub("", text).splitlines():
                if not line.startswith("|"):
                    cells = None
                    continue
                count = line.replace("\\|", "").count("|")
                cells = cells or count
                self.assertEqual(count, cells, line)

    def test_unsupported_layers_are_those_of_the_registry(self):
        registry = (ROOT / "engine/layers/registry.cpp").read_text(encoding="utf-8")
        listed = re.search(r"unsupported\[\] = \{(.*?)\};", registry, re.DOTALL).group(1)
        aliases = {"deconv": "deconvolutional", "lrn": "normalization"}
        ours = {aliases.get(name, name) for name in re.findall(r'"(\w+)"', listed)}
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        said = re.search(r"These layers: (.*?)\.", readme, re.DOTALL).group(1)
        self.assertEqual({item.split()[0] for item in said.split(",")}, ours)


if __name__ == "__main__":
    main()
