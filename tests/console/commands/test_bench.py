"""``manage.py bench`` with tiny numbers: that it measures, and says so in its one form. Not how fast."""

import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from tests.journeys.process import ROOT

LIVE = {
    "deliveries_per_s", "group_send_per_s", "ratio", "redis_per_s", "ratio_redis", "event_to_socket_ms",
    "kib_per_socket", "queries_ratio_50_tabs", "busy", "busy_crowd", "rounds", "notes", "sizes", "machine",
    "quick", "load",
}  # fmt: skip

JOBS = {
    "drain_per_s", "aenqueue_per_s", "pickup_ms", "rss_mb", "sleepers", "peers", "ratio", "rounds",
    "postgres", "quick", "began", "notes", "sizes", "machine", "load",
}  # fmt: skip


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "bench", *arguments],
        cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=80,
    )  # fmt: skip


@pytest.mark.fault_long
def test_the_live_side_is_measured_and_told_in_one_line_of_json():
    done = bench("live", "--quick", "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    figures = json.loads(line)
    assert figures.keys() == LIVE
    assert figures["deliveries_per_s"] > 0
    assert figures["group_send_per_s"] > 0
    assert figures["ratio"] > 0
    assert list(figures["event_to_socket_ms"]) == ["p50", "p95", "p99"]
    assert (figures["ratio_redis"] is None) == bool(figures["notes"])
    assert figures["machine"]["cores"] == os.cpu_count()


@pytest.mark.fault_long
def test_jobs_are_measured_and_told_in_one_line_of_json():
    done = bench("jobs", "--quick", "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    figures = json.loads(line)
    assert figures.keys() - {"enqueue_many_per_s"} == JOBS
    assert figures["drain_per_s"] > 0
    assert figures["aenqueue_per_s"] > 0
    assert figures.get("enqueue_many_per_s", 1) > 0
    delays = figures["pickup_ms"]
    assert 0 < delays["p50"] <= delays["p95"] <= delays["p99"]
    assert figures["rss_mb"] > 10
    sleepers = figures["sleepers"]
    assert sleepers["jobs"] == 50
    assert 1 <= sleepers["wall_s"] < 50, "all at once, not one after the other"
    assert sleepers["loop_lag_ms"] >= 0
    assert figures["peers"] == figures["ratio"] == {}
    assert figures["postgres"]["fsync"] == figures["postgres"]["synchronous_commit"] == "on"


@pytest.mark.parametrize("option", ["--peers", "--write"])
@pytest.mark.parametrize("arguments", [("live",), ("jobs", "--quick")])
def test_peers_and_results_are_for_whole_runs_of_jobs(arguments: tuple[str, ...], option: str):
    with pytest.raises(CommandError, match="bench jobs"):
        call_command("bench", *arguments, option)


def test_what_is_missing_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "tests.benchmarks.live", raising=False)
    monkeypatch.setitem(sys.modules, "tests.benchmarks.crowd", None)
    with pytest.raises(CommandError, match=r"^tests\.benchmarks\.crowd .* tests/requirements\.txt "):
        call_command("bench", "live")


@pytest.mark.parametrize("name", ["", "dead"])
def test_what_cannot_be_measured_is_said_in_words(name: str):
    done = bench(*[name] if name else [])
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "name" in done.stderr
