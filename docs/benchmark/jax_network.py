#!/usr/bin/env python3
"""A Darknet network in JAX, compiled by XLA, for programs that let engines take turns (turns.py).

  echo 'prepare 1
  time 1 2' | python docs/benchmark/jax_network.py cfg/yolov3.cfg --size 416

fp16 on a GPU, channels last, batch normalisation folded into the convolutions, and what XLA does by itself: it tries
cuDNN's and its own kernels, fuses, and records CUDA graphs. Weights are made up unless --weights names a file.
"""

import argparse
import os
import sys
from pathlib import Path

import turns
from darknet_network import Network, Unknown, input_shape, read_cfg


class JaxOps:
    """What a Network is made of; `parameters`: of each convolution, while XLA looks at what is computed."""

    def __init__(self):
        self.parameters = []

    def convolution(self, c, number):
        from jax import lax

        act = self.activation(c.activation)

        def run(x):
            biases, weights = self.parameters[number]
            edges = [(c.padding, c.padding)] * 2
            layout = ("NHWC", "HWIO", "NHWC")
            sums = lax.conv_general_dilated(
                x, weights, (c.stride, c.stride), edges, feature_group_count=c.groups, dimension_numbers=layout
            )
            return act(sums + biases)

        return run

    @staticmethod
    def activation(name):
        import jax
        import jax.numpy as jnp

        known = {
            "linear": lambda x: x,
            "leaky": lambda x: jnp.where(x > 0, x, x * 0.1),
            "relu": jax.nn.relu,
            "mish": lambda x: x * jnp.tanh(jax.nn.softplus(x)),
            "swish": jax.nn.silu,
            "logistic": jax.nn.sigmoid,
        }
        if name not in known:
            raise Unknown(f"no activation {name}")
        return known[name]

    @staticmethod
    def max_pool(x, size, stride, edges):
        import jax.numpy as jnp
        from jax import lax

        lowest = jnp.array(-jnp.inf, x.dtype)
        padding = [(0, 0), edges, edges, (0, 0)]
        return lax.reduce_window(x, lowest, lax.max, (1, size, size, 1), (1, stride, stride, 1), padding)

    @staticmethod
    def upsample(x, stride):
        return x.repeat(stride, 1).repeat(stride, 2)

    @staticmethod
    def channels(x, first, count):
        return x[..., first : first + count]

    @staticmethod
    def concatenate(parts):
        import jax.numpy as jnp

        return jnp.concatenate(parts, -1)

    @staticmethod
    def mean(x):
        return x.mean((1, 2), keepdims=True)

    @staticmethod
    def softmax(x):
        import jax

        return jax.nn.softmax(x, -1)


def function_of(network):
    """(parameters, picture) -> the network's values."""

    def function(parameters, picture):
        network.engine.parameters = parameters
        return network.run(picture)

    return function


def for_device(parameters, kind):
    """Weights as height, width, channels, filters."""
    import jax

    return [
        (jax.device_put(biases.astype(kind)), jax.device_put(weights.transpose(2, 3, 1, 0).astype(kind)))
        for biases, weights in parameters
    ]


def preparation(args):
    """prepare(batch), as turns.serve() wants it."""
    from darknet_parameters import make_up_parameters, read_parameters

    import jax
    import jax.numpy as jnp

    sections = read_cfg(args.cfg.read_text(encoding="utf-8"))
    network = Network(sections, JaxOps())
    data = args.weights and args.weights.read_bytes()
    found = read_parameters(network, data) if data else make_up_parameters(network)
    kind = jnp.float16 if args.device == "cuda" else jnp.float32
    parameters = for_device(found, kind)
    channels, height, width = input_shape(sections)

    def prepare(batch):
        shape = batch, args.size or height, args.size or width, channels
        picture = jax.random.uniform(jax.random.key(1), shape, kind)
        function = jax.jit(function_of(network)).lower(parameters, picture).compile()

        def run(passes):
            for _ in range(passes):
                values = function(parameters, picture)
            jax.block_until_ready(values)

        run(1)
        return run, {"jax": jax.__version__}

    return prepare


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cfg", type=Path)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--size", type=int, help="pixels a side (the cfg's)")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    args = parser.parse_args()
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # others are on the device too
    os.environ.setdefault("JAX_PLATFORMS", args.device)
    try:
        import jax
    except ImportError:
        sys.exit("jax_network.py: needs JAX")
    try:
        jax.devices()
    except RuntimeError:
        sys.exit("jax_network.py: JAX finds no GPU")
    try:
        turns.serve(preparation(args))
    except Unknown as what:
        sys.exit(f"jax_network.py: {what}")


if __name__ == "__main__":
    main()
