"""Values beside labels that no list has: what is still missing is matched to the phrases still unexplained.

Trees, fitted on papers whose labels were taken off the lists (`bench/labels.py`), say how likely a phrase is
the label of a field. They look at the words it shares with known labels, at the kind of the value and at what
stands around it, and know nothing of types: a type that is added as data is read by them as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import log

from rapidfuzz import fuzz

from ocr.extraction.form import Form, Located
from ocr.extraction.label_matching import Hit, label_keys
from ocr.extraction.label_places import begins_row, has_colon
from ocr.extraction.label_values import value_at
from ocr.extraction.phrases import find_phrases
from ocr.extraction.value_parsers import parse_value
from ocr.text.tokens import Row, bare
from schemas.base.geometry import Box, enclosing
from schemas.catalogue import document_types, names
from schemas.document_type import FieldCheck, FieldRule, Locator, ValueKind
from schemas.paper import FieldValue
from schemas.trees import BoostedTrees

LEAST = 0.5
"""A phrase less likely than this is left alone."""
_SAME_WORD = 80.0
_UNKNOWN_WORD = 2.0
"""What a word weighs that no label has; words of labels weigh up to 5."""
_FAR = 9
_MOST_PHRASES = 150
"""A paper with more is running text, or made to keep us busy."""
_OF_PLACES = frozenset(("noi", "dia", "que", "tai", "tru"))
"""Words of labels beside which a place stands, without marks."""
_PLACES = frozenset(("tinh", "huyen", "xa", "phuong", "quan", "pho", "thon", "ap", "duong", "thi"))


@dataclass(frozen=True)
class Candidate:
    """A phrase with its value, as the label of a field, and what the trees look at."""

    field: str
    found: Located
    features: Mapping[str, float]
    phrase: tuple[int, int]
    """Row and token that it begins at."""


def find_unlisted(form: Form, fields: Mapping[str, FieldValue]) -> dict[str, Located]:
    """The likeliest value of each field that `fields` lacks, where one is likely; a phrase labels one field.

    The evidence's `label` is the probability (0…1) that the phrase is the field's label.
    """
    scored = [(scorer().probability(candidate.features), candidate) for candidate in candidates(form, fields)]
    chosen: dict[str, Located] = {}
    used: set[tuple[int, int]] = set()
    for likely, candidate in sorted(scored, key=lambda pair: -pair[0]):
        if likely < LEAST:
            break
        if candidate.field not in chosen and candidate.phrase not in used:
            evidence = candidate.found.evidence.with_changes(label=round(likely, 4), unlisted=True)
            chosen[candidate.field] = replace(candidate.found, evidence=evidence)
            used.add(candidate.phrase)
    return chosen


def candidates(form: Form, fields: Mapping[str, FieldValue]) -> Iterator[Candidate]:
    """Each phrase, and each label that gave none of the `fields`, with each missing field it may name."""
    labels = {name: _labels(rule) for name, rule in form.type.fields.items()}
    missing = {
        name: rule
        for name, rule in form.type.fields.items()
        if labels[name] and name not in fields and rule.kind is not ValueKind.PAPER_LIST
    }
    if not missing:
        return
    beside, alone = find_phrases(form)
    phrases = (*beside, *_idle(form, fields), *alone)
    if len(phrases) > _MOST_PHRASES:
        return
    whole = form.with_hits(beside)
    for phrase in phrases:
        own = whole.with_hits([phrase]) if phrase in alone else whole
        at = own.hits.index(phrase)
        shared = {name: _likeness(phrase.label, own_labels) for name, own_labels in labels.items()}
        around = _around(own, at, fields)
        stands: dict[int, Located | None] = {}
        for name, rule in missing.items():
            finder = next(finder for finder in rule.find if finder.where is Locator.LABEL)
            if finder.lines not in stands:
                stands[finder.lines] = value_at(own, at, finder.lines)
            found = stands[finder.lines]
            if found is None or parse_value(rule.kind, found.raw) is None:
                continue
            rival = max((score for other, (score, _, _) in shared.items() if other != name), default=0.0)
            features = {
                **_words(phrase, shared[name], rival),
                **around.features(form, name, found),
                "section": float(not finder.section) + 2 * float(finder.section == own.sections[at]),
                "alone": float(phrase in alone),
                "missing": float(len(missing)),
                **_value(rule, found.raw),
            }
            yield Candidate(name, found, features, (phrase.row, phrase.start))


def _idle(form: Form, fields: Mapping[str, FieldValue]) -> Iterator[Hit]:
    """Labels of fields or sections that stand beside no value that was read."""
    used = {(value.page_number, value.label_box) for value in fields.values()}
    others = label_keys(form.type.stops) | form.english
    for hit in form.hits:
        row = form.rows[hit.row]
        box = enclosing([token.box for token in row.tokens[hit.start : hit.end]])
        if (row.page.page_number, box) not in used and hit.key not in others:
            yield hit


@dataclass(frozen=True)
class _Around:
    """What stands around a phrase: the fields read before and after it, and what is taken by any."""

    row: Row
    phrase: Hit
    before: str
    after: str
    taken: tuple[Box, ...]
    """Lines of values on its page."""

    def features(self, form: Form, name: str, found: Located) -> dict[str, float]:
        """The same for the trees, were `found` the value of field `name`."""
        order = list(form.type.fields)
        first = self.row.tokens[self.phrase.start].box
        return {
            "colon": float(has_colon(self.row, self.phrase.end)),
            "begins": float(begins_row(self.row, self.phrase.start)),
            "below": float(found.evidence.below),
            "lines": float(found.evidence.lines),
            "after_before": _steps(order, self.before, name),
            "before_after": _steps(order, name, self.after),
            "claimed": float(self._is_taken(first)),
            "value_claimed": float(any(map(self._is_taken, found.lines))),
        }

    def _is_taken(self, box: Box) -> bool:
        return any(box.overlap_x(other) > 0 and box.overlap_y(other) > 0 for other in self.taken)


def _around(form: Form, at: int, fields: Mapping[str, FieldValue]) -> _Around:
    phrase = form.hits[at]
    row = form.rows[phrase.row]
    page, first = row.page.page_number, row.tokens[phrase.start].box
    places = {
        name: (value.page_number, value.lines[0].top, value.lines[0].left)
        for name, value in fields.items()
        if value.lines
    }
    above = {name for name, place in places.items() if place < (page, first.top, first.left)}
    return _Around(
        row=row,
        phrase=phrase,
        before=max(above, key=lambda name: places[name], default=""),
        after=min(places.keys() - above, key=lambda name: places[name], default=""),
        taken=tuple(line for value in fields.values() if value.page_number == page for line in value.lines),
    )


def _labels(rule: FieldRule) -> tuple[str, ...]:
    return tuple(label for finder in rule.find if finder.where is Locator.LABEL for label in finder.labels)


def _words(phrase: Hit, likeness: tuple[float, float, float], rival: float) -> dict[str, float]:
    shared, covered, letters = likeness
    return {
        "shared": shared,
        "covered": covered,
        "letters": letters,
        "rival": rival,
        "lead": shared - rival,
        "words": float(len(phrase.label.split())),
        "weight": sum(map(_weight, phrase.label.split())),
    }


def _likeness(phrase: str, labels: tuple[str, ...]) -> tuple[float, float, float]:
    """What phrase and likest label share, by weight of words; what of it any has; likeness of letters."""
    words = [word for word in map(bare, phrase.split()) if word]
    total = sum(map(_weight, words)) or 1.0
    best = letters = 0.0
    anywhere: set[str] = set()
    for label in labels:
        others = _bare_words(label)
        same = [word for word in words if any(_is_same(word, other) for other in others)]
        anywhere |= set(same)
        common = sum(map(_weight, same))
        best = max(best, common / (total + sum(map(_weight, others)) - common or 1.0))
        letters = max(letters, fuzz.token_sort_ratio(" ".join(words), " ".join(others)) / 100)
    return best, sum(_weight(word) for word in words if word in anywhere) / total, letters


def _is_same(word: str, other: str) -> bool:
    return word == other or (len(word) > 3 and fuzz.ratio(word, other) >= _SAME_WORD)


@cache
def _bare_words(label: str) -> tuple[str, ...]:
    return tuple(word for word in map(bare, label.split()) if word)


def _weight(word: str) -> float:
    return _weights().get(bare(word), _UNKNOWN_WORD)


@cache
def _weights() -> dict[str, float]:
    """How much a word tells: less, the more fields of all types have it in a label."""
    fields = [_labels(rule) for kind in document_types().values() for rule in kind.fields.values()]
    bags = [{word for label in labels for word in _bare_words(label)} for labels in fields if labels]
    words = {word for bag in bags for word in bag}
    return {word: log(len(bags) / sum(word in bag for bag in bags)) + 0.1 for word in words}


def _steps(order: Sequence[str], earlier: str, later: str) -> float:
    """How many fields the form has from one to the other; far without one of them."""
    if earlier not in order or later not in order:
        return float(_FAR)
    return float(max(-_FAR, min(order.index(later) - order.index(earlier), _FAR)))


def _value(rule: FieldRule, raw: str) -> dict[str, float]:
    """What the value is like, and what it should be like."""
    words = raw.split()
    folded = {bare(word) for word in words}
    digits = sum(map(str.isdigit, raw)) / max(len(raw), 1)
    capitals = sum(word[:1].isupper() for word in words) / max(len(words), 1)
    place = float(len(folded & _PLACES))
    is_place = rule.check is FieldCheck.PLACE or any(_OF_PLACES & set(_bare_words(x)) for x in _labels(rule))
    return {
        f"kind:{rule.kind}": 1.0,
        "is_place_field": float(is_place),
        "digits": digits,
        "capitals": capitals,
        "value_words": float(len(words)),
        "places": place,
        "places_fit": place if is_place else -place,
        "surname": float(bool(words) and words[0].lower() in names()[0]),
        "is_date": float(parse_value(ValueKind.DATE, raw) is not None),
        "is_id": float(parse_value(ValueKind.PERSONAL_ID, raw) is not None),
    }


@cache
def scorer() -> BoostedTrees:
    """The trees in use."""
    return BoostedTrees.model_validate_json((files("ocr") / "labels.json").read_text("utf-8"))
