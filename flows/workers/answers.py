"""What a worker process answers: JSON of a fixed shape, never anything that acts when it is read.

A worker opens foreign files and may be taken over by one. Its answer is bounded, names the job it is for,
and holds a value of the type that the job promises, or an error's name from our own table.
"""

import inspect
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.base.model import Frozen
from schemas.environment_errors import CannotWrite
from schemas.errors import BadInput, EnvironmentFaulty, ReadingFailed, SohoaError, WorkerDied
from schemas.file_errors import ContainerFile

Value = TypeVar("Value")
NAME_LETTERS = 32
"""Of a job, told with it and answered with it."""
_NAME, _TEXT = 80, 400
"""Letters of an error's name, and of what it says."""

_ROOTS = (BadInput, ContainerFile, ReadingFailed, EnvironmentFaulty, CannotWrite)
"""Branches a job may end with; a leaf of each file of errors, so that all are loaded in both processes."""


class JobError(Frozen):
    """A job that failed: the error's class, what it happened to, what a program said of it."""

    name: str = Field(max_length=_NAME)
    subject: str = Field("", max_length=_TEXT)
    detail: str = Field("", max_length=_TEXT)


class Answer(BaseModel, Generic[Value]):
    """One worker's answer to one job."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    job: str = Field(max_length=_NAME)
    """As it was told with the job: an answer to another is none."""
    value: Value | None = None
    error: JobError | None = None
    last: bool = False
    """The worker grew, and wants to be replaced."""


def answer_type(job: Callable[..., Any]) -> Any:
    """The type of value that `job` promises. Raises `TypeError` when it does not say."""
    promised = inspect.signature(job).return_annotation
    if promised is inspect.Signature.empty:
        raise TypeError(f"{job} does not say what it returns")
    return promised


def failure(error: Exception) -> JobError:
    """In the worker: `error` by name; of one that is not ours only the name, for it may quote a paper."""
    ours = isinstance(error, SohoaError)
    return JobError(
        name=type(error).__name__[:_NAME],
        subject=error.subject[:_TEXT] if isinstance(error, SohoaError) else "",
        detail=error.detail[:_TEXT] if isinstance(error, SohoaError) and ours else "",
    )


def read_answer(content: bytes, kind: Any, job: str, subject: str) -> tuple[Any, bool]:
    """The value, and whether the worker wants to be replaced.

    Raises the job's error as one of ours, about `subject`; `WorkerDied` for whatever is not an answer to
    this job.
    """
    try:
        answer = Answer[kind].model_validate_json(content)
    except ValidationError as error:
        raise WorkerDied(subject, "malformed answer") from error
    if answer.job != job:
        raise WorkerDied(subject, "answer to another job")
    if answer.error:
        raise _translated(answer.error, subject)
    return answer.value, answer.last


def _translated(error: JobError, subject: str) -> SohoaError:
    """An error of our tree; what it happened to is told by us, unless it is this machine."""
    kind = _errors().get(error.name)
    if kind is None:
        return WorkerDied(subject, _plain(error.name))
    named = _plain(error.subject) if issubclass(kind, EnvironmentFaulty) else subject
    return kind(named, _plain(error.detail))


def _errors() -> dict[str, type[SohoaError]]:
    """What a job may end with, by name."""
    return {kind.__name__: kind for root in _ROOTS for kind in _all(root)}


def _all(kind: type[SohoaError]) -> Iterator[type[SohoaError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _all(below)


def _plain(text: str) -> str:
    """Printable, on one line: it is shown on terminals and pages."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
