"""Telling what was committed."""

import pytest

from jobs import db
from jobs.changes import Change, publish
from jobs.engine import announcer
from tests.jobs.conftest import rows


@pytest.mark.parametrize("error", [OSError("dark"), TimeoutError()], ids=["away", "slow"])
async def test_a_commit_that_cannot_be_announced_is_still_a_commit(database, monkeypatch, caplog, error):
    async def dark(changes):
        raise error

    monkeypatch.setattr(announcer, "notify_once", dark)
    async with db.transaction() as tx:
        await tx.conn.execute("INSERT INTO pace (key) VALUES ('kept')")
        tx.announce(Change("pace", "kept"))
    assert await rows("SELECT key FROM pace") == [{"key": "kept"}]
    assert "1 changes were not announced" in caplog.text


async def test_a_commit_in_a_process_about_to_end_is_still_a_commit(database, monkeypatch, caplog):
    async with db.transaction() as tx:
        await tx.conn.execute("INSERT INTO pace (key) VALUES ('last')")
        tx.announce(Change("pace", "last"))
        with monkeypatch.context() as patch:
            patch.setattr(db, "_room", None)
            with pytest.raises(db.NotOpen):
                db.pool()
            await publish(tx.changes)
    assert await rows("SELECT key FROM pace") == [{"key": "last"}]
    assert "1 changes were not announced" in caplog.text
