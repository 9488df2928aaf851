"""Is everything all right? Two real servers, a person in a real Chromium on one of them."""

import pytest
from playwright.async_api import Browser, expect

from jobs import db
from jobs.enqueue import enqueue_on, new_job
from tests.faults import tasks
from tests.journeys.cast import hire_alice
from tests.journeys.process import serving
from tests.journeys.test_browser import SECONDS, desk

pytestmark = pytest.mark.browser

#: Slots and buffer of the queue ``default``.
SLOTS, PREFETCH = 10, 3


async def test_another_processs_worker_and_its_buffer_are_on_the_page_live(
    database: None, chrome: Browser
) -> None:
    await hire_alice()
    async with (
        serving(JOBS_GRACE="0") as server,
        serving(JOBS_GRACE="0") as other,
        desk(chrome, server.url) as page,
    ):
        row = page.locator("[data-list=workers] tr", has_text=f":{other.process.pid}").filter(
            has_text="default"
        )
        await expect(row).to_contain_text(f"0 / {SLOTS}")
        async with db.transaction() as tx:
            jobs = [new_job(tasks.takes_its_time, str(n), 600) for n in range(2 * (SLOTS + PREFETCH))]
            await enqueue_on(tx, jobs)
        await expect(row).to_contain_text(f"{SLOTS} / {SLOTS}", timeout=20 * SECONDS)
        await expect(row).to_contain_text(f"{PREFETCH} / {PREFETCH}")
        queue = page.locator("[data-list=queues] tr[data-id=default]")
        await expect(queue).to_contain_text(f"{2 * SLOTS} / {2 * SLOTS}")


async def test_the_verdict_turns_when_a_task_fails(database: None, chrome: Browser) -> None:
    await hire_alice()
    async with serving() as server, desk(chrome, server.url) as page:
        verdict = page.locator("#verdict [role=status]")
        await expect(verdict).to_have_text("All is well.", timeout=20 * SECONDS)
        async with db.transaction() as tx:
            await enqueue_on(tx, [new_job(tasks.passes, 1, "nobody listens at this port")])
        await expect(verdict).to_have_text("Needs a look:", timeout=20 * SECONDS)
        await expect(page.locator("[data-list=errors] tr")).to_contain_text("tests.faults.tasks.passes")
        await page.locator("#verdict a", has_text="jobs failed in the last hour: 1").click()
        await expect(page.locator("#errors:target [data-list=errors] tr")).to_have_count(1)
