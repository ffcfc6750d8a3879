#!/usr/bin/env python3
"""A Darknet network in PyTorch, as well as PyTorch can run it, for programs that let engines take turns (turns.py).

  echo 'prepare 1
  time 1 2' | python docs/benchmark/torch_network.py cfg/yolov3.cfg --size 416

fp16 on a GPU, channels_last, batch normalisation folded into the convolutions, cudnn.benchmark, and one CUDA graph
that is replayed. --compile: through torch.compile with freezing; --compile max-autotune: with all that it tries out.
Weights are made up unless --weights names a file.
"""

import argparse
import sys
from pathlib import Path

import turns
from darknet_network import Network, Unknown, input_shape, read_cfg


class TorchOps:
    """What a Network is made of; `modules` are its convolutions in order, each normalising its batch if it learns."""

    def __init__(self, learns=False):
        self.learns, self.modules = learns, []

    def convolution(self, c, number):
        import torch

        normalizes = self.learns and c.normalizes
        module = torch.nn.Conv2d(
            c.channels, c.filters, c.size, c.stride, c.padding, groups=c.groups, bias=not normalizes
        )
        if normalizes:
            module = torch.nn.Sequential(module, torch.nn.BatchNorm2d(c.filters))
        self.modules.append(module)
        act = self.activation(c.activation)
        return lambda x: act(self.modules[number](x))

    @staticmethod
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
            raise Unknown(f"no activation {name}")
        return known[name]

    @staticmethod
    def max_pool(x, size, stride, edges):
        """Padding costs PyTorch a copy: it is spared where its own does, or no window reaches so far."""
        import torch.nn.functional as F

        before, after = edges
        if before == after and 2 * before <= size:
            return F.max_pool2d(x, size, stride, before)
        reach = [(length + before + after - size) // stride * stride + size - before for length in x.shape[2:]]
        right, bottom = (max(0, end - length) for end, length in zip(reach[::-1], x.shape[:1:-1]))
        if before or right or bottom:
            x = F.pad(x, (before, right, before, bottom), value=float("-inf"))
        return F.max_pool2d(x, size, stride)

    @staticmethod
    def upsample(x, stride):
        import torch.nn.functional as F

        return F.interpolate(x, scale_factor=stride, mode="nearest")

    @staticmethod
    def channels(x, first, count):
        return x[:, first : first + count]

    @staticmethod
    def concatenate(parts):
        import torch

        return torch.cat(parts, 1)

    @staticmethod
    def mean(x):
        return x.mean((2, 3), keepdim=True)

    @staticmethod
    def softmax(x):
        return x.softmax(1)


def module_of(network):
    """All of it as one module."""
    import torch

    class Module(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = torch.nn.ModuleList(network.engine.modules)

        def forward(self, picture):
            return network.run(picture)

    return Module().to(memory_format=torch.channels_last)


def set_parameters(network, parameters):
    import torch

    with torch.no_grad():
        for module, (biases, weights) in zip(network.engine.modules, parameters):
            module.bias.copy_(torch.from_numpy(biases))
            module.weight.copy_(torch.from_numpy(weights))


def compiled(module, mode):
    import torch
    import torch._inductor.config as inductor

    inductor.freezing = True
    if mode == "max-autotune":
        inductor.conv_1x1_as_mm = True
        return torch.compile(module, mode="max-autotune-no-cudagraphs", dynamic=False)
    return torch.compile(module, dynamic=False)


def record(run):
    """One CUDA graph, after runs in which cuDNN chooses its algorithms."""
    import torch

    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph


def replays(graph):
    import torch

    def run(passes):
        for _ in range(passes):
            graph.replay()
        torch.cuda.synchronize()

    return run


def preparation(args):
    """prepare(batch), as turns.serve() wants it."""
    from darknet_parameters import make_up_parameters, read_parameters

    import torch

    sections = read_cfg(args.cfg.read_text(encoding="utf-8"))
    network = Network(sections, TorchOps())
    data = args.weights and args.weights.read_bytes()
    set_parameters(network, read_parameters(network, data) if data else make_up_parameters(network))
    kind = torch.float16 if args.device == "cuda" else torch.float32
    module = module_of(network).eval().to(args.device, kind)
    call = compiled(module, args.compile) if args.compile else module
    channels, height, width = input_shape(sections)
    about = {"pytorch": torch.__version__, "cudnn": torch.backends.cudnn.version()}
    torch.backends.cudnn.benchmark = True

    def prepare(batch):
        shape = batch, channels, args.size or height, args.size or width
        picture = torch.rand(shape, device=args.device, dtype=kind).to(memory_format=torch.channels_last)
        with torch.no_grad():
            if args.device == "cuda":
                return replays(record(lambda: call(picture))), about

        def run(passes):
            with torch.no_grad():
                for _ in range(passes):
                    call(picture)

        run(1)
        return run, about

    return prepare


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cfg", type=Path)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--size", type=int, help="pixels a side (the cfg's)")
    parser.add_argument("--compile", nargs="?", const="default", choices=["default", "max-autotune"])
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    args = parser.parse_args()
    try:
        import torch
    except ImportError:
        sys.exit("torch_network.py: needs PyTorch")
    if args.device == "cuda" and not torch.cuda.is_available():
        sys.exit("torch_network.py: PyTorch finds no GPU")
    try:
        turns.serve(preparation(args))
    except Unknown as what:
        sys.exit(f"torch_network.py: {what}")


if __name__ == "__main__":
    main()
