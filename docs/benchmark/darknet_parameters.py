"""Parameters of a Darknet network: of each convolution, biases and weights with the normalisation folded in.

  python docs/benchmark/darknet_parameters.py CFG OUT     writes a weights file of made-up values
"""

import math
import sys

import numpy as np
from darknet_network import Network, Shapes, read_cfg

EPSILON = 1e-5  # of batch normalisation, as Darknet's


def folded(convolution, biases, scales, means, variances, weights):
    factors = scales / np.sqrt(variances + EPSILON)
    return biases - factors * means, weights.reshape(convolution.shape) * factors[:, None, None, None]


def read_parameters(network, data):
    """Those of a .weights file. ValueError: its length is another."""
    head = np.frombuffer(data, np.int32, 3)
    values = np.frombuffer(data, np.float32, offset=20 if head[0] * 10 + head[1] >= 2 else 16)
    place = 0

    def take(count):
        nonlocal place
        place += count
        return values[place - count : place]

    found = []
    for convolution in network.convolutions:
        filters, count = convolution.filters, math.prod(convolution.shape)
        biases = take(filters)
        scales, means, variances = (
            (take(filters) for _ in range(3))
            if convolution.normalizes
            else (np.full(filters, value, np.float32) for value in (1, 0, 1 - EPSILON))
        )
        found.append(folded(convolution, biases, scales, means, variances, take(count)))
    if place != values.size:
        raise ValueError(f"{values.size} values in the weights file; the network has {place}")
    return found


def made_up_arrays(network):
    """Of each convolution: biases, scales, means, variances, weights. As engine/synthesise.cpp makes them up: values
    keep their size from layer to layer, so that none are all alike."""
    random = np.random.default_rng(1)

    def uniform(low, high, count):
        return random.uniform(low, high, count).astype(np.float32)

    for convolution in network.convolutions:
        filters, count = convolution.filters, math.prod(convolution.shape)
        biases = uniform(-5, -3, filters) if convolution.feeds_head else uniform(-0.1, 0.1, filters)
        span = math.sqrt(3 * 1.6 * filters / count)
        weights = uniform(-span, span, count)
        normal = [(0.6, 1), (-0.1, 0.1), (0.8, 1.2)] if convolution.normalizes else [(1, 1), (0, 0), (1, 1)]
        yield biases, *(uniform(*ends, filters) for ends in normal), weights


def make_up_parameters(network):
    return [folded(c, *arrays) for c, arrays in zip(network.convolutions, made_up_arrays(network))]


def write_made_up(network, file):
    """A .weights file: version 0.2.5, pictures seen, then each convolution's arrays."""
    file.write(np.array([0, 2, 5, 0, 0], np.int32).tobytes())
    for convolution, arrays in zip(network.convolutions, made_up_arrays(network)):
        for array in arrays if convolution.normalizes else (arrays[0], arrays[-1]):
            file.write(array.tobytes())


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as cfg, open(sys.argv[2], "wb") as out:
        write_made_up(Network(read_cfg(cfg.read()), Shapes()), out)
