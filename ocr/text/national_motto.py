"""National name and motto (quốc hiệu, tiêu ngữ), and the People's Committees: letters known beforehand.

They stand on nearly every paper in these letters (Decree 30/2020/NĐ-CP, annex I, boxes 1 and 2), so
a mark that recognition lost there is put back (what else can only be misread: `certain_words`).
"""

from collections.abc import Sequence

from ocr.text.tokens import bare
from schemas.base.vietnamese import with_one_tone_placement
from schemas.page import Word

NATIONAL_NAME = ("CỘNG", "HÒA", "XÃ", "HỘI", "CHỦ", "NGHĨA", "VIỆT", "NAM")
MOTTO = ("Độc", "lập", "Tự", "do", "Hạnh", "phúc")
_LINES = (
    NATIONAL_NAME,
    MOTTO,
    ("Ủy", "ban", "nhân", "dân"),
    ("Ủy", "ban"),
    ("Hội", "đồng", "nhân", "dân"),
)


def with_motto(words: Sequence[Word]) -> list[Word]:
    """The line with the marks of these texts as they are printed."""
    result = list(words)
    places = [at for at, word in enumerate(result) if bare(word.text)]
    said = [bare(result[at].text) for at in places]
    for line in _LINES:
        wanted = [bare(text) for text in line]
        for start in range(len(said) - len(wanted) + 1):
            if said[start : start + len(wanted)] == wanted:
                for at, text in zip(places[start:], line, strict=False):
                    result[at] = _marked(result[at], text)
    return result


def _marked(word: Word, text: str) -> Word:
    """The word with the letters of `text`; how it places a tone stays (HÒA, HOÀ)."""
    if len(word.text) != len(text):
        return word
    cased = (t.upper() if own.isupper() else t.lower() for own, t in zip(word.text, text, strict=True))
    text = "".join(cased)
    if with_one_tone_placement(word.text) == with_one_tone_placement(text):
        return word
    return word.with_changes(text=text)
