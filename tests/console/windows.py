"""The windows of a worker's browser, and who answers what is asked in them."""

import asyncio
from contextlib import asynccontextmanager
from itertools import count

from aiohttp import web

#: Browsers of the tests find it where ``Windows`` answers. ``SECURE`` is trusted as https is.
URL, SECURE = "http://desk.test", "http://desk.localhost"
#: The header that says whose window asks.
WINDOW = "X-Window"


class Windows:
    """What every window of a worker's browser asks is answered here, over HTTP: a browser keeps files itself.

    ``answers``: for each open window, what is called with an aiohttp request and returns what ``sent`` does.
    """

    def __init__(self):
        self.answers, self.numbers = {}, count(1)

    @asynccontextmanager
    async def serving(self):
        """Yields the arguments that lead a Chromium here."""
        server = web.Server(self.answer, access_log=None)
        listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        rules = [f"MAP {url.removeprefix('http://')}:80 127.0.0.1:{port}" for url in (URL, SECURE)]
        try:
            yield ["--host-resolver-rules=" + ",".join(rules)]
        finally:
            listening.close()
            await server.shutdown(1)

    async def answer(self, request):
        answer = self.answers.get(request.headers.get(WINDOW))
        if answer is None:  # closed meanwhile
            raise web.HTTPNotFound
        return web.Response(**await answer(request))

    @asynccontextmanager
    async def opened(self, chrome, answer, **how):
        """A page whose requests ``answer`` gets. ``how``: what else its context is, for Playwright."""
        name = str(next(self.numbers))
        self.answers[name] = answer
        context = await chrome.new_context(extra_http_headers={WINDOW: name}, **how)
        try:
            yield await context.new_page()
        finally:
            await context.close()
            del self.answers[name]


WINDOWS = Windows()
