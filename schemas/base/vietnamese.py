"""Vietnamese text forms: NFC, one tone placement, folding for search and for label matching.

Pure functions on `str`; nothing here corrects what a paper says.
"""

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_OPEN_SYLLABLE = re.compile(
    r"([oO])([aeAE])([" + _TONES + r"])(?![^\W\d_])|(?<![qQ])([uU])([yY])([" + _TONES + r"])(?![^\W\d_])"
)
_SPACES = re.compile(r"\s+")


def nfc(text: str) -> str:
    """`text` in Unicode NFC with every run of white space as one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def with_one_tone_placement(text: str) -> str:
    """`hoà`, `thuý` → `hòa`, `thúy` (NFC): the placement of Decree 30/2020's own samples.

    Only open syllables in oa, oe, uy differ between the two habits; `quý` has no choice.
    """

    def move(match: re.Match[str]) -> str:
        glide, vowel, tone = match.group(1, 2, 3) if match.group(1) else match.group(4, 5, 6)
        return glide + tone + vowel

    return unicodedata.normalize("NFC", _OPEN_SYLLABLE.sub(move, unicodedata.normalize("NFD", text)))


def fold(text: str) -> str:
    """Lower case without marks, `đ` as `d`: what people type when they search (`nguyen thi dung`).

    NFC and NFD, `hoà` and `hòa` fold alike. The length may differ from the input's.
    """
    if not text.isascii():
        bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
        text = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(text.lower().split())


def same_spelling(text: str) -> str:
    """Lower-case NFC with one tone placement: equal exactly for equal spellings."""
    return with_one_tone_placement(nfc(text)).lower()


_NAME_PARTS = re.compile(r"(?<=['’ʼ‘´`\-‐‑–])")
"""After a hyphen or an apostrophe a name goes on with a capital."""


def title_case(name: str) -> str:
    """`NGUYỄN VĂN A` → `Nguyễn Văn A`, `H'HEN NIÊ-KĐĂM` → `H'Hen Niê-Kđăm`; blanks folded."""
    return " ".join(
        "".join(part[:1].upper() + part[1:].lower() for part in _NAME_PARTS.split(word))
        for word in nfc(name).split()
    )
