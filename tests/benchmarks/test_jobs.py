"""The peers of a run: who they are, and what becomes of the run when they fail."""

import re
import sys
from pathlib import Path

import pytest

from tests.benchmarks import jobs
from tests.benchmarks.environments import LOCK, Environments
from tests.benchmarks.peers import PEERS, Peer


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_has_a_program_and_is_locked(peer: Peer):
    assert (Path(jobs.__file__).parent / "peers" / f"{peer.module}.py").exists()
    assert re.search(rf"^{re.escape(peer.package)}==", LOCK.read_text(), re.M)


def test_what_is_to_be_reached_beside_a_peer_names_one():
    assert jobs.RATIOS.keys() <= {peer.name for peer in PEERS}


@pytest.mark.fault_long
def test_peers_that_fail_are_told_with_the_reason_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch):
    broken = Peer("Broken", "broken", "django", 10, "none")
    without = Peer("Without Redis", "celery", "django", 10, "none", redis=True)
    too_new = Peer("Too new", "broken", "django", 10, "none", (9, 0))
    monkeypatch.setattr(jobs, "PEERS", (broken, without, too_new))
    monkeypatch.setenv("PATH", "/nowhere")
    python = Environments.python

    def ours(self: Environments, peer: Peer) -> Path:
        return Path(sys.executable) if peer is broken else python(self, peer)

    monkeypatch.setattr(Environments, "python", ours)
    figures = jobs.run(lambda _: None, quick=True, peers=True)
    assert figures["drain_per_s"] > 0
    assert figures["ratio"] == {}
    errors = {name: peer["error"] for name, peer in figures["peers"].items()}
    assert errors.keys() == {"Broken", "Without Redis", "Too new"}
    assert "No module named tests.benchmarks.peers.broken" in errors["Broken"]
    assert errors["Without Redis"] == "no redis-server on PATH"
    assert figures["notes"] == [f"{name}: {error}" for name, error in errors.items()]
