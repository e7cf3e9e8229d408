"""Who reads the same pages: Sohoa, its engines alone, and the peers as they come."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from ocr.engines.registry import open_engines
from ocr.page import read_page
from ocr.preprocessing.page_image import PageImage
from schemas.page import PageText
from schemas.settings import EngineName

BOTH = tuple(EngineName)
BARE = "bare Tesseract"
_ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1"}
_TIMEOUT_SECONDS = 120


def read_ours(file: Path, names: tuple[EngineName, ...] = BOTH) -> PageText:
    """The page as Sohoa reads it with these engines."""
    image = Image.open(file)
    dpi = round(float(image.info.get("dpi", (200, 200))[0]))
    engines = open_engines(names)
    return read_page(PageImage(np.asarray(image.convert("RGB")), dpi), 1, engines, _TIMEOUT_SECONDS)[0]


def read_bare(file: Path) -> str:
    """Tesseract as it comes: `tesseract page.png - -l vie`, one thread."""
    return subprocess.run(
        ["tesseract", str(file), "-", "-l", "vie"],
        capture_output=True,
        text=True,
        check=True,
        env=_ONE_THREAD,
    ).stdout


def read_ocrmypdf(file: Path) -> str:
    """OCRmyPDF with what it can do for a scan; its text from the sidecar."""
    with TemporaryDirectory() as folder:
        text = Path(folder) / "page.txt"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "ocrmypdf",
                "-q",
                "-l",
                "vie",
                "--deskew",
                "--clean",
                "--rotate-pages",
                "--output-type",
                "pdf",
                "--jobs",
                "1",
                "--sidecar",
                str(text),
                str(file),
                f"{folder}/page.pdf",
            ],
            capture_output=True,
            check=True,
            env=_ONE_THREAD,
        )
        return text.read_text("utf-8")


READERS: dict[str, Callable[[Path], str]] = {
    BARE: read_bare,
    "OCRmyPDF": read_ocrmypdf,
    "Sohoa, Tesseract alone": lambda file: read_ours(file, (EngineName.TESSERACT,)).text,
    "Sohoa, trueocr alone": lambda file: read_ours(file, (EngineName.TRUEOCR,)).text,
    "Sohoa, Tesseract first": lambda file: read_ours(file, BOTH[::-1]).text,
    "**Sohoa**": lambda file: read_ours(file).text,
}
