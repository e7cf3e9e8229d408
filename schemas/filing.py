"""What filing hands to the ledger: pages with their state, papers with their text."""

from schemas.base.model import Frozen
from schemas.batch import Outcome, Refusal
from schemas.paper import Paper


class PageState(Frozen):
    """Where one page of a stack is after it was filed."""

    batch_id: str
    stack: str
    scan: str
    page_number: int
    outcome: Outcome
    blank: bool = False
    reading_key: str | None = None
    refusal: Refusal | None = None


class FiledPaper(Frozen):
    """A paper with the text search looks at."""

    paper: Paper
    exact: str
    folded: str
