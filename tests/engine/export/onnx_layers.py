"""A network in ONNX Runtime, layer by layer: what the tests of the export and docs/networks.py share."""

import re

import numpy
import onnx
import onnxruntime

LABEL = re.compile(r".*_(\d{3,})")  # of a layer's output: its section and its number


def layer_number(name):
    return int(LABEL.fullmatch(name)[1])


def session(model):
    """Of a file's path, or a model in memory; on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    given = model.SerializeToString() if isinstance(model, onnx.ModelProto) else str(model)
    return onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])


def made_up_input(model):
    shape = [side.dim_value for side in model.graph.input[0].type.tensor_type.shape.dim]
    return numpy.random.default_rng(7).random(shape, numpy.float32)


def relative_error(values, truth):
    """rms(values - truth) / rms(truth), as in tests/relative_error.h."""
    truth = truth.astype(numpy.float64)
    return float(numpy.sqrt(((values - truth) ** 2).sum() / max((truth**2).sum(), 1e-30)))


def take_apart(model):
    """Makes every layer's inputs inputs of the model, LAYER_given, and its output one of the outputs."""
    graph = model.graph
    layers = {}
    for info in [*graph.value_info, *graph.output]:
        layers[info.name] = onnx.ValueInfoProto()
        layers[info.name].CopyFrom(info)
    given = set()
    for node in graph.node:
        for i, name in enumerate(node.input):
            if name in layers:
                node.input[i] = f"{name}_given"
                given.add(name)
    for name in sorted(given):
        graph.input.add().CopyFrom(layers[name])
        graph.input[-1].name = f"{name}_given"
    del graph.output[:], graph.value_info[:]
    graph.output.extend(layers.values())
    return given


def layer_errors(model, x, layers):
    """The error of each layer by its name, computed from what `layers` (number -> values) says of those before it."""
    inputs = {f"{name}_given": layers[layer_number(name)] for name in take_apart(model)}
    runtime = session(model)
    used = {info.name for info in runtime.get_inputs()}
    names = [info.name for info in runtime.get_outputs()]
    given = {name: value for name, value in {"input": x, **inputs}.items() if name in used}
    errors = {}
    for name, values in zip(names, runtime.run(names, given)):
        truth = layers[layer_number(name)]
        errors[name] = relative_error(values, truth) if values.shape == truth.shape else numpy.inf
    return errors
