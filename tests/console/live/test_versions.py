"""What of changed rows is news."""

from console.live.filters import EVERYTHING
from console.live.versions import Versions

READY = (("state", "ready"),)


def row(id, version, state="ready"):
    return {"id": id, "version": version, "state": state}


def test_a_row_is_told_once_a_version():
    versions = Versions(EVERYTHING)
    assert versions.sift([row("a", 1)]) == ([row("a", 1)], [])
    assert versions.sift([row("a", 1)]) == ([], [])
    assert versions.sift([row("a", 2)]) == ([row("a", 2)], [])


def test_an_older_version_is_never_told_after_a_newer_one():
    versions = Versions(EVERYTHING)
    versions.sift([row("a", 3)])
    assert versions.sift([row("a", 2)]) == ([], [])


def test_a_row_that_leaves_the_list_is_told_as_it_is_now_and_named():
    versions = Versions(READY)
    versions.sift([row("a", 1)])
    assert versions.sift([row("a", 2, "running")]) == ([row("a", 2, "running")], ["a"])
    assert versions.sift([row("a", 3, "running")]) == ([], [])


def test_a_row_that_was_never_in_the_list_is_not_told():
    assert Versions(READY).sift([row("a", 1, "running")]) == ([], [])


def test_an_older_reading_does_not_bring_a_row_back():
    versions = Versions(READY)
    versions.sift([row("a", 2, "running")])
    assert versions.sift([row("a", 1)]) == ([], [])


def test_only_the_newest_rows_are_remembered():
    versions = Versions(EVERYTHING, capacity=2)
    versions.sift([row("a", 1), row("b", 1), row("c", 1)])
    assert versions.sift([row("c", 1), row("b", 1), row("a", 1)]) == ([row("a", 1)], [])
