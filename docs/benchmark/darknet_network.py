"""A Darknet network as functions of what came before, for engines that have no layers of their own for it.

An engine is an object with the few operations that the networks are made of: see TorchOps in torch_network.py and
JaxOps in jax_network.py. It ends at the convolutions that feed the heads, whose activation is left out.
"""

from dataclasses import dataclass

HEADS = ("yolo", "region", "Gaussian_yolo", "detection")


class Unknown(Exception):
    """A line that says what there is no function for."""


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


def input_shape(sections):
    """Channels, height, width."""
    net = sections[0][1]
    return tuple(int(net.get(key, value)) for key, value in (("channels", 3), ("height", 416), ("width", 416)))


def sources(layer, options, key):
    """The layers that a route or a shortcut names, counted from the first."""
    numbers = [int(number) for number in options[key].split(",") if number.strip()]
    return [layer + number if number < 0 else number for number in numbers]


@dataclass
class Convolution:
    channels: int
    filters: int
    size: int
    stride: int
    padding: int
    groups: int
    normalizes: bool
    activation: str
    feeds_head: bool

    @classmethod
    def of(cls, options, channels, feeds_head):
        size = int(options.get("size", 1))
        return cls(
            channels,
            int(options["filters"]),
            size,
            int(options.get("stride", 1)),
            size // 2 if int(options.get("pad", 0)) else int(options.get("padding", 0)),
            int(options.get("groups", 1)),
            bool(int(options.get("batch_normalize", 0))),
            options.get("activation", "logistic"),
            feeds_head,
        )

    @property
    def shape(self):
        """Of its weights: filters, channels of a group, height, width."""
        return self.filters, self.channels // self.groups, self.size, self.size


class Network:
    """layers[i](outputs) is the value of layer i, where outputs[j] are those before it and outputs[-1] is the input."""

    def __init__(self, sections, engine):
        self.engine = engine
        self.convolutions, self.layers, self.channels, self.ends = [], [], [], []
        channels, kinds = input_shape(sections)[0], [kind for kind, _ in sections[1:]] + [""]
        for index, (kind, options) in enumerate(sections[1:]):
            layer, channels = self.make(index, kind, options, channels, kinds[index + 1] in HEADS)
            self.layers.append(layer)
            self.channels.append(channels)

    def make(self, index, kind, options, channels, feeds_head):
        """Layer `index`, and how many channels it has."""
        engine, before = self.engine, index - 1
        if kind == "convolutional":
            convolution = Convolution.of(options, channels, feeds_head)
            self.convolutions.append(convolution)
            run = engine.convolution(convolution, len(self.convolutions) - 1)
            return (lambda done: run(done[before])), convolution.filters
        if kind == "shortcut":
            others, act = sources(index, options, "from"), engine.activation(options.get("activation", "linear"))
            return (lambda done: act(sum((done[i] for i in others), done[before]))), channels
        if kind == "route":
            return self.route(index, options)
        if kind == "upsample":
            stride = int(options.get("stride", 2))
            return (lambda done: engine.upsample(done[before], stride)), channels
        if kind == "maxpool":
            stride = int(options.get("stride", 1))
            size = int(options.get("size", stride))
            padding = int(options.get("padding", size - 1))  # reaches over the lower and the right edge
            edges = padding // 2, padding - padding // 2
            return (lambda done: engine.max_pool(done[before], size, stride, edges)), channels
        if kind == "avgpool":
            return (lambda done: engine.mean(done[before])), channels
        if kind == "softmax" and int(options.get("groups", 1)) == 1:
            return (lambda done: engine.softmax(done[before])), channels
        if kind in HEADS:
            self.ends.append(before)
        elif kind != "dropout":  # which does nothing but in training
            raise Unknown(f"no [{kind}]")
        return (lambda done: done[before]), channels

    def route(self, index, options):
        engine, parts = self.engine, sources(index, options, "layers")
        groups, group = int(options.get("groups", 1)), int(options.get("group_id", 0))
        counts = [self.channels[i] // groups for i in parts]

        def run(done):
            taken = [done[i] for i in parts]
            if groups > 1:
                taken = [engine.channels(x, group * count, count) for x, count in zip(taken, counts)]
            return engine.concatenate(taken) if len(taken) > 1 else taken[0]

        return run, sum(counts)

    def run(self, picture):
        """The values that the heads read; of a network without heads, its last."""
        done = {-1: picture}
        for index, layer in enumerate(self.layers):
            done[index] = layer(done)
        return [done[index] for index in self.ends or [len(self.layers) - 1]]


class Shapes:
    """An engine that computes nothing, for who wants to know what a network consists of."""

    @staticmethod
    def convolution(convolution, number):
        return None

    @staticmethod
    def activation(name):
        return None
