#!/usr/bin/env python3
"""Times updates of a Darknet network in PyTorch on the CPU: forward, backward, SGD.

  python docs/benchmark/torch_training.py cfg/cells.cfg --batch 8 --threads 2 [--compile]

fp32, channels_last, on pictures of noise that are in memory, with a plain cross entropy of all that the heads read in
place of Darknet's loss. --compile: by torch.compile. Prints JSON: the best and the median of all updates in
milliseconds.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from torch_network import Network, read_cfg


def module_of(network):
    import torch

    class Module(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = torch.nn.ModuleList(network.modules)

        def forward(self, picture):
            return network.run(picture)

    return Module().to(memory_format=torch.channels_last)


def make_update(network, batch, height, width, channels, compiled):
    """A function that makes one."""
    import torch
    import torch.nn.functional as F

    module = module_of(network)
    optimiser = torch.optim.SGD(module.parameters(), lr=1e-4, momentum=0.9, weight_decay=5e-4)
    pictures = torch.rand(batch, channels, height, width).contiguous(memory_format=torch.channels_last)
    run = torch.compile(module) if compiled else module

    def update():
        optimiser.zero_grad(set_to_none=True)
        ends = run(pictures)
        sum(F.binary_cross_entropy_with_logits(end, torch.zeros_like(end)) for end in ends).backward()
        optimiser.step()

    return update


def times_of(update, seconds):
    """Milliseconds of each, in rising order, after three that warm up."""
    for _ in range(3):
        update()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        update()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cfg", type=Path)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5, help="of updates that are timed (%(default)s)")
    parser.add_argument("--compile", action="store_true")
    args = parser.parse_args()
    try:
        import torch
    except ImportError:
        sys.exit("torch_training.py: needs PyTorch")
    torch.set_num_threads(args.threads)
    sections = read_cfg(args.cfg.read_text(encoding="utf-8"))
    net = {key: int(sections[0][1].get(key, value)) for key, value in (("width", 416), ("height", 416), ("channels", 3))}
    network = Network(sections, learns=True)
    update = make_update(network, args.batch, net["height"], net["width"], net["channels"], args.compile)
    times = times_of(update, args.seconds)
    print(json.dumps({"best_ms": times[0], "median_ms": times[len(times) // 2], "pytorch": torch.__version__}))


if __name__ == "__main__":
    main()
