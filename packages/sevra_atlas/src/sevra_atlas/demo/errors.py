"""Errors of the demo data."""


class DemoDataPresentError(Exception):
    """The database already holds entities; demo data goes only into an empty directory."""

    hint = "load the demo data into an empty database, or leave it as it is"

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows

    def __str__(self) -> str:
        return f"the directory already holds {self.rows} rows, so no demo data was loaded"
