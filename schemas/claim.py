"""A claim on a waiting stack, with the number that fences its holder."""

from schemas.base.model import Frozen

MOST_TRIES = 5
"""A stack that was begun so often, and of which no further page was read, is set aside."""


class Claim(Frozen):
    """A stack that one worker has."""

    number: int
    batch_id: str
    stack: str
    token: int
    """Greater with every claim on the stack."""
    tries: int
    """How often it was begun since one of its pages was last read, this time included."""

    @property
    def is_poison(self) -> bool:
        """Whether those who had it were lost every time."""
        return self.tries > MOST_TRIES
