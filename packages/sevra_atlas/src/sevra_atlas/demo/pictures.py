"""Which pictures there are and where they hang; `drawing` draws them."""

from collections.abc import Iterator

from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.drawing import BACKDROPS, PORTRAIT, TRADE_MOTIFS
from sevra_atlas.demo.listings import Pool
from sevra_atlas.demo.marker import marked, marker
from sevra_atlas.demo.moments import OPENED, between
from sevra_atlas.demo.rows import Deletion, MediaLink, Picture
from sevra_atlas.demo.size import Size

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_SIZES = {"AVATAR": (256, 256), "COVER": (800, 320), "GALLERY": (480, 360)}
_TITLES = {"AVATAR": "نشان", "COVER": "تصویر پهن", "GALLERY": "نمونه"}
_MOTIF_NAMES = {
    "petals": "گلبرگ",
    "blades": "نوارهای مورب",
    "drops": "قطره",
    "rings": "حلقه",
    "waves": "موج",
    "facets": "سطح‌های تراش‌خورده",
    "portrait": "چهره‌نمای ساده",
}
_DOOMED = 3


def make_pictures(size: Size, seed: int) -> tuple[tuple[Picture, ...], tuple[Deletion, ...]]:
    """Return the pictures, a third each for avatars, covers, galleries, and a few that will be deleted."""
    chance = Chance(seed, "pictures")
    motifs = {
        "AVATAR": (*TRADE_MOTIFS.values(), PORTRAIT, PORTRAIT),
        "COVER": BACKDROPS,
        "GALLERY": BACKDROPS,
    }
    pictures = []
    for number in range(1, size.pictures + 1):
        kind = ("AVATAR", "COVER", "GALLERY")[number % 3]
        options = motifs[kind]
        pictures.append(_picture(chance, number, kind, options[number // 3 % len(options)]))
    doomed = tuple(_doomed(chance, size.pictures + number) for number in range(1, _DOOMED + 1))
    return (*pictures, *doomed), tuple(Deletion("media", picture.id, "تصویر نامناسب") for picture in doomed)


def pools(pictures: tuple[Picture, ...]) -> tuple[dict[str, Pool], dict[str, Pool]]:
    """Return the pictures that salons and artists choose from, by trade."""
    free = tuple(picture for picture in pictures if not picture.title.startswith("zz-dead"))
    covers = tuple(picture for picture in free if picture.kind == "COVER")
    gallery = tuple(picture for picture in free if picture.kind == "GALLERY")

    def pool(motif: str) -> Pool:
        small = (picture for picture in free if picture.kind == "AVATAR" and picture.motif == motif)
        return Pool(tuple(small), covers, gallery)

    of_salons = {trade: pool(motif) for trade, motif in TRADE_MOTIFS.items()}
    return of_salons, dict.fromkeys(TRADE_MOTIFS, pool(PORTRAIT))


class Hanger:
    """Hangs pictures into galleries."""

    def __init__(self, seed: int, pictures: tuple[Picture, ...]) -> None:
        self._chance = Chance(seed, "galleries")
        self._gallery = [picture.id for picture in pictures if picture.kind == "GALLERY"]
        self.links: list[MediaLink] = []

    def hang(self, entity_type: str, rows: Iterator[int], share: float) -> None:
        """Give a share of the rows a gallery of three to eight pictures."""
        for row in rows:
            if not self._chance.happens(share):
                continue
            chosen = self._chance.sample(self._gallery, self._chance.between(3, 8))
            for position, media in enumerate(chosen, 1):
                link = MediaLink(len(self.links) + 1, media, entity_type, row, position, OPENED)
                self.links.append(link)


def _picture(chance: Chance, number: int, kind: str, motif: str) -> Picture:
    created_at = between(chance, OPENED)
    name = "".join(chance.pick(_LETTERS) for _ in range(26))
    width, height = _SIZES[kind]
    return Picture(
        id=number,
        storage_key=f"{created_at:%Y/%m}/{name}.webp",
        kind=kind,
        motif=motif,
        width=width,
        height=height,
        alt_text=f"طرح انتزاعی با نقش {_MOTIF_NAMES[motif]}",
        title=_TITLES[kind],
        created_at=created_at,
    )


def _doomed(chance: Chance, number: int) -> Picture:
    width, height = _SIZES["GALLERY"]
    return Picture(
        id=number,
        storage_key=f"2026/03/{marker('media', number, 'storage-key')}.webp",
        kind="GALLERY",
        motif=chance.pick(BACKDROPS),
        width=width,
        height=height,
        alt_text=marked("media", number, "alt-text"),
        title=marked("media", number, "title"),
        created_at=OPENED,
    )
