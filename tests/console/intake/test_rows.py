"""What is printed of a line, what is counted, and the exit code that follows."""

from collections import Counter
from uuid import UUID

import orjson
import pytest

from console.intake.entry import Entry
from console.intake.rows import Row, Totals, as_json, as_text, row_of
from orders.pricing import Problem
from orders.submit import Answer, Refusal

ID = UUID(int=5)


def plain(_name: str, word: str) -> str:
    return word


@pytest.mark.parametrize(
    ("outcome", "row"),
    [
        pytest.param(Answer(ID, 1042, "received", 1), Row(3, "accepted", ID, 1042, "content"), id="accepted"),
        pytest.param(
            Answer(ID, 1042, "received", 1, replayed=True),
            Row(3, "replayed", ID, 1042, "content"),
            id="replayed",
        ),
        pytest.param(
            Refusal("invalid", [Problem(field="customer", message="is nobody")]),
            Row(3, "refused", key_from="content", errors=[Problem(field="customer", message="is nobody")]),
            id="refused",
        ),
    ],
)
def test_a_row_says_what_became_of_its_line(outcome: Answer | Refusal, row: Row) -> None:
    assert row_of(Entry(3, key_from="content"), outcome) == row


def test_a_program_reads_one_object_a_line() -> None:
    assert orjson.loads(as_json(Row(3, "accepted", ID, 1042, "reference"))) == {
        "line": 3,
        "outcome": "accepted",
        "id": str(ID),
        "number": 1042,
        "key_from": "reference",
        "errors": [],
    }


def test_people_read_columns() -> None:
    problem = Problem(field="lines[0].sku", message="there is no product TEA")
    assert as_text(Row(3, "accepted", ID, 1042), plain) == "      3  accepted  #1042"
    assert as_text(Row(12, "refused", errors=[problem]), plain) == (
        "     12  refused   lines[0].sku: there is no product TEA"
    )
    assert as_text(Row(1, "refused", errors=[Problem(field="", message="not JSON")]), plain).endswith(
        "refused   not JSON"
    )


def test_of_many_errors_people_read_three_and_programs_all() -> None:
    row = Row(1, "refused", errors=[Problem(field=f"lines[{n}].sku", message="no") for n in range(9)])
    assert "lines[2].sku: no; and 6 more" in as_text(row, plain)
    assert "lines[3].sku" not in as_text(row, plain)
    assert len(orjson.loads(as_json(row))["errors"]) == 9


def test_what_stands_in_the_file_does_not_steer_the_terminal() -> None:
    row = Row(1, "refused", errors=[Problem(field="customer", message="no \x1b[2J\r\n there")])
    assert as_text(row, plain).endswith("customer: no \ufffd[2J\ufffd\ufffd there")


@pytest.mark.parametrize(
    ("counts", "unanswered", "code"),
    [
        pytest.param({"accepted": 2, "replayed": 1}, 0, 0, id="all kept"),
        pytest.param({}, 0, 0, id="nothing came"),
        pytest.param({"accepted": 1, "refused": 1}, 0, 3, id="some kept"),
        pytest.param({"replayed": 1, "refused": 1}, 0, 3, id="some kept before"),
        pytest.param({"refused": 1}, 0, 1, id="none kept"),
        pytest.param({"accepted": 1}, 1, 1, id="some not known"),
    ],
)
def test_the_exit_code_follows_from_the_counts(counts: dict, unanswered: int, code: int) -> None:
    assert Totals(Counter(counts), unanswered).exit_code() == code


def test_the_summary_counts_and_says_how_fast() -> None:
    totals = Totals(Counter({"accepted": 1_629, "refused": 371}), 25)
    assert totals.words(2.0) == (
        "1,629 accepted, 0 replayed, 371 refused, 25 not answered in 2.0 s (1,012 a second)"
    )


def test_what_was_replayed_for_its_content_alone_is_counted_with_its_batch_and_what_to_do() -> None:
    totals = Totals()
    totals.add([Row(n, "replayed", ID, n, "content") for n in range(1_200)])
    totals.add([Row(1, "replayed", ID, 1, "key"), Row(2, "replayed", ID, 1, "reference")])
    totals.add([Row(3, "accepted", ID, 2, "content")])
    totals.add([Row(4, "refused", key_from="content"), Row(5, "refused")])
    assert totals.by_outcome == {"replayed": 1_202, "accepted": 1, "refused": 2}
    assert totals.doubt("dec\x1b[2J\n.ndjson").splitlines() == [
        "Replayed by content alone, with neither key nor reference: 1,200,"
        ' in batch "dec\ufffd[2J\ufffd.ndjson".',
        "Are those new orders? Send them, and no others, with a new --batch NAME.",
    ]


def test_without_such_there_is_no_doubt() -> None:
    totals = Totals()
    totals.add([Row(1, "accepted", ID, 1, "content"), Row(2, "replayed", ID, 1, "key")])
    assert totals.doubt("december.ndjson") == ""
