"""Procedures of one case, and what they ask of the people of it."""

from datetime import date

from papers_on_file import TODAY

from rules.reuse.completeness import ReuseRequirements, check
from schemas.base.language import Bilingual
from schemas.completeness import Completeness, Party
from schemas.procedure import Case, Component, Level, Procedure

SAID = Bilingual(vi="Giấy", en="Paper")


def component(name: str = "status", **changed: object) -> Component:
    told = {"document_type": "marital_status_certificate", "name": SAID, "basis": "Luật Hộ tịch", **changed}
    return Component.model_validate({"id": name, **told})


def ask(
    *components: Component,
    on: date = TODAY,
    facts: tuple[str, ...] = (),
    demands: ReuseRequirements | None = None,
    **parties: Party,
) -> Completeness:
    case = Case(
        id="only",
        name=SAID,
        components=components,
        parties={"applicant": SAID, "partner": SAID},
        facts={"works": SAID},
    )
    made = Procedure(code="1.000894", name=SAID, field=SAID, level=Level.COMMUNE, basis="x", cases=(case,))
    return check(made, case, parties, on, frozenset(facts), demands or ReuseRequirements())
