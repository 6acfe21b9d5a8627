"""Problems read as sentences with a place and a fix; the nearest name is found."""

from __future__ import annotations

import pytest

from repower.base import errors


def test_a_problem_says_where_what_and_how_to_fix_it() -> None:
    problem = errors.Problem("is negative", "write a positive count", "a.toml", "hall[1].count", "-3", 12)
    assert str(problem) == "a.toml:12: hall[1].count: is negative (value: -3). Fix: write a positive count"


def test_an_error_carries_all_its_problems() -> None:
    problems = [errors.Problem(f"wrong {i}", "mend it") for i in range(3)]
    error = errors.SiteError(problems)
    assert error.problems == tuple(problems)
    assert str(error).count("\n") == 2
    assert error.exit_code == errors.EXIT_INPUT


def test_exit_codes_differ_by_branch() -> None:
    codes = [cls.exit_code for cls in (errors.InputError, errors.InfeasibleError, errors.OutputError)]
    assert len(set(codes)) == 3
    assert errors.EXIT_OK not in codes


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("s19jpro", "Antminer S19j Pro"),
        ("antminer s21", "Antminer S21"),
        ("Whatsminer", None),
        ("Antminer S19 j Pro", "Antminer S19j Pro"),
    ],
)
def test_nearest(name: str, found: str | None) -> None:
    assert errors.nearest(name, ["Antminer S21", "Antminer S19j Pro"]) == found
