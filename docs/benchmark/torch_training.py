#!/usr/bin/env python3
"""Times updates of a Darknet network in PyTorch: forward, backward, SGD.

  python docs/benchmark/torch_training.py cfg/cells.cfg --batch 8 --threads 2 [--compile]
  python docs/benchmark/torch_training.py cfg/yolov3.cfg --batch 16 --device cuda --precision fp16

channels_last, on pictures of noise that are in memory, with a plain cross entropy of all that the heads read in
place of Darknet's loss. --compile: by torch.compile; fp16: autocast and a scaled loss, on a GPU. Prints JSON: the best and the median of all updates in
milliseconds.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from darknet_network import Network, input_shape, read_cfg
from torch_network import TorchOps, module_of


def make_update(network, shape, args):
    """A function that makes one, and waits for it."""
    import torch
    import torch.nn.functional as F

    module = module_of(network).to(args.device)
    optimiser = torch.optim.SGD(module.parameters(), lr=1e-4, momentum=0.9, weight_decay=5e-4)
    pictures = torch.rand(args.batch, *shape, device=args.device).contiguous(memory_format=torch.channels_last)
    run = torch.compile(module) if args.compile else module
    in_halves = args.precision == "fp16"
    scaler = torch.amp.GradScaler(args.device, enabled=in_halves)

    def update():
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast(args.device, torch.float16, enabled=in_halves):
            ends = run(pictures)
            loss = sum(F.binary_cross_entropy_with_logits(end, torch.zeros_like(end)) for end in ends)
        scaler.scale(loss).backward()
        scaler.step(optimiser)
        scaler.update()
        if args.device == "cuda":
            torch.cuda.synchronize()

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
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--precision", default="fp32", choices=["fp32", "fp16"])
    parser.add_argument("--size", type=int, help="pixels a side (the cfg's)")
    args = parser.parse_args()
    try:
        import torch
    except ImportError:
        sys.exit("torch_training.py: needs PyTorch")
    if args.device == "cuda" and not torch.cuda.is_available():
        sys.exit("torch_training.py: PyTorch finds no GPU")
    torch.set_num_threads(args.threads)
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = False  # fp32 is what it says
    sections = read_cfg(args.cfg.read_text(encoding="utf-8"))
    channels, height, width = input_shape(sections)
    shape = channels, args.size or height, args.size or width
    update = make_update(Network(sections, TorchOps(learns=True)), shape, args)
    times = times_of(update, args.seconds)
    print(json.dumps({"best_ms": times[0], "median_ms": times[len(times) // 2], "pytorch": torch.__version__}))


if __name__ == "__main__":
    main()
