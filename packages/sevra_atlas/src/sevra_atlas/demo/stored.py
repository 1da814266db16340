"""Draws the pictures into the store and describes the files that are there then."""

from hashlib import sha256
from pathlib import Path

from sevra_atlas.demo.drawing import draw
from sevra_atlas.demo.people import ADMIN
from sevra_atlas.demo.rows import Media, Picture


def stored(picture: Picture, media_dir: Path) -> Media:
    """Draw the picture into `media_dir` and return the row of the file; an older file is replaced."""
    content = draw(picture)
    _write(media_dir / picture.storage_key, content)
    return Media(
        id=picture.id,
        storage_key=picture.storage_key,
        url=f"/uploads/{picture.storage_key}",
        mime="image/webp",
        width=picture.width,
        height=picture.height,
        size_bytes=len(content),
        sha256=sha256(content).digest(),
        alt_text=picture.alt_text,
        title=picture.title,
        status="COMPLETED",
        kind=picture.kind,
        uploaded_by_id=ADMIN,
        created_at=picture.created_at,
    )


def _write(path: Path, content: bytes) -> None:
    """Write a file under its name in one step, so that nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_bytes(content)
    draft.replace(path)
