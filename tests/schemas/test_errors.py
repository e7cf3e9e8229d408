"""The error tree: every leaf says what happened, to what, and what to do, in both languages."""

import errno
import pickle

import pytest

from schemas import environment_errors, errors, file_errors, store_errors
from schemas import request_errors as desk_errors
from schemas.errors import SohoaError


def _leaves(kind: type[SohoaError] = SohoaError) -> list[type[SohoaError]]:
    below = kind.__subclasses__()
    return [leaf for child in below for leaf in _leaves(child)] if below else [kind]


LEAVES = _leaves()


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_leaf_names_the_subject_in_both_languages(leaf: type[SohoaError]) -> None:
    message = leaf("tệp-7.pdf", "why").message
    assert "tệp-7.pdf" in message.vi
    assert "tệp-7.pdf" in message.en
    assert message.vi != message.en
    assert leaf.exit_code != 1, "an expected error has an exit status of its own"


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_leaf_crosses_processes(leaf: type[SohoaError]) -> None:
    back = pickle.loads(pickle.dumps(leaf("a", "b")))
    assert type(back) is leaf
    assert (back.subject, back.detail) == ("a", "b")


def test_codes_are_unique() -> None:
    codes = [leaf.code for leaf in LEAVES]
    assert len(codes) == len(set(codes))


def test_tree_is_drawn_in_the_docstring() -> None:
    assert errors.__doc__
    assert desk_errors.AtTheDesk in SohoaError.__subclasses__()
    assert file_errors.EmptyFile in errors.BadInput.__subclasses__()
    assert environment_errors.DiskFull in errors.EnvironmentFaulty.__subclasses__()
    assert store_errors.ClaimLost in errors.StoreFailed.__subclasses__()
    for leaf in LEAVES:
        assert leaf.__name__ in errors.__doc__


@pytest.mark.parametrize(("number", "leaf"), [(errno.ENOSPC, "DiskFull"), (errno.EACCES, "CannotWrite")])
def test_a_disk_is_called_full_only_when_it_is(number: int, leaf: str) -> None:
    error = environment_errors.write_error("x", OSError(number, "refused"))
    assert type(error) is getattr(environment_errors, leaf)


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_leaf_has_a_status_of_http(leaf: type[SohoaError]) -> None:
    assert 400 <= leaf.http_status < 600
