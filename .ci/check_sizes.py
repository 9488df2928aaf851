#!/usr/bin/env python3
"""No module over 350 lines, no function over 60: longer ones are usually two nouns. Migrations are exempt."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MODULE_LINES = 350
FUNCTION_LINES = 60

#: ``path`` or ``path:function`` → why it may be longer.
EXCEPTIONS: dict[str, str] = {
    "orders/models.py": "the domain's tables in one place, declarations only: split, nobody finds a column",
}


def functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Each function's name and its length in lines, decorators left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def too_long(path: Path) -> Iterator[tuple[str, str]]:
    """What to name in EXCEPTIONS, and the complaint."""
    text = path.read_text()
    if (lines := text.count("\n")) > MODULE_LINES:
        yield str(path), f"{path}: {lines} lines, at most {MODULE_LINES}"
    for name, length in functions(ast.parse(text)):
        if length > FUNCTION_LINES:
            yield f"{path}:{name}", f"{path}: {name} has {length} lines, at most {FUNCTION_LINES}"


def main() -> int:
    listed = subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True, check=True)  # noqa: S607
    paths = [Path(line) for line in listed.stdout.splitlines()]
    found = {
        key: complaint
        for path in paths
        if "migrations" not in path.parts and path.exists()
        for key, complaint in too_long(path)
    }
    complaints = [complaint for key, complaint in found.items() if key not in EXCEPTIONS]
    complaints += [
        f"{key}: no longer too long, take its exception out" for key in EXCEPTIONS if key not in found
    ]
    sys.stderr.writelines(f"{complaint}\n" for complaint in complaints)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
