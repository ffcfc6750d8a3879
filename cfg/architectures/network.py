"""A network under construction: layers are added one by one and written out as a commented .cfg file.

Every method that adds a layer returns its number, the one Darknet counts from 0 after [net]; references
between layers are these numbers."""

import textwrap

from .measure import measure

HEADER = "# Written by cfg/generate.py from cfg/architectures; change it there."


class Network:
    def __init__(self, name, size, title, about, activation="leaky", letter_box=False):
        self.name, self.title, self.about = name, title, about
        self.activation = activation  # of convolutions that name none
        width, height = size if isinstance(size, tuple) else (size, size)
        self.net = {"width": width, "height": height, "channels": 3}
        if letter_box:
            self.net["letter_box"] = 1
        self.recipe = []  # (why, options of [net]) of its training
        self.layers = []  # (kind, options)
        self.stages = {}  # number of the layer that begins a stage: its heading

    @property
    def last(self):
        return len(self.layers) - 1

    def stage(self, heading):
        """The layers from here on are about something new."""
        self.stages[len(self.layers)] = heading

    def learn(self, why, **options):
        """Options of [net] for training, and why they are as they are."""
        self.recipe.append((why, options))

    def add(self, kind, **options):
        self.layers.append((kind, {key: value for key, value in options.items() if value is not None}))
        return self.last

    def conv(self, filters, size=1, stride=1, activation=None, groups=None, normalize=True):
        return self.add(
            "convolutional",
            filters=filters,
            size=size,
            stride=stride,
            pad=1 if size > 1 else None,
            groups=groups,
            batch_normalize=1 if normalize else None,
            activation=activation or self.activation,
        )

    def depthwise(self, filters, size=3, stride=1):
        return self.conv(filters, size, stride, groups=filters)

    def maxpool(self, size, stride):
        return self.add("maxpool", size=size, stride=stride)

    def upsample(self):
        return self.add("upsample", stride=2)

    def route(self, *layers):
        return self.add("route", layers=",".join(map(str, layers)))

    def half(self, which=1):
        """The lower (0) or upper (1) half of the last layer's channels."""
        return self.add("route", layers=self.last, groups=2, group_id=which)

    def shortcut(self, source, activation="linear"):
        return self.add("shortcut", **{"from": source}, activation=activation)

    def yolo(self, mask, anchors, classes=80, activation="linear", **options):
        """The 1x1 convolution with (5 + classes) channels an anchor, and the head that reads it."""
        self.conv(len(mask) * (5 + classes), normalize=False, activation=activation)
        return self.add(
            "yolo",
            mask=",".join(map(str, mask)),
            num=len(anchors),
            anchors=", ".join(f"{w},{h}" for w, h in anchors),
            classes=classes,
            **options,
        )

    def sections(self):
        return [("net", self.net)] + self.layers

    def measured(self):
        return measure([(kind, {k: str(v) for k, v in options.items()}) for kind, options in self.sections()])

    def text(self):
        """The .cfg file."""
        layers = self.measured()
        lines = [f"# {self.title}", "#"]
        lines += [f"# {line}" for line in textwrap.wrap(self.about, 100)]
        lines += ["#", f"# {summary(layers)} at {self.net['width']} x {self.net['height']}.", HEADER, ""]
        lines += section("net", self.net)
        for why, options in self.recipe:
            lines += ["", *(f"# {line}" for line in textwrap.wrap(why, 100)), *values(options)]
        for layer in layers:
            if layer.number in self.stages:
                lines += ["", f"# ---- {self.stages[layer.number]} ----"]
            lines += ["", f"# {layer.number}: {explain(layer)}"]
            lines += section(layer.kind, layer.options)
        return "\n".join(lines) + "\n"


def section(kind, options):
    return [f"[{kind}]", *values(options)]


def values(options):
    return [f"{key}={value}" for key, value in options.items()]


def summary(layers):
    return f"{len(layers)} layers, {parameters(layers):,} parameters, {gflop(layers):.3f} GFLOP"


def parameters(layers):
    return sum(layer.parameters for layer in layers)


def gflop(layers):
    return sum(layer.operations for layer in layers) / 1e9


def explain(layer):
    """One layer in words, with the shape (channels x height x width) that it hands on."""
    says = EXPLANATIONS.get(layer.kind, lambda _: layer.kind)(layer)
    return f"{says} -> {' x '.join(map(str, layer.shape))}"


def _convolution_in_words(layer):
    size, stride, groups = layer.integer("size"), layer.integer("stride"), layer.integer("groups", 1)
    words = f"{size}x{size}"
    if groups > 1:
        words += " depthwise" if groups == layer.input[0] else f" in {groups} groups"
    return words + (f" by {stride}" if stride > 1 else "")


def _route_in_words(layer):
    named = " then ".join(str(number) for number in layer.sources)
    groups = layer.integer("groups", 1)
    if groups > 1:
        return f"part {layer.integer('group_id')} of {groups} of layer {named}"
    if len(layer.sources) == 1:
        return f"back to layer {named}"
    return f"layers {named} ({' + '.join(map(str, layer.filters))})"


EXPLANATIONS = {
    "convolutional": _convolution_in_words,
    "maxpool": lambda layer: "largest of {size}x{size} by {stride}".format(**layer.options),
    "avgpool": lambda layer: "mean of each channel",
    "upsample": lambda layer: "each cell becomes {stride}x{stride}".format(**layer.options),
    "reorg": lambda layer: "{stride}x{stride} cells become channels".format(**layer.options),
    "route": _route_in_words,
    "shortcut": lambda layer: "{} + {}".format(*layer.sources),
    "scale_channels": lambda layer: "each channel of {1} times {0}".format(*layer.sources),
    "dropout": lambda layer: "nothing at inference",
    "cost": lambda layer: "nothing at inference",
    "yolo": lambda layer: "head, anchors {mask}".format(**layer.options),
    "region": lambda layer: "head, {num} anchors".format(**layer.options),
}
