"""SQL by name: ``Statements(folder)("claim")`` is the text of ``claim.sql``; ``sql`` reads jobs/sql."""

import re
from pathlib import Path

TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "DESC": "ASC", "ASC": "DESC"}


class Statements:
    """The statements of one folder, each file read once.

    Raises FileNotFoundError for a name that has no file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        text = self._texts.get(name)
        if text is None:
            text = self._texts[name] = (self.folder / f"{name}.sql").read_text(encoding="utf-8")
        return text

    def names(self) -> list[str]:
        """Every statement of the folder, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.sql"))


def turned(text: str) -> str:
    """The statement of a page read the other way: each DESC is ASC, each < is >, and so on.

    Bounds that stay as they are, whichever way one reads, are written with BETWEEN.
    """
    return re.sub(r"(?<= )(DESC|ASC|[<>]=?)(?=[\s,])", lambda found: TURNED[found[0]], text)


sql = Statements(Path(__file__).parent / "sql")
