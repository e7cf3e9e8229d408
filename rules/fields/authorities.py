"""Names of authorities by their grammar: an office (sở, phòng, ủy ban nhân dân …) and the place it is of."""

import re
from functools import cache

from schemas.base.vietnamese import same_spelling
from schemas.catalogue import authority_words
from schemas.units import unit_names

_OF_PLACE = re.compile(
    r"(?:^|[\s,]+)"
    r"(?:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|tx\.?|thị trấn|tt\.?|xã(?!\s+hội)|phường|p\.|đặc khu)\s+"
)


@cache
def is_known_authority(name: str) -> bool:
    """Every word of `name` is one that authorities are called by, or the name of an administrative unit.

    Marks count: `TỈNH BÉN TRE` is none. Units are those of before and since 1 July 2025.
    """
    office, *places = _OF_PLACE.split(same_spelling(name).strip(" .,;"))
    words = re.split(r"[\s,\-–]+", office.strip(" ,-–"))
    are_known = all(word in authority_words() or word.isdigit() for word in words)
    return bool(words[0] or places) and (are_known or not words[0]) and all(map(_is_unit, places))


def _is_unit(text: str) -> bool:
    name = text.strip(" ,.;-–")
    return name in unit_names()
