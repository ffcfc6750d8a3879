#!/usr/bin/env python3
"""Times updates of a training by nightjar and by PyTorch, round by round, and prints a table.

  python docs/benchmark/compare_training.py cfg/cells.cfg cfg/yolov3-tiny.cfg --nightjar build/nightjar

Each program in a process of its own, every round each of them once, so that whatever disturbs the machine meets all.
An update is forward, loss, backward and SGD or what the cfg asks of nightjar; nightjar computes Darknet's losses, PyTorch
a plainer one (torch_training.py). Of PyTorch eager and torch.compile the faster counts. Leave the machine alone meanwhile.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def programs(cfg, args):
    """Name -> command; each prints JSON with best_ms and median_ms of an update."""
    torch = [args.python, HERE / "torch_training.py", cfg, "--batch", args.batch, "--threads", args.threads]
    torch += ["--seconds", args.seconds]
    ours = [args.nightjar, "bench", "--cfg", cfg, "--training", "--batch", args.batch, "--threads", args.threads]
    return {
        "nightjar": [*ours, "--format", "json"],
        "PyTorch": torch,
        "PyTorch compiled": [*torch, "--compile"],
    }


def times_of(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        return None, done.stderr.strip().splitlines()[-1:]
    report = json.loads(done.stdout)
    return (report["best_ms"], report["median_ms"]), report


def measure(cfg, args):
    """Name -> (the best of all rounds' bests, the middle of their medians), milliseconds."""
    rounds, memory = {}, 0
    for _ in range(args.rounds):
        for name, command in programs(cfg, args).items():
            times, report = times_of(command)
            if times is None:
                print(f"{name}: left out: {' '.join(report)}", file=sys.stderr)
                continue
            memory = max(memory, report.get("peak_resident_bytes", 0))
            rounds.setdefault(name, []).append(times)
    times = {}
    for name, all_rounds in rounds.items():
        medians = sorted(median for _, median in all_rounds)
        times[name] = (min(best for best, _ in all_rounds), medians[len(medians) // 2])
    return times, memory


def row(cfg, times, memory, args):
    def rate(ms):
        return 1000 * args.batch / ms

    others = {name: pair for name, pair in times.items() if name != "nightjar"}
    cells = [f"{rate(best):.1f} ({rate(median):.1f})" for best, median in times.values()]
    ours = times["nightjar"]
    ratios = [min(pair[which] for pair in others.values()) / ours[which] for which in (0, 1)]
    return f"| {cfg.stem} | {' | '.join(cells)} | **{ratios[0]:.2f}** ({ratios[1]:.2f}) | {memory / 1e6:.0f} |"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cfg", type=Path, nargs="+")
    parser.add_argument("--nightjar", default="build/nightjar")
    parser.add_argument("--python", default=sys.executable, help="that has PyTorch")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="of PyTorch's updates a round (%(default)s)")
    args = parser.parse_args()
    names = list(programs(args.cfg[0], args))
    print(f"Pictures a second, best (median), {args.threads} threads, batch {args.batch}, {args.rounds} rounds\n")
    print(f"| network | {' | '.join(names)} | nightjar / faster PyTorch | nightjar MB |")
    print("| --- |" + " ---: |" * (len(names) + 2))
    for cfg in args.cfg:
        print(row(cfg, *measure(cfg, args), args), flush=True)


if __name__ == "__main__":
    main()
