"""Folders of pictures, for gpu_check.py: what `detect` makes of one on a GPU, beside what decoding allows."""

import re
import resource
import tempfile
from pathlib import Path

import idle_network
from gpu_machine import SHARED, SIZE, Absent, threads, trained

IDLE_SIZE = 32  # a picture is hardly worth fitting to it


def weights_of(check, name, folder):
    """A weights file: trained, or made up."""
    found = trained(name)
    if found:
        return found
    made = folder / f"{name}.weights"
    check.python("docs/benchmark/darknet_parameters.py", f"cfg/{name}.cfg", made)
    return made


def files(check, name, folder):
    if check.quick:
        return idle_network.write(folder, IDLE_SIZE)
    options = ["--cfg", f"cfg/{name}.cfg", "--weights", weights_of(check, name, folder)]
    options += ["--width", SIZE, "--height", SIZE]
    # Made-up weights may see tens of thousands of boxes in a picture; nothing passes 1.
    return options if trained(name) else [*options, "--thresh", 1]


def write_list(check, folder):
    """A file with the photographs' paths again and again, and how many."""
    if check.args.pictures:
        photos = sorted(path for path in check.args.pictures.iterdir() if path.suffix in (".jpg", ".png"))
    else:
        photos = sorted((SHARED / "photos").glob("*.jpg"))
    if not photos:
        raise Absent("needs photographs: name their folder with --pictures")
    count = 4 if check.quick else 2048
    listed = [photos[i % len(photos)].resolve() for i in range(count)]
    (folder / "list.txt").write_text("".join(f"{path}\n" for path in listed))
    return folder / "list.txt", count


def decoding_seconds(check, folder, pictures):
    """CPU seconds of a picture, in one thread."""
    path, count = pictures
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    few = folder / "few.txt"
    some = min(count, 256)
    few.write_text("".join(path.read_text().splitlines(keepends=True)[:some]))
    check.nightjar("detect", *idle_network.write(folder, IDLE_SIZE), "--threads", 1, "--out", folder / "idle.json", f"@{few}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / some


def detect_folder(name, batch, rounds):
    """Pictures a second of whole runs, the best; loading the network is not counted."""

    def work(check):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            pictures = write_list(check, folder)
            allowed = threads() / decoding_seconds(check, folder, pictures)
            command = ["detect", *files(check, name, folder), "--out", folder / "boxes.json", f"@{pictures[0]}"]
            command += ["--device", "cuda", "--precision", "fp16", "--batch", batch]
            rates = []
            for _ in range(rounds):
                told = check.run(check.args.nightjar, *command, messages=True)
                rates.append(float(re.search(r"([\d.]+) pictures/s", told)[1]))
        check.add(
            "folder",
            network=check.quick.stem if check.quick else name,
            batch=batch,
            pictures=pictures[1],
            threads=threads(),
            best_per_s=max(rates),
            all_per_s=rates,
            decoding_allows_per_s=allowed,
        )

    return f"{name} batch {batch}", work
