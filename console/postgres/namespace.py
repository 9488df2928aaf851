"""Run as a script by root: ``namespace.py UID GID FOLDER COMMAND…`` becomes COMMAND in a user namespace.

In there root is called UID, which satisfies PostgreSQL; its files still belong to root, so a folder that
only root can enter stays as it is. Exit 126 where the kernel refuses, or where FOLDER can't be entered
without root's privileges.
"""

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000  # <linux/sched.h>


def main(uid: str, gid: str, folder: str, *command: str) -> None:
    real_uid, real_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{uid} {real_uid} 1")
    (own / "gid_map").write_text(f"{gid} {real_gid} 1")
    os.chdir(folder)
    os.execv(command[0], command)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, AttributeError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(126)
