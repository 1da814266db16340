"""What keeps stored files from being removed."""

from sevra_atlas.domain.errors import DomainError


class FileStoreError(DomainError):
    """The place of the pictures cannot be read or changed."""

    code = "FILE_STORE"
    hint = "check SEVRA_MEDIA_DIR and its rights; what could not be removed is tried again"

    def __init__(self, destination: str, reason: str) -> None:
        super().__init__(destination, reason)
        self.destination, self.reason = destination, reason

    def __str__(self) -> str:
        return f"the files in {self.destination!r} cannot be used: {self.reason}"
