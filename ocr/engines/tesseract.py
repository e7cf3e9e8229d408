"""Tesseract, the engine that is always there. The only importer of pytesseract."""

import hashlib
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import cv2
import pytesseract

from ocr.engines.engine import Layout
from ocr.preprocessing.page_image import Gray
from schemas.environment_errors import ProgramMissing
from schemas.errors import EngineFailed, TookTooLong
from schemas.page import Line, Word

_LANGUAGE = "vie"
_SEGMENTATION = {Layout.PAGE: 3, Layout.SHEET: 6, Layout.ZONE: 6}
"""Page segmentation modes: fully automatic, and a single block."""
_ZONE = "-c tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_LOOKALIKES = str.maketrans({"⁄": "/", "›": ">", "‹": "<", "—": "-", "ˆ": "^", "Ð": "Đ", "ð": "đ"})
"""Characters of the model that no Vietnamese paper has, and what they are."""


class Tesseract:
    """Tesseract through pytesseract: one process a page, one thread, one run for text and boxes."""

    family = "tesseract"

    def __init__(self, language: str = _LANGUAGE) -> None:
        self.language = language

    @property
    def name(self) -> str:
        """Such as `tesseract 5.3.0 vie:1a2b3c4d`; raises `ProgramMissing`."""
        return f"tesseract {tesseract_version()} {self.language}:{_model_digest(self.language)}"

    def read(self, gray: Gray, dpi: int, layout: Layout, timeout_seconds: int) -> tuple[Line, ...]:
        """See `Engine.read`."""
        os.environ["OMP_THREAD_LIMIT"] = "1"  # without it a page takes nine times as long
        with tempfile.NamedTemporaryFile(suffix=".pgm") as file:
            cv2.imwrite(file.name, gray)
            options = f"--psm {_SEGMENTATION[layout]} --dpi {dpi} {_ZONE if layout is Layout.ZONE else ''}"
            columns = self._run(file.name, options, timeout_seconds)
        return _lines(columns)

    def quarter_turn(self, gray: Gray) -> int | None:
        """See `Engine.quarter_turn`: Tesseract's own way needs another model and is often wrong."""
        del gray
        return None

    def _run(self, file: str, options: str, timeout_seconds: int) -> dict[str, list[str]]:
        try:
            columns: dict[str, list[str]] = pytesseract.image_to_data(
                file,
                lang=self.language,
                config=options,
                output_type=pytesseract.Output.DICT,
                timeout=timeout_seconds,
            )
        except pytesseract.TesseractNotFoundError as error:
            raise ProgramMissing("tesseract-ocr") from error
        except pytesseract.TesseractError as error:
            if "loading language" in str(error.message) or "traineddata" in str(error.message):
                raise ProgramMissing(f"tesseract-ocr-{self.language}") from error
            raise EngineFailed("tesseract", f"status {error.status}") from error
        except RuntimeError as error:  # pytesseract's way to say timeout
            raise TookTooLong("tesseract", f"{timeout_seconds} s") from error
        return columns


@cache
def tesseract_version() -> str:
    """Version of the program on the path; raises `ProgramMissing`."""
    try:
        return str(pytesseract.get_tesseract_version().public)
    except pytesseract.TesseractNotFoundError as error:
        raise ProgramMissing("tesseract-ocr") from error


@cache
def _model_digest(language: str) -> str:
    """First eight hex digits of the model's SHA-256; raises `ProgramMissing`."""
    folder = _list_languages()[0].split('"')[1]
    model = Path(folder) / f"{language}.traineddata"
    if not model.is_file():
        raise ProgramMissing(f"tesseract-ocr-{language}")
    return hashlib.sha256(model.read_bytes()).hexdigest()[:8]


def _list_languages() -> list[str]:
    try:
        run = subprocess.run(
            [pytesseract.pytesseract.tesseract_cmd, "--list-langs"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ProgramMissing("tesseract-ocr") from error
    return run.stdout.splitlines()


def _lines(columns: dict[str, list[str]]) -> tuple[Line, ...]:
    lines: dict[tuple[str, str, str], list[Word]] = {}
    rows = zip(
        *(
            columns[name]
            for name in ("block_num", "par_num", "line_num", "text", "conf", "left", "top", "width", "height")
        ),
        strict=True,
    )
    for block, paragraph, line, text, confidence, left, top, width, height in rows:
        if not text.strip() or float(confidence) < 0:
            continue
        x, y = int(left), int(top)
        word = Word(
            text=text.strip().translate(_LOOKALIKES),
            box=(x, y, x + int(width), y + int(height)),
            confidence=min(max(float(confidence) / 100, 0.0), 1.0),
        )
        lines.setdefault((block, paragraph, line), []).append(word)
    return tuple(Line(words=tuple(words)) for words in lines.values())
