"""Whole dossiers as files: some papers, one multi-page PDF, and the truth beside it as JSON."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import img2pdf

from samples.drawing.canvas import Canvas
from samples.drawing.damage import Level, damage
from samples.papers.administrative_document import draw_administrative_document
from samples.papers.application_form import draw_application_form
from samples.papers.birth_certificate import draw_birth_certificate
from samples.papers.business_registration import draw_business_registration
from samples.papers.civil_status import (
    draw_death_certificate,
    draw_marital_status_certificate,
    draw_marriage_certificate,
)
from samples.papers.construction_permit import draw_construction_permit
from samples.papers.identity_card import draw_identity_card
from samples.papers.land_use_certificate import draw_land_use_certificate
from samples.papers.letter import draw_letter
from samples.papers.receipt_slip import draw_receipt_slip
from samples.truth import DossierTruth, DrawnPage, DrawnPaper, PageTruth, PaperTruth

Painter = Callable[[Random, str, str], DrawnPaper]
PAINTERS: dict[str, Painter] = {
    "marriage_certificate": draw_marriage_certificate,
    "marital_status_certificate": draw_marital_status_certificate,
    "death_certificate": draw_death_certificate,
    "land_use_certificate": draw_land_use_certificate,
    "business_registration": draw_business_registration,
    "construction_permit": draw_construction_permit,
    "application_form": draw_application_form,
    "identity_card": draw_identity_card,
    "birth_certificate": draw_birth_certificate,
    "administrative_document": draw_administrative_document,
    "receipt_slip": draw_receipt_slip,
    "unknown": draw_letter,
}
"""One painter a document type."""
LAYOUTS: dict[str, tuple[str, ...]] = {
    "application_form": ("declaration", "letter"),
    "birth_certificate": ("leaders", "plain", "extract"),
    "business_registration": ("numbered", "bold"),
    "construction_permit": ("numbered", "leaders"),
    "death_certificate": ("extract", "copy"),
    "identity_card": ("chip", "2024"),
    "land_use_certificate": ("booklet", "sheet"),
    "marital_status_certificate": ("plain", "leaders"),
    "marriage_certificate": ("sides", "leaders", "extract"),
    "receipt_slip": ("barcode", "qr"),
}
"""Layouts of each type that rules and weights are made on."""
UNSEEN_LAYOUTS: dict[str, tuple[str, ...]] = {
    "application_form": ("typed",),
    "business_registration": ("sans",),
    "construction_permit": ("houses",),
    "death_certificate": ("old",),
    "land_use_certificate": ("opened",),
    "marital_status_certificate": ("prose",),
    "marriage_certificate": ("above",),
}
"""Layouts that only scores are measured on."""
_BLANK_BACK = 0.15
_JPEG_QUALITY = {Level.CLEAN: 92, Level.OFFICE: 80, Level.BAD: 75}


def draw_dossier(seed: int, font_set: str = "a", *, blank: bool = True) -> list[DrawnPaper]:
    """Receipt slip, card, birth certificate, sometimes more; a blank back in every third."""
    rng = Random(f"{seed}-{font_set}")
    kinds = ["receipt_slip", "identity_card", "birth_certificate"]
    kinds += rng.sample(["administrative_document", "unknown"], rng.randint(0, 2))
    papers = [PAINTERS[kind](rng, font_set, "") for kind in kinds]
    if blank and seed % 3 == 0:
        papers.append(DrawnPaper("blank", (Canvas(font_set).finish(),)))
    return papers


def draw_mixed_dossier(seed: int, font_set: str = "a") -> list[DrawnPaper]:
    """Four to eight papers of any types in any order, with blank backs between them."""
    rng = Random(f"mixed-{seed}-{font_set}")
    papers: list[DrawnPaper] = []
    for kind in rng.choices(sorted(PAINTERS), k=rng.randint(4, 8)):
        papers.append(PAINTERS[kind](rng, font_set, ""))
        if rng.random() < _BLANK_BACK:
            papers.append(DrawnPaper("blank", (Canvas(font_set).finish(),)))
    return papers


def write_dossier(
    papers: list[DrawnPaper], file: Path, *, name: str, level: Level, seed: int
) -> DossierTruth:
    """Write `papers`, damaged, as one PDF, and its truth as `….truth.json` beside it."""
    rng = Random(f"{seed}-{level}")
    images: list[bytes] = []
    pages: list[PageTruth] = []
    truths: list[PaperTruth] = []
    for paper in papers:
        numbers = tuple(range(len(pages) + 1, len(pages) + 1 + len(paper.pages)))
        if paper.document_type != "blank":
            truths.append(PaperTruth(document_type=paper.document_type, pages=numbers, fields=paper.fields))
        for page in paper.pages:
            jpeg, turned = encode_page(page, level, rng)
            images.append(jpeg)
            pages.append(page.truth.with_changes(turned_degrees=turned))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(img2pdf.convert(images, rotation=img2pdf.Rotation.ifvalid, nodate=True))
    truth = DossierTruth(name=name, level=level, seed=seed, pages=tuple(pages), papers=tuple(truths))
    truth_file(file).write_text(truth.model_dump_json(indent=1), "utf-8")
    return truth


def encode_page(page: DrawnPage, level: Level, rng: Random) -> tuple[bytes, int]:
    """The damaged page as JPEG with its dpi, and how far it lies turned."""
    image, dpi, turned = damage(page, level, rng)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_JPEG_QUALITY[level], dpi=(dpi, dpi))
    return out.getvalue(), turned


def write_batch(
    folder: Path, *, seeds: range, levels: tuple[Level, ...] = tuple(Level), font_set: str = "a"
) -> Iterator[DossierTruth]:
    """Write a dossier for every seed and level into `folder`, yielding truths as they are done."""
    for seed in seeds:
        for level in levels:
            name = f"ho-so-{seed:03d}-{level}"
            papers = draw_dossier(seed, font_set)
            yield write_dossier(papers, folder / f"{name}.pdf", name=name, level=level, seed=seed)


def truth_file(file: Path) -> Path:
    """Where the truth of a drawn file lies."""
    return file.with_suffix(".truth.json")


def read_truth(file: Path) -> DossierTruth:
    """The truth written beside `file`."""
    return DossierTruth.model_validate_json(truth_file(file).read_text("utf-8"))
