"""The engines the settings name, in the order in which they read."""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec

from ocr.engines.engine import Engine
from ocr.engines.tesseract import Tesseract
from schemas.environment_errors import ProgramMissing
from schemas.settings import EngineName


def open_engines(names: Sequence[EngineName]) -> tuple[Engine, ...]:
    """Those of `names` that are installed; without ONNX Runtime the product reads with Tesseract.

    Raises `ProgramMissing` when none is.
    """
    engines = tuple(_open(name) for name in names if name is EngineName.TESSERACT or has_trueocr())
    if not engines:
        raise ProgramMissing("trueocr")
    return engines


@cache
def has_trueocr() -> bool:
    """Whether trueocr and the ONNX Runtime it needs are installed."""
    return all(find_spec(module) for module in ("trueocr", "onnxruntime"))


def _open(name: EngineName) -> Engine:
    if name is EngineName.TESSERACT:
        return Tesseract()
    from ocr.engines.trueocr import TrueOcr

    return TrueOcr()
