"""One catalogue of messages: the Vietnamese sentence is the key, `locale/en.po` has the English."""

import io
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from schemas.base.language import Bilingual, Language


@cache
def english() -> Translations:
    """The English catalogue, compiled from its text when first asked for."""
    with (files("web") / "locale" / "en.po").open("rb") as source:
        catalogue = read_po(source, locale="en", abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def translations(language: Language) -> dict[str, Callable[..., Any]]:
    """What templates say things with: `_` for messages, `tell` for sentences of the catalogue data."""

    def say(message: str, **values: object) -> str:
        text = english().gettext(message) if language is Language.ENGLISH else message
        return text % values if values else text

    def tell(sentence: Bilingual) -> str:
        return sentence.in_(language)

    return {"_": say, "tell": tell}
