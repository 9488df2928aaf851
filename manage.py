#!/usr/bin/env python3
"""Headrace's commands. ``demo`` and ``test`` need nothing but Python 3.11: they make their own ``.venv``."""

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("Headrace needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2])
    try:
        from console import bootstrap

        bootstrap.enter(sys.argv)

        from console import command_line

        command_line.run(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
