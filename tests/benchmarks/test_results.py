"""What a run's figures become: a page, and charts."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.benchmarks.example import figures
from tests.benchmarks.results import OURS, THEMES, chart, charts, page, write

SVG = "{http://www.w3.org/2000/svg}"


def test_the_page_says_where_when_and_how_it_was_measured():
    text = page(figures())
    head = text.partition("## ")[0]
    for said in ("2026-11-30", "bench jobs --peers --write", "2 cores", "3.11.7", "18.4", "3 rounds"):
        assert said in head
    assert "asyncpg 0.32.0" in text


def test_the_page_says_what_was_to_be_reached_and_whether_it_was():
    rows = page(figures()).splitlines()
    assert "| enqueued a second, many at once | 160,000 | ≥ 150,000 | ✓ |" in rows
    assert "| enqueued a second, one by one by 50 | 8,000 | ≥ 10,000 | ✗ |" in rows
    assert "| enqueue to handler, idle, p99, ms | 25 | ≤ 20 | ✗ |" in rows


def test_each_peer_has_its_version_its_mode_and_by_how_much_we_are_faster():
    rows = page(figures()).splitlines()
    assert "| PgQueuer | 1.6.0 | batches of 1,000 | 20,000 | 2.25 | 70,000 | 57 |" in rows


def test_a_peer_that_was_not_measured_is_named_with_the_reason_and_drawn_nowhere():
    assert "oban-py was not measured: needs Python ≥ 3.12." in page(figures())
    drawn = [name for _, bars in charts(figures()).values() for name, _ in bars]
    assert "PgQueuer" in drawn
    assert "oban-py" not in drawn


def test_a_run_without_peers_has_a_page():
    text = page(figures(peers={}, ratio={}))
    assert "45,000" in text
    assert "other queues" not in text


def test_enqueueing_is_drawn_only_where_ours_was_measured():
    without = figures()
    del without["enqueue_many_per_s"]
    assert list(charts(figures())) == ["jobs-drained", "jobs-enqueued"]
    assert list(charts(without)) == ["jobs-drained"]


@pytest.mark.parametrize("theme", THEMES)
def test_bars_begin_at_zero_and_are_as_long_as_their_figures(theme: str):
    bars = [(OURS, 40_000.0), ("PgQueuer", 20_000.0), ("Procrastinate", 10_000.0)]
    drawn = ElementTree.fromstring(chart("Jobs", bars, THEMES[theme]))
    rects = drawn.findall(f"{SVG}rect")
    assert len({rect.get("x") for rect in rects}) == 1
    ours, second, third = (float(rect.get("width") or 0) for rect in rects)
    assert (second / ours, third / ours) == (0.5, 0.25)
    assert rects[0].get("fill") == THEMES[theme].ours
    assert {rect.get("fill") for rect in rects[1:]} == {THEMES[theme].peer}


def test_a_chart_is_told_to_who_does_not_see_it():
    drawn = ElementTree.fromstring(chart("Jobs <run>", [(OURS, 40_000), ("A & B", 5)], THEMES["light"]))
    assert drawn.get("role") == "img"
    assert drawn.findtext(f"{SVG}title") == f"Jobs <run>: {OURS} 40,000, A & B 5"


def test_nothing_of_a_chart_is_outside_of_it():
    drawn = ElementTree.fromstring(chart("Jobs", [(OURS, 123_456_789), ("x", 1)], THEMES["dark"]))
    width, height = (float(drawn.get(name) or 0) for name in ("width", "height"))
    for rect in drawn.findall(f"{SVG}rect"):
        assert float(rect.get("x") or 0) + float(rect.get("width") or 0) < width
        assert float(rect.get("y") or 0) + float(rect.get("height") or 0) <= height


def test_a_page_and_a_pair_of_each_chart_are_written(tmp_path: Path):
    written = write(figures(), tmp_path / "RESULTS.md", tmp_path)
    assert {path.name for path in written} == {
        "RESULTS.md", "jobs-drained-light.svg", "jobs-drained-dark.svg", "jobs-enqueued-light.svg",
        "jobs-enqueued-dark.svg",
    }  # fmt: skip
    assert all(path.read_text() for path in written)
