"""What gpu_check.py found, as Markdown and as a chart."""

import re

import ratio_chart
from gpu_bars import best, ours_of, rows_of
from gpu_race import ENGINES, peers_of

LAYERS_SHOWN = 20


def figure(value, decimals):
    return "-" if value is None else f"{value:.{decimals}f}"


def table(titles, rows):
    """Markdown; columns of figures stand to the right."""
    rows = [[str(cell).replace("|", "/") for cell in row] for row in rows]
    if not rows:
        return "Nothing was measured."
    rule = [
        "---:" if all(re.fullmatch(r"[\d.e+\- ()]*", cell) for cell in column) else "---"
        for column in zip(*rows)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [titles, rule, *rows])


def section(title, words, *blocks):
    return "\n\n".join([f"## {title}", *([words] if words else []), *blocks])


def bars_section(report):
    rows = [
        (row["bar"], figure(row["limit"], 2), figure(row["measured"], 2), row["unit"], row["verdict"])
        for row in report["bars"]
    ]
    words = (
        "nightjar is the faster of its two, with and without `--tune`; beside a peer the worse of both times counts. "
        "cuDNN, torch.compile and JAX tried out their kernels all at the same time, before the turns began."
    )
    picture = "![Time of the best other engine over nightjar's](gpu-check.svg)"
    return section("Bars", words, table(["bar", "limit", "measured", "unit", "verdict"], rows), picture)


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


KINDS = {
    "series_ms": (
        "Back to back",
        "Milliseconds of a batch in a series that nobody waits in: what the device takes. Best of all rounds (the "
        "middle of their medians); a dash where it was not measured.",
    ),
    "wall_ms": ("One by one", "Milliseconds from a batch's start to its end as the host sees them, likewise."),
}


def contests(report):
    """(network, size, batch) of all that was timed: networks in their order, small batches first."""
    found = dict.fromkeys((row["network"], row["size"], row["batch"]) for row in report["turns"])
    networks = list(dict.fromkeys(network for network, _, _ in found))
    return sorted(found, key=lambda contest: (networks.index(contest[0]), contest[2]))


def turn_rows(report, kind):
    """A row a network and batch, a column an engine."""
    for network, size, batch in contests(report):
        rows = rows_of(report, network, batch)
        cells = [
            f"{rows[engine][kind]['best']:.3f} ({rows[engine][kind]['median']:.3f})" if engine in rows else "-"
            for engine in ENGINES
        ]
        ours, theirs = best(ours_of(rows), kind), best(peers_of(rows), kind)
        rate = figure(ours and batch * 1000 / ours, 0)
        yield (f"{network} {size}", batch, *cells, rate, figure(ours and theirs and theirs / ours, 2))


def turns_section(report, kind):
    title, words = KINDS[kind]
    titles = ["network", "batch", *ENGINES.values(), "nightjar pictures/s", "best peer / nightjar"]
    return section(f"{title}, fp16", words, table(titles, turn_rows(report, kind)))


def chart(report):
    """A bar a network and batch: how many times as long the best peer takes, back to back."""
    rows = []
    for network, size, batch in contests(report):
        found = rows_of(report, network, batch)
        ours, peers = best(ours_of(found), "series_ms"), peers_of(found)
        if ours is None or not peers:
            continue
        name = min(peers, key=lambda engine: peers[engine]["series_ms"]["best"])
        ms = peers[name]["series_ms"]["best"]
        label = f"{ms / ours:.2f}x: nightjar {ours:.3f} ms, {ENGINES[name]} {ms:.3f} ms"
        rows.append((f"{network} {size}, batch {batch}", ms / ours, label))
    machine = report["machine"]["gpu"]
    return ratio_chart.chart(
        "Time of the best other engine, as a multiple of nightjar's",
        f"{machine}, fp16, batches back to back, {report['date']}",
        rows,
    )


def folder_section(report):
    titles = ["network", "batch", "pictures", "threads", "pictures/s", "decoding allows", "share %"]
    rows = []
    for row in report["folder"]:
        share = 100 * row["best_per_s"] / row["decoding_allows_per_s"]
        cells = [figure(row["best_per_s"], 0), figure(row["decoding_allows_per_s"], 0), figure(share, 0)]
        rows.append((row["network"], row["batch"], row["pictures"], row["threads"], *cells))
    words = (
        "`nightjar detect` on files, from the first to the last, fp16. Decoding alone allows the number of threads "
        "over the CPU seconds that a picture takes one thread."
    )
    return section("A folder of pictures", words, table(titles, rows))


def training_section(report):
    titles = ["precision", "batch", "engine", "ms an update, best", "median", "pictures/s"]
    rows = [
        (row["precision"], row["batch"], ENGINES[row["engine"]], figure(row["ms"]["best"], 1))
        + (figure(row["ms"]["median"], 1), figure(row["batch"] * 1000 / row["ms"]["best"], 0))
        for row in report["training"]
    ]
    words = "Forward, losses, backward and update; nightjar computes Darknet's losses, PyTorch a plainer one."
    return section("Training", words, table(titles, rows))


def paper_section(report):
    titles = ["network", "size", "Titan X ms, published", "ms here"]
    rows = [
        (row["name"], row["size"], figure(row["published"]["ms"], 0), figure(row["measured"]["ms"], 3))
        for row in (report["paper"] or {"detection": []})["detection"]
    ]
    return section("The YOLOv3 paper's table", "fp16, one picture at a time.", table(titles, rows))


def layer_rows(layers):
    by_time = sorted(layers["layers"], key=lambda step: -step["ours_ms"])
    keys = ("ours_ms", "cublas_ms", "cudnn_ms", "limit_ms")
    for step in by_time[:LAYERS_SHOWN]:
        shape = "x".join(map(str, step["output"]))
        cells = [figure(step[key], 4) for key in keys]
        yield (step["layers"], step["operation"], shape, step["kernel"], *cells)
    for what, key in (("all convolutions", "convolutions"), ("all steps", "all_steps")):
        yield ("sum", what, "", "", *(figure(layers[key][each], 4) for each in keys))


TITLES = {"ours": "nightjar", "cublas": "cuBLAS", "cudnn": "cuDNN"}


def library_words(layers):
    words = []
    for name, library in layers["libraries"].items():
        if "why_not" in library:
            words.append(f"{TITLES[name]} was not timed: {library['why_not']}.")
        elif library["convolutions_by_ours"]:
            count = library["convolutions_by_ours"]
            words.append(f"{TITLES[name]} has no kernel for {count} convolutions; its sums take ours there.")
    return " ".join(words)


def layers_section(layers):
    title = f"Layers of {layers['network']} {layers['width']}, {layers['precision']}, batch {layers['batch']}"
    titles = ["layers", "operation", "output", "our kernel", "ours ms", "cuBLAS ms", "cuDNN ms", "limit ms"]
    words = f"The {LAYERS_SHOWN} slowest of {len(layers['layers'])} steps, then the sums of all."
    return section(title, f"{words} {library_words(layers)}".strip(), table(titles, layer_rows(layers)))


def tests_section(report):
    rows = [(r["program"], r["result"], f"{r['skipped']} skipped", figure(r["seconds"], 1)) for r in report["tests"]]
    rows += [(f"compute-sanitizer {row['tool']}", row["result"], "", "") for row in report["sanitizers"]]
    words = "Others made themselves ready on the device meanwhile."
    return section("Tests", words, table(["what", "result", "", "seconds"], rows))


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
    names = {"driver": "driver", "cuda": "CUDA", "cudnn": "cuDNN", "pytorch": "PyTorch", "jax": "JAX"}
    versions = [f"{name} {machine[key] or 'not there'}" for key, name in names.items()]
    words = ", ".join([report["date"], machine["nightjar"] or "nightjar", *versions])
    words += f"; {report['seconds']:.0f} s in all. Written by docs/benchmark/gpu_check.py."
    head = f"# nightjar on {machine['gpu']}\n\n{words}"
    parts = [head, bars_section(report), *(turns_section(report, kind) for kind in KINDS)]
    parts += [folder_section(report), training_section(report), paper_section(report)]
    parts += [heads_section(report), boxes_section(report), tests_section(report)]
    parts += [*map(layers_section, report["layers"]), stages_section(report)]
    return "\n\n".join(parts) + "\n"
