"""What this process may open on the database, and how that stands with what the server allows, in words."""

import logging

from django.conf import settings
from django.utils.translation import gettext as _

from console.live.rounds import REREAD
from jobs import db, store
from jobs.engine.engine import UNTOLD_POLL
from jobs.engine.process import Process
from jobs.rules.budget import Budget, Standing, tightest

log = logging.getLogger(__name__)


def budget(process: Process) -> Budget:
    """This process's, by the settings. Behind a pooler there is no listener, without jobs no heart."""
    return Budget(
        pool=settings.DATABASE_POOL[1],
        orm=settings.DATABASE_ORM_MAX,
        listener=0 if db.pooled() else 1,
        heart=1 if process.engine else 0,
    )


async def look(process: Process) -> Standing | None:
    """How this process stands now; None behind a pooler, whose own limits hold. Warns in the log.

    The pool must be open, and the listener listen: processes are counted by theirs.
    """
    mine = budget(process)
    if db.pooled():
        log.warning(
            _(
                "Behind a pooler: notifications do not arrive. Jobs are looked for every %(poll)g s, "
                "and pages show what other processes change within %(reread)g s."
            )
            % {"poll": min(UNTOLD_POLL, settings.JOBS["POLL"]), "reread": REREAD}
        )
        return None
    async with db.connection() as conn:
        standing = tightest(mine, await store.ceilings(conn))
    if standing.spare < 0:
        log.warning(warning(standing))
    return standing


def line(process: Process) -> str:
    """The budget in one line, with what the server allows."""
    mine = budget(process)
    parts = {
        _("pool"): mine.pool,
        "ORM": mine.orm,
        _("listener"): mine.listener,
        _("announcer"): mine.announcer,
        _("heart"): mine.heart,
    }
    words = _("Up to %(total)d connections a process: %(parts)s") % {
        "total": mine.total,
        "parts": ", ".join(f"{name} {count}" for name, count in parts.items()),
    }
    standing = process.standing
    if standing is None:
        return words
    return words + _(
        "; %(what)s allows %(most)d, others use %(others)d: room for %(fitting)d, %(now)d run"
    ) % {
        "what": _named(standing),
        "most": standing.ceiling.most,
        "others": standing.ceiling.others,
        "fitting": standing.fitting,
        "now": standing.processes,
    }


def warning(standing: Standing) -> str:
    """What is said where the processes that run may want more than there is."""
    return _(
        "%(now)d processes of Headrace may open %(wanted)d connections, and %(what)s has %(left)d for them."
        " When they are all in use, work waits, and who waits too long is told to come back."
        " Lower DATABASE_POOL_MAX, raise the limit, or run at most %(fitting)d."
    ) % {
        "now": standing.processes,
        "wanted": standing.wanted,
        "what": _named(standing),
        "left": standing.ceiling.left,
        "fitting": standing.fitting,
    }


def _named(standing: Standing) -> str:
    names = {"server": _("the server"), "database": _("this database"), "role": _("this role")}
    return names[standing.ceiling.of]
