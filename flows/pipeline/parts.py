"""The parts of a stack: which dossiers it holds, by its separator sheets and by what people laid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.pipeline.arrangements import Sheets
from flows.pipeline.reading import PageResult
from schemas.arrangement import LaidDossier, Place
from schemas.base.ids import derive_id
from schemas.page import Reading
from schemas.separator import Separator, read_separator


@dataclass
class Part:
    """One dossier: consecutive pages between two separator sheets, or what a person made of some."""

    separator: PageResult | None = None
    says: Separator | None = None
    handed_in: list[Place] = field(default_factory=list)
    """The pages between the separators, wherever a person laid them since."""
    pages: list[PageResult] = field(default_factory=list)
    id: str = ""
    laid: LaidDossier | None = None

    @property
    def was_made(self) -> bool:
        """Whether it is one because a person said so."""
        return not self.handed_in and self.separator is None

    @property
    def was_joined(self) -> bool:
        """Whether a person laid all of it elsewhere, and it is no dossier any more."""
        return self.laid is not None and not self.laid.leaves and not self.pages


def parts_of(batch_id: str, stack: str, sheets: Sheets, results: Sequence[PageResult]) -> list[Part]:
    """Dossiers of a stack: those between separators, and those that people made.

    Their ids count the separators of what was handed in, so that they stay whatever people lay elsewhere.
    """
    by_place = {result.page.place: result for result in results}
    parts = _split_at_separators(sheets.handed_in, by_place)
    for number, part in enumerate(parts, 1):
        part.id = derive_id("dossier", batch_id, stack, number)
    known = {part.id for part in parts}
    parts += [Part(id=made) for made, laid in sheets.laid.items() if made not in known and laid.leaves]
    homes = sheets.homes
    for part in parts:
        part.laid = sheets.laid.get(part.id)
        laid = [leaf.place for leaf in part.laid.leaves] if part.laid else []
        left = [place for place in part.handed_in if homes.get(place, part.id) == part.id]
        places = dict.fromkeys([*laid, *left])
        part.pages = [by_place[place] for place in places if place in by_place]
    return parts


def _split_at_separators(handed_in: Sequence[Place], by_place: Mapping[Place, PageResult]) -> list[Part]:
    """Dossiers as they were handed in; pages before the first separator are one of their own."""
    parts: list[Part] = [Part()]
    for place in handed_in:
        result = by_place.get(place)
        says = _separator_on(result.reading) if result else None
        if says:
            parts.append(Part(result, says))
        else:
            parts[-1].handed_in.append(place)
    return [part for part in parts if part.separator or part.handed_in]


def _separator_on(reading: Reading | None) -> Separator | None:
    found = (read_separator(code.text) for code in reading.page.codes) if reading else iter(())
    return next((separator for separator in found if separator), None)
