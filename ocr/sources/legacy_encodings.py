"""Vietnamese of before Unicode: text layers written with TCVN3 (ABC, `.VnTime`) or VNI fonts.

Both put Vietnamese letters in the places of Western ones, so that a PDF of the nineties says
`Céng hßa` or `Coäng hoøa` for `Cộng hòa`. A layer is converted as a whole, and only taken when it is
sound Vietnamese afterwards (TCVN 5712:1993; the VNI-Win layout).
"""

import re
import unicodedata

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_HAT, _BREVE = "\u0302", "\u0306"
_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_VNI_MARKS = {
    "ù": _ACUTE,
    "ø": _GRAVE,
    "û": _HOOK,
    "õ": _TILDE,
    "ï": _DOT,
    "â": _HAT,
    "á": _HAT + _ACUTE,
    "à": _HAT + _GRAVE,
    "å": _HAT + _HOOK,
    "ã": _HAT + _TILDE,
    "ä": _HAT + _DOT,
    "ê": _BREVE,
    "é": _BREVE + _ACUTE,
    "è": _BREVE + _GRAVE,
    "ú": _BREVE + _HOOK,
    "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}
"""What a mark after its letter stands for; capitals have the capital mark."""
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_LOST_U = re.compile(r"(?<=[^\W\d_])-(?=[¬ê-îa-z])|(?<![\w-])-(?=[¬ê-îa-z])")
"""ư has the place of the soft hyphen, which many programs write as a hyphen."""
_CAPITAL_FONT = re.compile(r"\.Vn\w+H\b")
"""TCVN3 fonts whose small letters look like capitals."""


def from_tcvn3(text: str, font: str = "") -> str:
    """`text` of a TCVN3 font in Unicode; capitals where `font` draws its small letters as such."""
    text = _LOST_U.sub("\u00ad", text)
    converted = "".join(_TCVN3.get(char, char) for char in text)
    return converted.upper() if _CAPITAL_FONT.search(font) else converted


def from_vni(text: str, font: str = "") -> str:
    """`text` of a VNI font in Unicode: marks stand after the letter that bears them."""
    del font
    result = ""
    for char in text:
        small = char.lower()
        bearer = result[-1:]
        if small in _VNI_MARKS and bearer and unicodedata.normalize("NFD", bearer)[0].lower() in "aeouy":
            result = unicodedata.normalize("NFC", result + _VNI_MARKS[small])
        elif small in _VNI_LETTERS:
            letter = _VNI_LETTERS[small]
            result += letter.upper() if char.isupper() else letter
        else:
            result += char
    return result
