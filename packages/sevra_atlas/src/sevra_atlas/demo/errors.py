"""Errors of the demo data."""


class DemoDataPresentError(Exception):
    """The database already holds entities; demo data goes only into an empty directory."""

    hint = "load the demo data into an empty database, or leave it as it is"

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows

    def __str__(self) -> str:
        return f"the directory already holds {self.rows} rows, so no demo data was loaded"


class UnfinishedLoadError(Exception):
    """An earlier bulk load wrote its rows and ended before its search documents or its checks."""

    hint = "drop the database, deploy into a new one and load again"

    def __str__(self) -> str:
        return "an earlier bulk load did not finish: its rows are there, its search documents may not be"


class BrokenInvariantsError(Exception):
    """Rows of a bulk load are not what triggers would have made of them; `rows` describes some."""

    hint = "drop the database, and report the rows: the loader is wrong"

    def __init__(self, rows: tuple[str, ...]) -> None:
        super().__init__(rows)
        self.rows = rows

    def __str__(self) -> str:
        return f"{len(self.rows)} rows break an invariant, the first: {self.rows[0]}"
