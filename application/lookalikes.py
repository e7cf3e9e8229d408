"""Look-alike rounds: the same field of many papers seen at once; what did not look odd is right."""

from collections.abc import Sequence

from application.review import Review
from schemas.account import Actor
from schemas.base.model import Frozen
from schemas.paper import Answer
from schemas.request_errors import RecordChanged
from schemas.review import FieldAnswer
from storage.queues.reviews import Queue


class Cell(Frozen):
    """One value of the grid: which field of which revision, and whether it looked odd."""

    paper_id: str
    revision: int
    field: str
    odd: bool = False


def finish_round(review: Review, queue: Queue, cells: Sequence[Cell], by: Actor) -> int:
    """Keep the values that did not look odd; how many. The odd ones go back to the queue as they are.

    A paper that another person changed or has meanwhile stays doubtful, which is safe.
    """
    kept = 0
    for paper_id in dict.fromkeys(cell.paper_id for cell in cells):
        own = [cell for cell in cells if cell.paper_id == paper_id]
        answers = {cell.field: FieldAnswer(answer=Answer.KEPT) for cell in own if not cell.odd}
        if answers and not queue.claim(paper_id):
            try:
                review.submit_answers(paper_id, own[0].revision, answers, by)
            except RecordChanged:
                pass
            else:
                kept += len(answers)
        queue.release(paper_id)
    return kept
