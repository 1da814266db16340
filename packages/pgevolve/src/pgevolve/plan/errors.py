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
