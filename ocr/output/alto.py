"""ALTO 4.4 (Library of Congress): words, boxes, confidence for archives and viewers."""

from collections.abc import Sequence
from typing import Any

from lxml import etree

from schemas.base.geometry import Box
from schemas.page import Line, PageText

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
SCHEMA = "http://www.loc.gov/alto/v4/alto-4-4.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PREFIXES: Any = {None: NAMESPACE, "xsi": _XSI}


def make_alto(pages: Sequence[PageText], *, source: str) -> bytes:
    """One `alto` document with a `Page` for each of `pages`; `source` names the scan."""
    root = etree.Element(f"{{{NAMESPACE}}}alto", nsmap=_PREFIXES)
    root.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} {SCHEMA}")
    root.set("SCHEMAVERSION", "4.4")
    description = _add(root, "Description")
    _add(description, "MeasurementUnit").text = "pixel"
    _add(_add(description, "sourceImageInformation"), "fileName").text = source
    for engine in sorted({page.engine for page in pages}):
        processing = _add(description, "Processing", ID=_id("engine", engine))
        software = _add(processing, "processingSoftware")
        _add(software, "softwareName").text = engine
    layout = _add(root, "Layout")
    for number, page in enumerate(pages, 1):
        _page(layout, page, number)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _page(layout: etree._Element, page: PageText, number: int) -> None:
    size = {"WIDTH": str(page.width_px), "HEIGHT": str(page.height_px)}
    element = _add(
        layout,
        "Page",
        ID=f"p{number}",
        PHYSICAL_IMG_NR=str(page.page_number),
        PROCESSINGREFS=_id("engine", page.engine),
        PC=f"{page.confidence:.3f}",
        LANG="vi",
        **size,
    )
    space = _add(element, "PrintSpace", HPOS="0", VPOS="0", **size)
    for at, block in enumerate(page.blocks, 1):
        name = f"p{number}b{at}"
        text = _add(space, "TextBlock", ID=name, **_place(block.box))
        for row, line in enumerate(block.lines, 1):
            _line(text, line, f"{name}l{row}")
    for at, mark in enumerate(page.marks, 1):
        _add(space, "Illustration", ID=f"p{number}m{at}", TYPE=mark.kind, **_place(mark.box))


def _line(block: etree._Element, line: Line, name: str) -> None:
    element = _add(block, "TextLine", ID=name, **_place(line.box))
    for at, word in enumerate(line.words, 1):
        if at > 1:
            before = line.words[at - 2].box
            gap = max(word.box.left - before[2], 0)
            _add(element, "SP", HPOS=str(before[2]), VPOS=str(word.box.top), WIDTH=str(gap))
        _add(
            element,
            "String",
            ID=f"{name}w{at}",
            CONTENT=_legal(word.text),
            WC=f"{word.confidence:.2f}",
            **_place(word.box),
        )


def _place(box: Box) -> dict[str, str]:
    x0, y0, x1, y1 = box
    return {"HPOS": str(x0), "VPOS": str(y0), "WIDTH": str(x1 - x0), "HEIGHT": str(y1 - y0)}


def _legal(text: str) -> str:
    """Without characters XML 1.0 forbids."""
    return "".join(c for c in text if c in "\t\n\r" or ord(c) >= ord(" ")) or "?"


def _id(kind: str, name: str) -> str:
    return f"{kind}-" + "".join(c if c.isalnum() else "-" for c in name)


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
