"""Alice signs in with her password, as a browser does but without one."""

import re

import aiohttp

from tests.journeys.cast import PASSWORD


async def sign_in(url: str) -> int:
    """Sign in and read the dashboard; the last answer's status."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(f"{url}/sign-in/") as answer:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', await answer.text())
        assert token
        form = {"username": "alice", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        async with session.post(f"{url}/sign-in/", data=form) as answer:
            assert "alice" in await answer.text()
            assert answer.url.path == "/"
            return answer.status
