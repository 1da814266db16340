"""Marks in the text of rows that will be deleted: a page that shows one of them leaks a deleted row."""


def marker(table: str, row: int, column: str) -> str:
    """Return the mark of one column of one row; also a valid slug."""
    return f"zz-dead-{table}-{row}-{column}".replace("_", "-")


def marked(table: str, row: int, column: str, text: str = "") -> str:
    """Return the text behind its mark, in Latin and in Persian letters."""
    latin = marker(table, row, column)
    return f"{latin} زز-مرده{latin.removeprefix('zz-dead')} {text}".rstrip()
