"""For browser tests: a page in a real Chromium, answered in this process, its socket in our hands."""

import asyncio
import json
from contextlib import asynccontextmanager

from tests.console.desk import browser
from tests.console.windows import URL as URL
from tests.console.windows import WINDOWS


class Wire:
    """The server's end of the page's sockets: what it was told, and a way to tell it frames."""

    def __init__(self):
        self.opened = asyncio.Queue()
        self.commands = asyncio.Queue()
        self.socket = None

    def open(self, socket):
        self.socket = socket
        socket.on_message(lambda text: self.commands.put_nowait(json.loads(text)))
        self.opened.put_nowait(socket)

    async def command(self, kind=None):
        """The next one, of this kind. A page says what it has ``seen`` when it likes: ask for that."""
        async with asyncio.timeout(10):
            while True:
                command = await self.commands.get()
                if command["type"] == kind or (kind is None and command["type"] != "seen"):
                    return command

    def tell(self, kind, topic, seq, data, epoch="e1"):
        self.socket.send(
            json.dumps({"type": kind, "topic": topic, "epoch": epoch, "seq": seq, "data": data}, default=str)
        )


#: What the static files are answered with: every window asks for all of them.
FILES = {}


async def answered(client, request):
    """What a browser gets of this process."""
    if request.path in FILES:
        return FILES[request.path]
    if request.method == "POST":
        body = await request.read()
        response = await client.post(request.path_qs, body, content_type=request.headers["Content-Type"])
    else:
        response = await client.get(request.path_qs)
    answer = await sent(response)
    if request.path.startswith("/static/") and answer["status"] == 200:
        FILES[request.path] = answer
    return answer


async def sent(response):
    body = response.getvalue() if not response.streaming else b"".join([part async for part in response])
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return {"status": response.status_code, "headers": headers, "body": body}


@asynccontextmanager
async def desk(chrome, role="viewer", **how):
    """A page whose requests Django answers in this process, the wire of its socket, and its requests.

    ``how``: what else the browser's context is, as Playwright names it.
    """
    client, wire, asked, complaints = await browser(role), Wire(), [], []

    async def answer(request):
        asked.append(request.path)
        return await answered(client, request)

    how = {"locale": "en-GB", "timezone_id": "Asia/Tokyo", **how}
    async with WINDOWS.opened(chrome, answer, **how) as page:
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.route_web_socket("**/ws/v1/", wire.open)
        yield page, wire, asked
        await page.unroute_all(behavior="ignoreErrors")
    assert complaints == []
