"""Two people who come to marry, and the papers that an office digitised of them before."""

from datetime import date
from random import Random
from typing import NamedTuple

from samples.papers.birth_certificate import draw_birth_certificate
from samples.papers.civil_status import draw_marital_status_certificate
from samples.papers.identity_card import draw_identity_card
from samples.persons import Person, draw_person
from samples.truth import DrawnPaper


class Couple(NamedTuple):
    """The two, and a dossier of papers of each."""

    bride: Person
    groom: Person
    hers: list[DrawnPaper]
    his: list[DrawnPaper]


def draw_couple(seed: int, status_on: date) -> Couple:
    """Cards and birth certificates of both; of her also a certificate of status issued on `status_on`."""
    rng = Random(f"couple-{seed}")
    bride = draw_person(rng, born=(1994, 2002), gender="female")
    groom = draw_person(rng, born=(1990, 2000), gender="male")
    hers, his = (
        [draw_identity_card(rng, "a", "chip", of=one), draw_birth_certificate(rng, "a", "plain", of=one)]
        for one in (bride, groom)
    )
    hers.append(draw_marital_status_certificate(rng, "a", "plain", of=bride, issued=status_on))
    return Couple(bride, groom, hers, his)
