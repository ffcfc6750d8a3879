"""What gpu_check.py's figures are held to."""

from gpu_machine import NAME
from gpu_race import OURS, peers_of

MET, MISSED, NOT_MEASURED = "met", "missed", "not measured"
MS_OF_ONE = 0.45
AHEAD = 0.85  # of the best peer's time, for YOLOv3
RATES = {"H200": 7500, "": 7000}  # pictures/s in batches of 32, by the GPU's name
SHARE_OF_DECODING = 70  # percent
SECONDS_OF_TESTS = 60


def at_most(what, limit, value, unit):
    verdict = NOT_MEASURED if value is None else MET if value <= limit else MISSED
    return {"bar": what, "limit": limit, "measured": value, "unit": unit, "verdict": verdict}


def at_least(what, limit, value, unit):
    verdict = NOT_MEASURED if value is None else MET if value >= limit else MISSED
    return {"bar": what, "limit": limit, "measured": value, "unit": unit, "verdict": verdict}


def rows_of(report, network, batch):
    """Engine -> row."""
    return {
        row["engine"]: row
        for row in report["turns"]
        if (row["network"], row["batch"]) == (network, batch)
    }


def best(rows, kind):
    """Milliseconds of the fastest; None where there is none."""
    return min((row[kind]["best"] for row in rows.values()), default=None)


def ours_of(rows):
    return {engine: row for engine, row in rows.items() if engine in OURS}


def ratio(rows):
    """Our time over the best peer's, waited for or in series, whichever is worse."""
    ratios = []
    for kind in ("wall_ms", "series_ms"):
        ours, theirs = best(ours_of(rows), kind), best(peers_of(rows), kind)
        if ours is None or theirs is None:
            return None
        ratios.append(ours / theirs)
    return max(ratios)


def speed_bars(report):
    gpu = report["machine"]["gpu"]
    rate = next(rate for name, rate in RATES.items() if name in gpu)
    one = best(ours_of(rows_of(report, NAME, 1)), "wall_ms")
    many = best(ours_of(rows_of(report, NAME, 32)), "wall_ms")
    yield at_most(f"{NAME} 416, fp16, batch 1", MS_OF_ONE, one, "ms")
    yield at_least(f"{NAME} 416, fp16, batch 32", rate, many and 32000 / many, "pictures/s")
    for batch in (1, 8, 32, 64):
        found = ratio(rows_of(report, NAME, batch))
        yield at_most(f"{NAME} 416, fp16, batch {batch}, beside the best peer", AHEAD, found, "of its time")


def other_bars(report):
    measured = {(row["network"], row["batch"]) for row in report["turns"]}
    for network, batch in sorted(measured):
        if network != NAME:
            found = ratio(rows_of(report, network, batch))
            yield at_most(f"{network}, fp16, batch {batch}, beside the best peer", 1, found, "of its time")


def folder_bar(report):
    shares = [100 * row["best_per_s"] / row["decoding_allows_per_s"] for row in report["folder"]]
    what = "a folder of pictures, of what decoding alone allows"
    return at_least(what, SHARE_OF_DECODING, max(shares, default=None), "%")


def tests_bar(report):
    seconds = [row["seconds"] for row in report["tests"] if row["program"] == "cuda_test"]
    return at_most("cuda_test", SECONDS_OF_TESTS, seconds[0] if seconds else None, "s")


def bars(report):
    return [*speed_bars(report), *other_bars(report), folder_bar(report), tests_bar(report)]
