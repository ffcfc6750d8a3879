"""What a .cfg says, layer by layer: options, sources, shapes, parameters and work.

read() turns a file into sections, measure() follows the shapes through them. The rules are those of
docs/darknet-format.md. Everything that needs a network's numbers (comments in the generated files, the
table in cfg/README.md, the sizes in weights/catalog.json, the diagram in docs/) takes them from here."""

from dataclasses import dataclass, field

ALIASES = {"network": "net", "conv": "convolutional", "max": "maxpool", "avg": "avgpool", "soft": "softmax"}


@dataclass
class Layer:
    number: int
    kind: str
    options: dict  # as written, values are strings
    sources: list  # numbers of the layers it reads; -1 is the network's input
    input: tuple  # shape of the layer before it: channels, height, width
    shape: tuple  # of its output
    parameters: int = 0  # floats in the .weights file
    operations: int = 0  # 2 * multiplications for one picture
    filters: list = field(default_factory=list)  # channels of each source

    def integer(self, key, fallback=0):
        return int(self.options.get(key, fallback))


def read(path):
    """[(kind, options)] of a .cfg; the first is ("net", ...). Of duplicate keys the first counts."""
    sections = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            text = "".join(line.split("#")[0].split())
            if not text or text.startswith(";"):
                continue
            if text.startswith("["):
                kind = text.strip("[]")
                sections.append((ALIASES.get(kind, kind), {}))
            else:
                key, _, value = text.partition("=")
                sections[-1][1].setdefault(key, value)
    return sections


def numbers(text):
    return [int(part) for part in str(text).split(",") if part]


def pool_side(side, size, stride, padding):
    return (side + padding - size) // stride + 1


def measure(sections):
    """The layers of a network, from the sections that read() or Network.sections() gives."""
    _, net = sections[0]
    shape = (int(net.get("channels", 3)), int(net["height"]), int(net["width"]))
    layers = []
    for number, (kind, options) in enumerate(sections[1:]):
        layer = Layer(number, kind, options, [number - 1], shape, shape)
        RULES[kind](layer, layers)
        shape = layer.shape
        layers.append(layer)
    return layers


def _same(layer, layers):
    pass


def _convolutional(layer, layers):
    channels, height, width = layer.input
    filters, size = layer.integer("filters", 1), layer.integer("size", 1)
    stride, groups = layer.integer("stride", 1), layer.integer("groups", 1)
    padding = size // 2 if layer.integer("pad") else layer.integer("padding")
    layer.shape = (filters, *(pool_side(side, size, stride, 2 * padding) for side in (height, width)))
    weights = filters * (channels // groups) * size * size
    layer.parameters = weights + filters * (4 if layer.integer("batch_normalize") else 1)
    layer.operations = 2 * weights * layer.shape[1] * layer.shape[2]


def _maxpool(layer, layers):
    channels, height, width = layer.input
    stride = layer.integer("stride", 1)
    size = layer.integer("size", stride)
    padding = layer.integer("padding", size - 1)
    layer.shape = (
        channels,
        pool_side(height, size, stride, padding),
        pool_side(width, size, stride, padding),
    )


def _avgpool(layer, layers):
    layer.shape = (layer.input[0], 1, 1)


def _upsample(layer, layers):
    stride = layer.integer("stride", 2)
    layer.shape = (layer.input[0], layer.input[1] * stride, layer.input[2] * stride)


def _reorg(layer, layers):
    stride = layer.integer("stride", 1)
    channels, height, width = layer.input
    layer.shape = (channels * stride * stride, height // stride, width // stride)


def _resolve(layer, key, layers):
    named = [layer.number + n if n < 0 else n for n in numbers(layer.options[key])]
    if not all(0 <= n < layer.number for n in named):
        raise ValueError(f"layer {layer.number}: {key}={layer.options[key]} is not an earlier layer")
    layer.filters = [layers[n].shape[0] for n in named]
    return named


def _route(layer, layers):
    layer.sources = _resolve(layer, "layers", layers)
    groups = layer.integer("groups", 1)
    layer.shape = (sum(layer.filters) // groups, *layers[layer.sources[0]].shape[1:])


def _shortcut(layer, layers):
    layer.sources += _resolve(layer, "from", layers)


def _scale_channels(layer, layers):
    layer.sources += _resolve(layer, "from", layers)
    layer.shape = layers[layer.sources[1]].shape


RULES = {
    "convolutional": _convolutional,
    "maxpool": _maxpool,
    "avgpool": _avgpool,
    "upsample": _upsample,
    "reorg": _reorg,
    "route": _route,
    "shortcut": _shortcut,
    "scale_channels": _scale_channels,
    "dropout": _same,
    "softmax": _same,
    "cost": _same,
    "yolo": _same,
    "region": _same,
}
