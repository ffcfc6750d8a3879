"""What the documents say of the repository holds: files and links exist, code shown is code there is."""

import re
import unittest

from documents import FENCE, ROOT, documents
from run_commands import main

CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SOURCE_ENDINGS = (".cpp", ".h", ".py", ".sh", ".md", ".cfg")
MADE_LATER = (".weights", ".partial")
FOLDERS = {entry.name for entry in ROOT.iterdir() if entry.is_dir() and not entry.name.startswith(("build", "."))}


def prose():
    """Every document without its fenced blocks: path -> text."""
    return {file: FENCED.sub("", text) for file, text in documents().items()}


def named_paths(text):
    return [token for token in CODE.findall(text) if PATH.fullmatch(token)]


def complain(file, what):
    return f"{file.relative_to(ROOT)}: {what}"


class Documents(unittest.TestCase):
    def test_files_exist(self):
        """What stands between backticks and begins with a folder of ours."""
        missing, found = [], 0
        for file, text in prose().items():
            for name in named_paths(text):
                if "/" in name and name.split("/")[0] in FOLDERS and not name.endswith(MADE_LATER):
                    found += 1
                    if not (ROOT / name).exists():
                        missing.append(complain(file, name))
        self.assertEqual(missing, [])
        self.assertGreater(found, 50)  # or this test looks in the wrong place

    def test_sources_named_without_folder_exist(self):
        names = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*")} | {p.name for p in ROOT.iterdir()}
        missing = [
            complain(file, name)
            for file, text in prose().items()
            for name in named_paths(text)
            if "/" not in name and name.endswith(SOURCE_ENDINGS) and not name.startswith(".") and name not in names
        ]
        self.assertEqual(missing, [])

    def test_links_lead_somewhere(self):
        missing = [
            complain(file, target)
            for file, text in prose().items()
            for target in LINK.findall(text)
            if "://" not in target and not (file.parent / target).exists()
        ]
        self.assertEqual(missing, [])

    def test_code_shown_is_in_a_source(self):
        """Paragraph by paragraph, but for line breaks; README.md's program is compiled instead."""
        sources = [
            " ".join(path.read_text(encoding="utf-8").split())
            for folder in ("engine", "kernels", "parsers", "apps")
            for path in (ROOT / folder).rglob("*")
            if path.suffix in (".cpp", ".h", ".cu")
        ]
        strange = [
            complain(file, paragraph)
            for file, text in documents().items()
            if file.parent != ROOT
            for language, body in FENCE.findall(text)
            if language == "cpp"
            for paragraph in body.split("\n\n")
            if not any(" ".join(paragraph.split()) in source for source in sources)
        ]
        self.assertEqual(strange, [])

    def test_nothing_outside_the_repository_is_named(self):
        self.assertEqual([str(file) for file, text in documents().items() if "../shared" in text], [])

    def test_table_rows_have_the_cells_of_their_header(self):
        uneven = []
        for file, text in prose().items():
            cells = None
            for line in text.splitlines():
                count = line.replace("\\|", "").count("|") if line.startswith("|") else None
                if count and cells and count != cells:
                    uneven.append(complain(file, line))
                cells = (cells or count) if count else None
        self.assertEqual(uneven, [])


if __name__ == "__main__":
    main()
