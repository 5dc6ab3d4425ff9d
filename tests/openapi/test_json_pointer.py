"""Paths are written as JSON pointers, and read again."""

import pytest

from incident_double.openapi.json_pointer import escaped, pointer, unescaped


@pytest.mark.parametrize("step", ["", "plain", "a/b", "a~b", "~1", "~01", "/~/"])
def test_a_step_is_read_as_it_was_written(step: str) -> None:
    assert "/" not in escaped(step)
    assert unescaped(escaped(step)) == step


def test_a_path_is_written_with_its_indexes() -> None:
    assert pointer(["a/b", 0, "m~n"]) == "/a~1b/0/m~0n"
    assert pointer([]) == ""
