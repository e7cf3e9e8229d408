"""What people answer at the desk, before it is handed in."""

from pydantic import Field, JsonValue

from schemas.base.model import Frozen
from schemas.paper import Answer


class FieldAnswer(Frozen):
    """A person's answer on one field; `value` is set when it was changed or keyed."""

    answer: Answer
    value: JsonValue = None


class Draft(Frozen):
    """Answers given on a revision of a paper and not handed in yet."""

    revision: int
    answers: dict[str, FieldAnswer] = Field(default_factory=dict)
