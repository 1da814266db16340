"""What the planner does not write."""

from pgevolve.errors import UsageError


class UnplannableChangeError(UsageError):
    """A change for which no safe statements are known yet; `hint` says what to write by hand."""

    def __init__(self, change: str, by_hand: str) -> None:
        super().__init__(change, by_hand)
        self.change, self.by_hand = change, by_hand
        self.hint = f"{by_hand} (`new NAME --sql FILE` makes a migration of statements of your own)"

    def __str__(self) -> str:
        return f"no safe plan is known for this change: {self.change}"


class AmbiguousChangeError(UnplannableChangeError):
    """Columns that go while others come: a rename looks so, and as a loss it would lose its data."""

    def __init__(self, table: str, gone: tuple[str, ...], added: tuple[str, ...]) -> None:
        new, old = added[0], gone[0]
        super().__init__(
            f"{table} loses {', '.join(gone)} and gains {', '.join(added)}",
            f'say of {new} in the models what it was: info={{"renamed_from": "{old}"}},'
            ' or info={"renamed_from": None} if it was none of them; at a terminal `new` asks',
        )
        self.args = (table, gone, added)
        self.table, self.gone, self.added = table, gone, added
