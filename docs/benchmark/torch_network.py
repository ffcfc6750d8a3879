#!/usr/bin/env python3
"""Times a Darknet network in PyTorch on a GPU, with made-up weights, as well as PyTorch can run it.

  python docs/benchmark/torch_network.py cfg/yolov3.cfg --size 416 --batch 1

fp16, channels_last, batch normalisation folded into the convolutions, cudnn.benchmark, and one CUDA graph
that is replayed. It ends at the convolutions that feed the heads, whose activation is left out. Prints JSON:
the best and the median of all replays in milliseconds. Speed does not depend on the weights' values.
"""

import argparse
import json
import sys
from pathlib import Path

HEADS = ("yolo", "region", "Gaussian_yolo", "detection")


def read_cfg(text):
    """The sections in order: (type, {key: value}), [net] first."""
    sections = []
    for line in (line.split("#")[0].strip() for line in text.splitlines()):
        if line.startswith("["):
            sections.append((line.strip("[]"), {}))
        elif "=" in line:
            key, value = (part.strip() for part in line.split("=", 1))
            sections[-1][1].setdefault(key, value)
    return sections


def sources(layer, options, key):
    """The layers that a route or a shortcut names, counted from the first."""
    numbers = [int(number) for number in options[key].split(",") if number.strip()]
    return [layer + number if number < 0 else number for number in numbers]


def activation(name):
    """In place on what a convolution has just written, so that no memory is asked for."""
    import torch.nn.functional as F

    known = {
        "linear": lambda x: x,
        "leaky": lambda x: F.leaky_relu(x, 0.1, inplace=True),
        "relu": lambda x: F.relu(x, inplace=True),
        "mish": lambda x: F.mish(x, inplace=True),
        "swish": lambda x: F.silu(x, inplace=True),
        "logistic": lambda x: x.sigmoid_(),
    }
    if name not in known:
        sys.exit(f"torch_network.py: no activation {name}")
    return known[name]


def convolution(options, channels, learns):
    """A convolution with its activation, and how many channels it makes; one that learns normalises its batch."""
    import torch

    size, filters = int(options.get("size", 1)), int(options["filters"])
    padding = size // 2 if int(options.get("pad", 0)) else int(options.get("padding", 0))
    stride, groups = int(options.get("stride", 1)), int(options.get("groups", 1))
    normalizes = learns and int(options.get("batch_normalize", 0))
    conv = torch.nn.Conv2d(channels, filters, size, stride, padding, groups=groups, bias=not normalizes)
    if normalizes:
        conv = torch.nn.Sequential(conv, torch.nn.BatchNorm2d(filters))
    act = activation(options.get("activation", "logistic"))
    return (lambda x: act(conv(x))), filters, conv


def max_pool(options):
    """Darknet's, which lets the window reach over the lower and the right edge."""
    import torch.nn.functional as F

    stride = int(options.get("stride", 1))
    size = int(options.get("size", stride))
    padding = int(options.get("padding", size - 1))
    edges = (padding // 2, padding - padding // 2) * 2
    return lambda x: F.max_pool2d(F.pad(x, edges, value=float("-inf")), size, stride)


class Network:
    """The layers as functions of what came before: layers[i](outputs)."""

    def __init__(self, sections, learns=False):
        self.learns = learns
        self.modules, self.layers, self.channels, self.ends = [], [], [], []
        channels = int(sections[0][1].get("channels", 3))
        for index, (kind, options) in enumerate(sections[1:]):
            channels = self.add(index, kind, options, channels)
            self.channels.append(channels)

    def add(self, index, kind, options, channels):
        import torch
        import torch.nn.functional as F

        before = index - 1
        if kind == "convolutional":
            run, channels, module = convolution(options, channels, self.learns)
            self.modules.append(module)
            self.layers.append(lambda done: run(done[before]))
        elif kind == "shortcut":
            others, act = sources(index, options, "from"), activation(options.get("activation", "linear"))
            self.layers.append(lambda done: act(sum((done[i] for i in others), done[before])))
        elif kind == "route":
            groups, group = int(options.get("groups", 1)), int(options.get("group_id", 0))
            parts = sources(index, options, "layers")
            channels = sum(self.channels[i] // groups for i in parts)
            pick = (lambda x: x.chunk(groups, 1)[group]) if groups > 1 else (lambda x: x)
            join = (lambda tensors: torch.cat(tensors, 1)) if len(parts) > 1 else (lambda tensors: tensors[0])
            self.layers.append(lambda done: join([pick(done[i]) for i in parts]))
        elif kind == "upsample":
            stride = int(options.get("stride", 2))
            self.layers.append(lambda done: F.interpolate(done[before], scale_factor=stride, mode="nearest"))
        elif kind == "maxpool":
            pool = max_pool(options)
            self.layers.append(lambda done: pool(done[before]))
        elif kind in HEADS:
            self.ends.append(before)
            self.layers.append(lambda done: done[before])
        else:
            sys.exit(f"torch_network.py: no [{kind}]")
        return channels

    def run(self, picture):
        """The values that the heads read; of a network without heads, its last."""
        done = {-1: picture}
        for index, layer in enumerate(self.layers):
            done[index] = layer(done)
        return [done[index] for index in self.ends or [len(self.layers) - 1]]


def prepare(network, size, batch, channels):
    """Weights and a picture of noise on the GPU."""
    import torch

    for module in network.modules:
        module.to("cuda", torch.float16, memory_format=torch.channels_last)
    picture = torch.rand(batch, channels, size, size, device="cuda", dtype=torch.float16)
    return picture.to(memory_format=torch.channels_last)


def record(network, picture):
    """One CUDA graph, after runs in which cuDNN chooses its algorithms."""
    import torch

    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            network.run(picture)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        network.run(picture)
    return graph


def time_replays(graph, rounds):
    """Milliseconds of each replay, in rising order; launch and end as a caller sees them."""
    import time

    import torch

    times = []
    for _ in range(10 + rounds):
        torch.cuda.synchronize()
        start = time.perf_counter()
        graph.replay()
        torch.cuda.synchronize()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times[10:])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cfg", type=Path)
    parser.add_argument("--size", type=int, default=416, help="pixels a side (%(default)s)")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=200, help="replays that are timed (%(default)s)")
    args = parser.parse_args()
    try:
        import torch
    except ImportError:
        sys.exit("torch_network.py: needs PyTorch")
    if not torch.cuda.is_available():
        sys.exit("torch_network.py: PyTorch finds no GPU")
    sections = read_cfg(args.cfg.read_text(encoding="utf-8"))
    torch.backends.cudnn.benchmark = True
    with torch.inference_mode():
        network = Network(sections)
        picture = prepare(network, args.size, args.batch, int(sections[0][1].get("channels", 3)))
        times = time_replays(record(network, picture), args.repeat)
    print(
        json.dumps(
            {
                "best_ms": times[0],
                "median_ms": times[len(times) // 2],
                "pytorch": torch.__version__,
                "cudnn": torch.backends.cudnn.version(),
            }
        )
    )


if __name__ == "__main__":
    main()
