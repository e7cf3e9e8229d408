"""Every sentence a person reads exists twice: Vietnamese first, English beside it."""

from enum import StrEnum

from schemas.base.model import Frozen


class Language(StrEnum):
    """A language the product speaks."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


class Bilingual(Frozen):
    """One sentence in both languages."""

    vi: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the sentence in `language`."""
        return self.en if language is Language.ENGLISH else self.vi


def language_of(locale: str) -> Language:
    """Language for a POSIX locale name: English for `en…`, Vietnamese for all others.

    `C` and unset locales are Vietnamese too: the product is Vietnamese first.
    """
    return Language.ENGLISH if locale.lower().startswith("en") else Language.VIETNAMESE
