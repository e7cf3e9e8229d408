"""Every sentence of the pages exists in English too, and no other."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

from schemas.base.language import Bilingual, Language
from web.core.translations import translations

WEB = Path(__file__).parents[2] / "web"
_SAID = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_PLACE = re.compile(r"%\(\w+\)s")


def test_pages_and_catalogue_hold_the_same_sentences() -> None:
    said = {
        one or other
        for page in (WEB / "templates").glob("*.html")
        for one, other in _SAID.findall(page.read_text())
    }
    with (WEB / "locale" / "en.po").open("rb") as source:
        known = {message.id: message.string for message in read_po(source, locale="en") if message.id}
    assert said == set(known)
    for vietnamese, english in known.items():
        assert english
        assert set(_PLACE.findall(str(vietnamese))) == set(_PLACE.findall(str(english))), vietnamese


def test_sentences_are_said_in_the_visitors_language() -> None:
    vietnamese, english = (translations(language) for language in Language)
    assert vietnamese["_"]("Trang %(n)s", n=3) == "Trang 3"
    assert english["_"]("Trang %(n)s", n=3) == "Page 3"
    assert english["_"]("Kiểm tra") == "Review"
    assert english["tell"](Bilingual(vi="Có", en="Yes")) == "Yes"
