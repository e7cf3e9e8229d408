"""Train the reader of digits written by hand: `make digits`; into `ocr/digits.onnx`.

Needs what `training.lock` pins. `bench/digits/accuracy.py` measures the reader.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import jax
import numpy as np
import onnx
import optax
from jax import numpy as jnp
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bench.digits.crops import Crop, draw_crop
from bench.digits.material import fetch, writers
from ocr.recognition.written_digits import HEIGHT, WIDTHS, inked_width

_MODEL = Path(__file__).parents[2] / "ocr" / "digits.onnx"
_CROPS, _EACH, _TESTED = 60_000, 2_500, 2_000
_EPOCHS, _BATCH, _RATE, _DROPPED = 6, 128, 2.5e-3, 0.15
_LONGEST = 5
_IR = 10
"""Version of ONNX's format: runtimes of two years ago read it, too."""
_LAYERS = (
    ((3, 3), 1, 16, (2, 2)),
    ((3, 3), 16, 32, (2, 2)),
    ((3, 3), 32, 48, (2, 1)),
    ((3, 3), 48, 64, (1, 1)),
    ((4, 3), 64, 96, (1, 1)),
    ((1, 3), 96, 96, (1, 1)),
    ((1, 1), 96, 11, (1, 1)),
)
"""Kernel, channels in and out, and what is pooled after it; the fifth takes all four rows that are left."""
Layer = tuple[jax.Array, jax.Array]


def main() -> None:
    """Fetch, draw, train, write, and say how often the reader is right on hands left out."""
    fetch()
    jobs = [(seed, _EACH, False) for seed in range(_CROPS // _EACH)]
    with ProcessPoolExecutor() as pool:
        crops = [crop for drawn in pool.map(_draw, jobs) for crop in drawn]
        tested = list(pool.submit(_draw, (1000, _TESTED, True)).result())
    layers = train(crops, tested)
    _MODEL.write_bytes(to_onnx(layers).SerializeToString())
    print(f"{_right(layers, tested):.3f} of {_TESTED} crops of hands left out read right")


def _draw(job: tuple[int, int, bool]) -> list[Crop]:
    seed, count, left_out = job
    rng, own = np.random.default_rng(seed), writers(left_out=left_out)
    return [draw_crop(rng, own) for _ in range(count)]


def train(crops: Sequence[Crop], tested: Sequence[Crop]) -> list[Layer]:
    """The network's layers; the same for the same crops."""
    rng, key = np.random.default_rng(0), jax.random.PRNGKey(0)
    layers = [_new_layer(rng, *layer[:3]) for layer in _LAYERS]
    steps = _EPOCHS * len(crops) // _BATCH
    schedule = optax.cosine_onecycle_schedule(steps, _RATE, pct_start=0.1)
    optimiser = optax.adamw(schedule, weight_decay=1e-4)
    state = optimiser.init(layers)

    @jax.jit  # type: ignore[untyped-decorator]  # jax is not installed where types are checked
    def step(layers: Any, state: Any, shown: Any, labels: Any, padded: Any, key: Any) -> Any:
        loss, slope = jax.value_and_grad(_loss)(layers, shown, labels, padded, key)
        change, state = optimiser.update(slope, state, layers)
        return optax.apply_updates(layers, change), state, loss

    for epoch in range(_EPOCHS):
        for batch, width in _batches(rng, crops):
            key, own = jax.random.split(key)
            layers, state, _ = step(layers, state, *_arrays(rng, batch, width), own)
        print(f"epoch {epoch + 1} of {_EPOCHS}: {_right(layers, tested):.3f}", flush=True)
    return layers


def _batches(rng: np.random.Generator, crops: Sequence[Crop]) -> list[tuple[list[Crop], int]]:
    """Batches of crops of like width, in any order."""
    widths = np.array([inked_width(crop.shown) for crop in crops])
    batches = []
    for width in WIDTHS:
        own = rng.permutation(np.flatnonzero(widths == width))
        starts = range(0, len(own) - _BATCH + 1, _BATCH)
        batches += [([crops[each] for each in own[at : at + _BATCH]], width) for at in starts]
    return [batches[at] for at in rng.permutation(len(batches))]


def _arrays(rng: np.random.Generator, batch: Sequence[Crop], width: int) -> tuple[Any, Any, Any]:
    """Crops, fainter or darker and with noise; labels from 1, and where there are none."""
    shown = np.stack([crop.shown[:, :width] for crop in batch])
    shown = shown * rng.uniform(0.7, 1.2, (len(batch), 1, 1)) + rng.normal(0, 0.03, shown.shape)
    labels = np.zeros((len(batch), _LONGEST), np.int32)
    padded = np.ones((len(batch), _LONGEST), np.float32)
    for at, crop in enumerate(batch):
        labels[at, : len(crop.text)] = [int(digit) + 1 for digit in crop.text]
        padded[at, : len(crop.text)] = 0
    return np.clip(shown, 0, 1).astype(np.float32), labels, padded


def _new_layer(rng: np.random.Generator, kernel: tuple[int, int], inside: int, out: int) -> Layer:
    spread = np.sqrt(2 / (kernel[0] * kernel[1] * inside))
    return jnp.asarray(rng.normal(0, spread, (*kernel, inside, out)), jnp.float32), jnp.zeros(out)


def _loss(layers: Sequence[Layer], shown: Any, labels: Any, padded: Any, key: Any) -> Any:
    logits = _network(layers, shown, key)
    return optax.ctc_loss(logits, jnp.zeros(logits.shape[:2]), labels, padded).mean()


def _network(layers: Sequence[Layer], shown: Any, key: Any = None) -> Any:
    """Logits `(batch, steps, 11)`; with `key` some of what is seen is dropped, as in training."""
    seen = shown[..., None]
    last = len(layers) - 1
    for at, (layer, (kernel, _, _, pooled)) in enumerate(zip(layers, _LAYERS, strict=True)):
        seen = _convolved(seen, layer, rows=kernel[0] == 3)
        seen = _pooled(jax.nn.relu(seen), pooled) if at < last else seen
        if key is not None and at == last - 2:
            seen = seen * jax.random.bernoulli(key, 1 - _DROPPED, seen.shape) / (1 - _DROPPED)
    return seen[:, 0]


def _convolved(seen: Any, layer: Layer, *, rows: bool) -> Any:
    """One convolution as a product of matrices: its slope is found ten times as fast as a convolution's."""
    weights, bias = layer
    tall, wide, inside, out = weights.shape
    seen = jnp.pad(seen, ((0, 0), (int(rows), int(rows)), (wide // 2, wide // 2), (0, 0)))
    high, across = seen.shape[1] - tall + 1, seen.shape[2] - wide + 1
    shifted = [seen[:, y : y + high, x : x + across] for y in range(tall) for x in range(wide)]
    return jnp.concatenate(shifted, -1) @ weights.reshape(tall * wide * inside, out) + bias


def _pooled(seen: Any, size: tuple[int, int]) -> Any:
    count, high, wide, channels = seen.shape
    parts = seen.reshape(count, high // size[0], size[0], wide // size[1], size[1], channels)
    return parts.max((2, 4))


def _right(layers: Sequence[Layer], crops: Sequence[Crop]) -> float:
    """Share of `crops` whose likeliest path says their digits."""
    right = 0
    for width in WIDTHS:
        own = [crop for crop in crops if inked_width(crop.shown) == width]
        shown = np.stack([crop.shown[:, :width] for crop in own]).astype(np.float32)
        paths = np.asarray(_network(layers, shown)).argmax(-1)
        right += sum(_said(path) == crop.text for path, crop in zip(paths, own, strict=True))
    return right / len(crops)


def _said(path: NDArray[Any]) -> str:
    changes = np.concatenate([[True], path[1:] != path[:-1]])
    return "".join(str(label - 1) for label in path[changes & (path > 0)])


def to_onnx(layers: Sequence[Layer]) -> onnx.ModelProto:
    """The network for crops `(1, 1, 32, width)`; logits `(1, 11, 1, width / 4)`."""
    nodes, weights, last = [], [], "crop"
    for at, (layer, (kernel, _, _, pooled)) in enumerate(zip(layers, _LAYERS, strict=True)):
        rows = int(kernel[0] == 3)
        arrays = {"w": np.asarray(layer[0]).transpose(3, 2, 0, 1), "b": np.asarray(layer[1])}
        weights += [numpy_helper.from_array(array, f"{name}{at}") for name, array in arrays.items()]
        pads = [rows, kernel[1] // 2, rows, kernel[1] // 2]
        nodes.append(helper.make_node("Conv", [last, f"w{at}", f"b{at}"], [f"c{at}"], pads=pads))
        last = f"c{at}"
        if at < len(layers) - 1:
            nodes.append(helper.make_node("Relu", [last], [f"r{at}"]))
            last = f"r{at}"
        if pooled != (1, 1):
            size = {"kernel_shape": pooled, "strides": pooled}
            nodes.append(helper.make_node("MaxPool", [last], [f"p{at}"], **size))
            last = f"p{at}"
    shapes: Mapping[str, Sequence[int | str]] = {"crop": (1, 1, HEIGHT, "width"), last: (1, 11, 1, "steps")}
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    graph = helper.make_graph(nodes, "digits", ends[:1], ends[1:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=_IR)
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    main()
