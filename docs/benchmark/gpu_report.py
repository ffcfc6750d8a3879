"""What gpu_check.py found, as Markdown, and the bars that it is held to."""

import re

LAYERS_SHOWN = 20
ENGINES = {"ours": "nightjar", "cudnn": "cuDNN", "cublas": "cuBLAS", "pytorch": "PyTorch"}
MET, MISSED, NOT_MEASURED = "met", "missed", "not measured"


def figure(value, decimals):
    return "-" if value is None else f"{value:.{decimals}f}"


def table(titles, rows):
    """Markdown; columns of figures stand to the right."""
    rows = [[str(cell).replace("|", "/") for cell in row] for row in rows]
    if not rows:
        return "Nothing was measured."
    rule = [
        "---:" if all(re.fullmatch(r"[\d.e+-]*", cell) for cell in column) else "---"
        for column in zip(*rows)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [titles, rule, *rows])


def section(title, words, *blocks):
    return "\n\n".join([f"## {title}", *([words] if words else []), *blocks])


# The bars.


def bar(what, limit, value, is_met, unit):
    verdict = NOT_MEASURED if value is None else MET if is_met(value) else MISSED
    return {"bar": what, "limit": limit, "measured": value, "unit": unit, "verdict": verdict}


def speed_of(report, batch, key):
    wanted = ("yolov3", 416, batch, "fp16", "ours")
    for row in report["speed"]:
        if tuple(row[part] for part in ("network", "size", "batch", "precision", "engine")) == wanted:
            return row[key]
    return None


def beside_cudnn(report, batch):
    """Our sum over the convolutions, and cuDNN's, in ms."""
    for layers in report["layers"]:
        if layers["network"] == "yolov3" and layers["batch"] == batch:
            sums = layers["convolutions"]
            return (sums["ours_ms"], sums["cudnn_ms"]) if sums["cudnn_ms"] else (None, None)
    return None, None


def bars(report):
    """The first two are an H200's."""
    fast = bar("yolov3-416, fp16, batch 1", 0.8, speed_of(report, 1, "best_ms"), lambda ms: ms <= 0.8, "ms")
    many = speed_of(report, 32, "pictures_per_s")
    found = [fast, bar("yolov3-416, fp16, batch 32", 5000, many, lambda rate: rate >= 5000, "pictures/s")]
    for batch in (1, 32):
        ours, cudnn = beside_cudnn(report, batch)
        what = f"sum over yolov3-416's convolutions, fp16, batch {batch}: no slower than cuDNN"
        found.append(bar(what, cudnn, ours, lambda ms, most=cudnn: ms <= most, "ms"))
    return found


def bars_section(report):
    gpu = report["machine"]["gpu"]
    words = "" if "H200" in gpu else f"The first two are meant for an H200; this is: {gpu}."
    rows = [
        (row["bar"], figure(row["limit"], 3), figure(row["measured"], 3), row["unit"], row["verdict"])
        for row in report["bars"]
    ]
    return section("Bars", words, table(["bar", "limit", "measured", "unit", "verdict"], rows))


# What was measured.


def heads_section(report):
    rows = [
        (f"{row['network']} {row['size']}", row["weights"], row["precision"])
        + (f"{row['error']:.1e}", f"{row['limit']:.0e}")
        for row in report["heads"]
    ]
    words = "Relative RMS error of the heads and the last layer against the CPU's direct convolutions."
    return section("Heads", words, table(["network", "weights", "precision", "error", "limit"], rows))


def boxes_section(report):
    rows = [
        (row["precision"], row["beside"], row["compared"], f"{row['least_iou']:.3f}", row["limit"])
        for row in report["boxes"]
    ]
    words = "Boxes of yolov3-tiny with the published weights, those that are sure; both ways."
    return section("Boxes", words, table(["precision", "beside", "compared", "least IoU", "limit"], rows))


def speed_rows(report):
    """A row a network, size, batch and precision; an engine a pair of columns."""
    found = {}
    for row in report["speed"]:
        key = tuple(row[part] for part in ("network", "size", "batch", "precision"))
        found.setdefault(key, {})[row["engine"]] = row
    for (network, size, batch, precision), engines in found.items():
        cells = []
        for engine in ENGINES:
            row = engines.get(engine, {})
            cells += [figure(row.get("best_ms"), 3), figure(row.get("pictures_per_s"), 0)]
        yield (f"{network} {size}", batch, precision, *cells)


def speed_section(report):
    titles = ["network", "batch", "precision"]
    for engine in ENGINES.values():
        titles += [f"{engine} ms", f"{engine} pictures/s"]
    words = (
        "Best milliseconds of a batch, from its start to its end as the host sees them, and pictures/s at "
        "that time; a dash where it was not measured. cuDNN and cuBLAS are nightjar with their convolutions "
        "(`--conv`)."
    )
    return section("Whole networks", words, table(titles, speed_rows(report)))


def layer_rows(layers):
    by_time = sorted(layers["layers"], key=lambda step: -step["ours_ms"])
    keys = ("ours_ms", "cublas_ms", "cudnn_ms", "limit_ms")
    for step in by_time[:LAYERS_SHOWN]:
        shape = "x".join(map(str, step["output"]))
        cells = [figure(step[key], 4) for key in keys]
        yield (step["layers"], step["operation"], shape, step["kernel"], *cells)
    for what, key in (("all convolutions", "convolutions"), ("all steps", "all_steps")):
        yield ("sum", what, "", "", *(figure(layers[key][each], 4) for each in keys))


def library_words(layers):
    words = []
    for name, library in layers["libraries"].items():
        if "why_not" in library:
            words.append(f"{ENGINES[name]} was not timed: {library['why_not']}.")
        elif library["convolutions_by_ours"]:
            count = library["convolutions_by_ours"]
            words.append(f"{ENGINES[name]} has no kernel for {count} convolutions; its sums take ours there.")
    return " ".join(words)


def layers_section(layers):
    title = f"Layers of {layers['network']} {layers['width']}, {layers['precision']}, batch {layers['batch']}"
    titles = ["layers", "operation", "output", "our kernel", "ours ms", "cuBLAS ms", "cuDNN ms", "limit ms"]
    words = f"The {LAYERS_SHOWN} slowest of {len(layers['layers'])} steps, then the sums of all."
    return section(title, f"{words} {library_words(layers)}".strip(), table(titles, layer_rows(layers)))


def tests_section(report):
    rows = [(row["program"], row["result"], f"{row['skipped']} skipped") for row in report["tests"]]
    rows += [(f"compute-sanitizer {row['tool']}", row["result"], "") for row in report["sanitizers"]]
    return section("Tests", "", table(["what", "result", ""], rows))


def stages_section(report):
    rows, words = [], []
    for stage in report["stages"]:
        counts = [stage["done"], *(len(stage[kind]) for kind in ("failed", "left_out", "skipped"))]
        rows.append((stage["name"], figure(stage["seconds"], 1), *counts))
        words += [f"- failed: {stage['name']}: {each['item']}: {each['line']}" for each in stage["failed"]]
        words += [f"- left out: {stage['name']}: {each['item']}: {each['why']}" for each in stage["left_out"]]
        words += [f"- no time for: {stage['name']}: {item}" for item in stage["skipped"]]
    titles = ["stage", "seconds", "done", "failed", "left out", "no time for"]
    return section("What ran", "", table(titles, rows), *(["\n".join(words)] if words else []))


def markdown(report):
    machine = report["machine"]
    names = {"driver": "driver", "cuda": "CUDA", "cudnn": "cuDNN", "pytorch": "PyTorch"}
    versions = [f"{name} {machine[key] or 'not there'}" for key, name in names.items()]
    words = ", ".join([report["date"], machine["nightjar"] or "nightjar", *versions])
    words += f"; {report['seconds']:.0f} s in all. Written by docs/benchmark/gpu_check.py."
    head = f"# nightjar on {machine['gpu']}\n\n{words}"
    parts = [head, heads_section(report), boxes_section(report), speed_section(report)]
    parts += map(layers_section, report["layers"])
    parts += [tests_section(report), stages_section(report), bars_section(report)]
    return "\n\n".join(parts) + "\n"
