"""The demo's panel, for operators, and only while a demo runs."""

from collections.abc import Iterator
from random import Random

import pytest
from django.test import AsyncClient
from django.urls import reverse
from pytest_django.fixtures import Settings

from console.demo import breaks
from console.demo.breaks import Breaks
from console.demo.shopper import Shopper
from console.demo.spare import Spare
from console.demo.traffic import Traffic
from console.demo.upstream import Upstream
from jobs.engine import process
from jobs.engine.lag import Block
from jobs.engine.process import Process
from tests.console.desk import browser, hire

pytestmark = pytest.mark.usefixtures("database")

ADDRESSES = ("/demo/", "/demo/state/", "/demo/mend/", "/demo/break/slow/")


@pytest.fixture
def things(settings: Settings) -> Iterator[Breaks]:
    settings.ROOT_URLCONF = "console.demo.urls"
    things = Breaks(Upstream(Random(1)), Spare({}), Traffic(Shopper(Random(1)), client=1, rate=0), None)
    breaks.run(things)
    yield things
    breaks.run(None)


async def test_serve_has_no_such_address_and_no_link_to_it() -> None:
    client = await browser("admin")
    for address in ADDRESSES:
        assert (await client.get(address)).status_code == 404
        assert (await client.post(address)).status_code == 404
    assert "/demo/" not in (await client.get("/orders/")).content.decode()


async def test_an_operator_sees_what_can_be_broken_and_the_way_there(things: Breaks) -> None:
    client = await browser("operator")
    page = (await client.get("/demo/")).content.decode()
    assert "Stop the carriers" in page
    assert "Kill a worker" in page
    assert "/demo/break/database/" not in page
    assert "not the demo&#x27;s to cut" in page or "not the demo's to cut" in page
    assert f'href="{reverse("demo")}"' in (await client.get("/orders/")).content.decode()


async def test_without_scripts_the_panel_says_how_well_it_is(
    things: Breaks, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await browser("operator")
    assert 'data-of="health" data-state="well"' in (await client.get("/demo/")).content.decode()
    monkeypatch.setattr(process, "_current", Process())  # whose engine takes no jobs yet
    assert 'data-of="health" data-state="away"' in (await client.get("/demo/")).content.decode()


async def test_a_viewer_may_not_and_has_no_link(things: Breaks) -> None:
    client = await browser("viewer")
    for address in ADDRESSES:
        assert (await client.get(address)).status_code in (403, 405)
        assert (await client.post(address)).status_code == 403
    assert "/demo/" not in (await client.get("/orders/")).content.decode()
    assert not things.busy


async def test_a_stranger_signs_in_first(things: Breaks) -> None:
    for address in ADDRESSES:
        answer = await AsyncClient().post(address)
        assert (answer.status_code, answer.headers["Location"][:9]) == (302, "/sign-in/")
    assert not things.busy


async def test_a_press_begins_it_says_so_and_a_second_one_is_refused_in_words(things: Breaks) -> None:
    client = await browser("operator")
    answer = await client.post("/demo/break/slow/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/demo/")
    page = (await client.get("/demo/")).content.decode()
    assert "In 3 seconds the carriers become slow, for 30 seconds." in page
    for kind in ("silent", "slow"):
        answer = await client.post(f"/demo/break/{kind}/")
        assert answer.status_code == 409
        assert "“Slow the carriers down” is not over yet" in answer.content.decode()
    assert (things.kind, things.phase) == ("slow", "soon")
    state = (await client.get("/demo/state/")).json()
    assert (state["title"], state["phase"], state["idle"]) == ("Slow the carriers down", "soon", False)
    assert state["chosen"] == "In 3 seconds the carriers become slow, for 30 seconds."
    things.phase = "broken"
    page = (await client.get("/demo/")).content.decode()
    assert "In 3 seconds" not in page, "it is out of date"
    assert 0 < state["left"] <= 3000
    assert (await client.post("/demo/break/database/")).status_code == 404
    assert (await client.get("/demo/break/slow/")).headers["Location"] == "/demo/"
    await things.stop()


async def test_what_is_not_broken_cannot_be_mended(things: Breaks) -> None:
    client = await browser("operator")
    answer = await client.post("/demo/mend/")
    assert answer.status_code == 409
    assert "There is nothing to mend now." in answer.content.decode()
    assert (await client.get("/demo/mend/")).headers["Location"] == "/demo/"


async def test_who_held_the_loop_up_last_is_named(things: Breaks, monkeypatch: pytest.MonkeyPatch) -> None:
    running = Process()
    assert running.engine is not None
    running.engine.lag.block = Block("demo.plan 0192", "demo/tasks.py:7 in plan: sum()", 1.25, 0.0)
    monkeypatch.setattr(process, "_current", running)
    client = await browser("operator")
    state = (await client.get("/demo/state/")).json()
    assert (state["blocker"], state["blocked_ms"]) == ("demo.plan 0192", 1250)
    assert "demo/tasks.py:7 in plan: sum()" in (await client.get("/demo/")).content.decode()


async def test_a_form_from_elsewhere_breaks_nothing(things: Breaks) -> None:
    client = AsyncClient(enforce_csrf_checks=True)
    await client.aforce_login(await hire("olga", "operator"))
    assert (await client.post("/demo/break/slow/")).status_code == 403
    assert not things.busy
