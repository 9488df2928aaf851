"""SQL by name: ``Statements(folder)("claim")`` is the text of ``claim.sql``; ``sql`` reads jobs/sql."""

from pathlib import Path


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


sql = Statements(Path(__file__).parent / "sql")
