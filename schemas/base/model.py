"""The base of everything that is stored or crosses a process."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Immutable; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def with_changes(self, **fields: Any) -> Self:
        """A copy with other `fields`, validated like a new one; what was computed is computed anew.

        Raises `ValidationError` for an unknown name or a value out of range.
        """
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(given | fields)
