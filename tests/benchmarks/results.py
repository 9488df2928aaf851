"""Results for people to read: RESULTS.md, and bar charts for the README, out of one run's figures.

``manage.py bench jobs --peers --write`` writes them; so does ``python -m tests.benchmarks.results`` out of
the JSON that comes in.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from tests.benchmarks import jobs
from tests.benchmarks.programs import ROOT
from tests.benchmarks.report import number

RESULTS = ROOT / "tests" / "benchmarks" / "RESULTS.md"
PICTURES = ROOT / "tests" / "pictures"
OURS = "Headrace"
COMMAND = "python3 manage.py bench jobs --peers --write"


@dataclass(frozen=True)
class Colours:
    """Of a chart on a page of this theme: text, what is beside it, our bar, a peer's."""

    text: str
    muted: str
    ours: str
    peer: str


THEMES = {
    "light": Colours(text="#1f2328", muted="#59636e", ours="#0969da", peer="#8c959f"),
    "dark": Colours(text="#f0f6fc", muted="#9198a1", ours="#4493f8", peer="#6e7681"),
}
#: Pixels: of a chart, of its names, of the figures at the bars' ends, of a row and of its bar, of its title.
WIDTH, NAMES, FIGURES, ROW, BAR, TITLE = 720, 150, 90, 30, 18, 40


def write(figures: dict[str, Any], results: Path = RESULTS, pictures: Path = PICTURES) -> list[Path]:
    """Write both; the files that were written."""
    files = {results: page(figures)}
    for name, (title, bars) in charts(figures).items():
        for theme, colours in THEMES.items():
            files[pictures / f"{name}-{theme}.svg"] = chart(title, bars, colours)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def page(figures: dict[str, Any]) -> str:
    """RESULTS.md."""
    return "\n".join([*_head(figures), *_ours(figures), *_beside(figures), *_versions(figures)]) + "\n"


def charts(figures: dict[str, Any]) -> dict[str, tuple[str, list[tuple[str, float]]]]:
    """What is drawn: a title and bars by name, the longest first."""
    told = {name: peer for name, peer in figures["peers"].items() if "error" not in peer}
    drained = {OURS: figures["drain_per_s"]} | {name: peer["drain_per_s"] for name, peer in told.items()}
    found = {"jobs-drained": ("No-op jobs run a second, one process", _longest_first(drained))}
    if (many := figures.get("enqueue_many_per_s")) is not None:
        enqueued = {OURS: many} | {name: peer["enqueue_per_s"] for name, peer in told.items()}
        found["jobs-enqueued"] = ("Jobs enqueued a second, many at once", _longest_first(enqueued))
    return found


def chart(title: str, bars: Sequence[tuple[str, float]], colours: Colours) -> str:
    """An SVG of horizontal bars from zero. It has no background, and no style a page could refuse."""
    most = max(value for _, value in bars)
    height = TITLE + ROW * len(bars)
    told = ", ".join(f"{name} {number(value)}" for name, value in bars)
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" font-family="system-ui, sans-serif" font-size="14">',
        f"<title>{escape(title)}: {escape(told)}</title>",
        f'<text x="0" y="20" font-size="16" font-weight="600" fill="{colours.text}">{escape(title)}</text>',
    ]
    for place, (name, value) in enumerate(bars):
        top = TITLE + ROW * place
        middle = top + ROW // 2 + 5
        length = max(1.0, round((WIDTH - NAMES - FIGURES) * value / most, 1))
        ours = name == OURS
        weight = ' font-weight="600"' if ours else ""
        rows += [
            f'<text x="{NAMES - 10}" y="{middle}" text-anchor="end"{weight} '
            f'fill="{colours.text if ours else colours.muted}">{escape(name)}</text>',
            f'<rect x="{NAMES}" y="{top + (ROW - BAR) // 2}" width="{length:g}" height="{BAR}" rx="2" '
            f'fill="{colours.ours if ours else colours.peer}"/>',
            f'<text x="{NAMES + length + 8:g}" y="{middle}"{weight} '
            f'fill="{colours.text}">{number(value)}</text>',
        ]
    return "\n".join([*rows, "</svg>"]) + "\n"


def _longest_first(values: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(values.items(), key=lambda bar: -bar[1])


def _head(figures: dict[str, Any]) -> Iterator[str]:
    machine, postgres, load = figures["machine"], figures["postgres"], figures["load"]
    yield "# Results"
    yield ""
    yield (
        f"Measured on {figures['began'][:10]} with `{COMMAND}`: {machine['cores']} cores, "
        f"{machine['system']}, Python {machine['python']}, PostgreSQL {postgres['server_version']} as the "
        "wheel has it (fsync, synchronous commit and full page writes on). The machine's load was "
        f"{load['before'][0]:g} before and {load['after'][0]:g} after."
    )
    yield ""
    yield (
        f"Each figure is the median of {figures['sizes']['rounds']} rounds, in which everybody had a turn on "
        "a database of their own. Figures move with the machine; the ratios are what counts."
    )
    yield ""


def _ours(figures: dict[str, Any]) -> Iterator[str]:
    yield "## Headrace"
    yield ""
    yield "| no-op jobs, one process | measured | to be reached | |"
    yield "|---|---:|---:|:---:|"
    for line in jobs.lines(figures | {"peers": {}}):
        mark = {True: "✓", False: "✗", None: ""}[line.reached]
        yield f"| {line.what} | {number(line.ours)} | {line.wanted} | {mark} |"
    yield ""


def _beside(figures: dict[str, Any]) -> Iterator[str]:
    if not figures["peers"]:
        return
    yield "## Beside other queues"
    yield ""
    yield (
        "One process drains no-op jobs (Celery: two), timed from the first handler that begins, ours from "
        "the first claim, until the last end is stored (Celery stores none: until the last handler begins). "
        "Ours are counted in history afterwards. Jobs are enqueued in each one's fastest way."
    )
    yield ""
    yield "| | version | as | drained a second | Headrace is × | enqueued a second | memory, MB |"
    yield "|---|---|---|---:|---:|---:|---:|"
    drained, memory = number(figures["drain_per_s"]), number(figures["rss_mb"])
    yield f"| **{OURS}** | | | **{drained}** | | {number(figures.get('enqueue_many_per_s'))} | {memory} |"
    failed = {}
    for name, peer in figures["peers"].items():
        if "error" in peer:
            failed[name] = peer["error"]
            continue
        told = [peer["drain_per_s"], figures["ratio"][name], peer["enqueue_per_s"], peer["rss_mb"]]
        yield f"| {name} | {peer['version']} | {peer['mode']} | {' | '.join(map(number, told))} |"
    for name, error in failed.items():
        yield ""
        yield f"{name} was not measured: {error}."
    yield ""


def _versions(figures: dict[str, Any]) -> Iterator[str]:
    versions = figures["machine"]["versions"]
    yield f"Headrace's packages: {', '.join(f'{name} {version}' for name, version in versions.items())}."


if __name__ == "__main__":
    for path in write(json.load(sys.stdin)):
        print(path.relative_to(ROOT))  # noqa: T201
