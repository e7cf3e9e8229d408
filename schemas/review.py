"""What people answer at the desk, before it is handed in."""

from pydantic import Field

from rules.review.answers import Said
from schemas.base.model import Frozen


class Draft(Frozen):
    """Answers given on a revision of a paper and not handed in yet."""

    revision: int
    answers: dict[str, Said] = Field(default_factory=dict)
