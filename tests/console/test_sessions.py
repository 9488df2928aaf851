"""Sessions: what the table keeps signs nobody in."""

import pytest
from django.contrib.sessions.models import Session

from console.sessions import SessionStore, kept

pytestmark = pytest.mark.django_db


def test_the_table_does_not_know_the_key():
    store = SessionStore()
    store["n"] = 1
    store.create()
    row = Session.objects.get()
    assert store.session_key not in (row.session_key, row.session_data)
    assert row.session_key == kept(store.session_key)
    assert SessionStore(row.session_key).load() == {}  # what was read there is no key
    assert SessionStore(store.session_key).load() == {"n": 1}


def test_a_session_is_saved_again_found_and_deleted_under_its_key():
    store = SessionStore()
    store.create()
    store["n"] = 2
    store.save()
    again = SessionStore(store.session_key)
    assert again["n"] == 2
    assert again.exists(store.session_key)
    before = again.session_key
    again.cycle_key()
    assert again.session_key != before
    assert SessionStore(before).load() == {}
    again.flush()
    assert not Session.objects.exists()


def test_a_session_that_is_renewed_leaves_its_row_and_keeps_what_it_knew():
    before = SessionStore()
    before["n"] = 4
    before.create()
    again = SessionStore(before.session_key)
    again.renew()
    assert again.session_key != before.session_key
    again["n"] = 5
    again.save()
    assert SessionStore(again.session_key).load() == {"n": 5}
    assert SessionStore(before.session_key).load() == {"n": 4}


async def test_the_same_awaited(database):
    store = SessionStore()
    await store.acreate()
    await store.aset("n", 3)
    await store.asave()
    again = SessionStore(store.session_key)
    assert await again.aget("n") == 3
    assert await again.aexists(store.session_key)
    await again.aflush()
    assert not await Session.objects.aexists()


def test_an_ended_session_is_none():
    store = SessionStore()
    store.create()
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    late = SessionStore(store.session_key)
    assert late.load() == {}
    assert late.session_key is None


@pytest.mark.parametrize("key", ["\x00" * 32, "\ud800" * 32, "x" * 10_000], ids=["NUL", "surrogate", "long"])
def test_a_key_that_makes_no_sense_is_nobodys(key):
    assert SessionStore(key).load() == {}
