"""Draws the demo pictures: a soft gradient and a geometric motif, different for each storage key."""

import io
import math
from collections.abc import Callable
from itertools import pairwise

from PIL import Image, ImageDraw, ImageOps

from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.rows import Picture

PORTRAIT = "portrait"
TRADE_MOTIFS = {"women": "petals", "men": "blades", "nails": "drops", "skin": "rings", "spa": "waves"}
BACKDROPS = ("petals", "rings", "waves", "drops", "facets", "blades")
_QUALITY = 62
# Drawn twice as large and scaled down, so that edges are smooth.
_OVERSAMPLE = 2

Colour = tuple[int, int, int]
# Dark end, light end and accent of each gradient.
_PALETTES: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((122, 62, 90), (247, 214, 208), (255, 244, 232)),
    ((74, 78, 105), (233, 196, 196), (250, 232, 224)),
    ((38, 70, 83), (233, 216, 166), (148, 210, 189)),
    ((92, 61, 110), (240, 200, 220), (255, 236, 179)),
    ((34, 87, 122), (199, 249, 204), (255, 255, 255)),
    ((120, 53, 15), (254, 230, 190), (255, 250, 240)),
    ((15, 61, 62), (226, 220, 200), (224, 160, 96)),
    ((61, 64, 91), (244, 241, 222), (224, 122, 95)),
    ((88, 24, 69), (255, 195, 160), (255, 240, 220)),
    ((45, 49, 66), (191, 192, 192), (239, 131, 84)),
    ((27, 67, 50), (183, 228, 199), (240, 255, 244)),
    ((94, 84, 142), (224, 177, 203), (255, 245, 250)),
)
Painter = Callable[[ImageDraw.ImageDraw, int, int, Chance, Colour], None]


def draw(picture: Picture) -> bytes:
    """Return the picture as WebP; equal pictures give equal pixels."""
    chance = Chance(picture.id, picture.storage_key)
    dark, light, accent = chance.pick(_PALETTES)
    if chance.happens(0.5):
        dark, light = light, dark
    image = _gradient(picture.width, picture.height, dark, light, chance.between(0, 3))
    wide, high = picture.width * _OVERSAMPLE, picture.height * _OVERSAMPLE
    layer = Image.new("RGBA", (wide, high), (*accent, 0))
    _PAINTERS[picture.motif](ImageDraw.Draw(layer), wide, high, chance, accent)
    layer = layer.resize((picture.width, picture.height), Image.Resampling.BOX)
    image.paste(layer, (0, 0), layer)
    with io.BytesIO() as buffer:
        image.save(buffer, "WEBP", quality=_QUALITY, method=2)
        return buffer.getvalue()


def _gradient(width: int, height: int, dark: Colour, light: Colour, quarter: int) -> Image.Image:
    ramp = Image.linear_gradient("L").rotate(90 * quarter)
    glow = ImageOps.invert(Image.radial_gradient("L"))
    mixed = Image.blend(ramp, glow, 0.35).resize((width, height), Image.Resampling.BICUBIC)
    return ImageOps.colorize(mixed, dark, light)


def _petals(brush: ImageDraw.ImageDraw, wide: int, high: int, chance: Chance, accent: Colour) -> None:
    """Paint rosettes of almond-shaped petals."""
    for _ in range(1 if wide == high else 3):
        x, y = _centre(wide, high, chance)
        length, count = min(wide, high) * (0.28 + 0.16 * chance.fraction()), chance.between(5, 11)
        turn = chance.fraction() * math.pi
        for number in range(count):
            angle = turn + 2 * math.pi * number / count
            brush.polygon(_almond(x, y, angle, length), fill=(*accent, 70 + 60 * (number % 2)))
        _disc(brush, x, y, length * 0.12, (*accent, 220))


def _almond(x: float, y: float, angle: float, length: float) -> list[tuple[float, float]]:
    """Return the outline of a petal from (x, y): along one side to the tip, back along the other."""
    outline: list[tuple[float, float]] = []
    for side, steps in ((1, range(13)), (-1, range(12, -1, -1))):
        for step in steps:
            along = length * step / 12
            away = side * math.sin(math.pi * step / 12) * length * 0.2
            outline.append(
                (
                    x + along * math.cos(angle) - away * math.sin(angle),
                    y + along * math.sin(angle) + away * math.cos(angle),
                )
            )
    return outline


def _blades(brush: ImageDraw.ImageDraw, wide: int, high: int, chance: Chance, accent: Colour) -> None:
    """Paint slanting bands, like the pole of a barber."""
    step, slant = high / chance.between(4, 8), high * (0.5 + chance.fraction())
    start = -slant
    while start < wide:
        band = step * (0.25 + 0.4 * chance.fraction())
        corners = [(start, high), (start + slant, 0), (start + slant + band, 0), (start + band, high)]
        brush.polygon(corners, fill=(*accent, chance.between(30, 120)))
        start += step * 1.3


def _drops(brush: ImageDraw.ImageDraw, wide: int, high: int, chance: Chance, accent: Colour) -> None:
    """Paint drops of different sizes."""
    for _ in range(9 * wide // high):
        x, y = chance.fraction() * wide, chance.fraction() * high
        radius = high * (0.03 + 0.09 * chance.fraction())
        fill = (*accent, chance.between(50, 160))
        brush.polygon([(x, y - 2.2 * radius), (x - radius * 0.9, y), (x + radius * 0.9, y)], fill=fill)
        brush.pieslice((x - radius, y - radius * 0.9, x + radius, y + radius), -25, 205, fill=fill)


def _rings(brush: ImageDraw.ImageDraw, wide: int, high: int, chance: Chance, accent: Colour) -> None:
    """Paint rings around a few centres."""
    for _ in range(1 if wide == high else 3):
        x, y = _centre(wide, high, chance)
        for number in range(chance.between(3, 6), 0, -1):
            radius = high * 0.09 * number
            box = (x - radius, y - radius, x + radius, y + radius)
            brush.ellipse(box, outline=(*accent, 90 + 20 * number), width=max(4, high // 60))
        _disc(brush, x, y, high * 0.05, (*accent, 200))


def _waves(brush: ImageDraw.ImageDraw, wide: int, high: int, chance: Chance, accent: Colour) -> None:
    """Paint waves, one before the other."""
    for number in range(4):
        level = high * (0.3 + 0.15 * number)
        swing, phase = high * (0.04 + 0.06 * chance.fraction()), chance.fraction() * 2 * math.pi
        turns = 1 + 2 * chance.fraction()
        crest = [
            (wide * step / 48, level + swing * math.sin(phase + turns * 2 * math.pi * step / 48))
            for step in range(49)
        ]
        brush.polygon([*crest, (wide, high), (0, high)], fill=(*accent, 40 + 32 * number))


def _facets(brush: ImageDraw.ImageDraw, wide: int, high: int, chance: Chance, accent: Colour) -> None:
    """Paint the facets of a cut stone over the whole picture."""
    columns, rows = max(3, wide * 4 // high), 4
    points = [
        [
            (
                wide * (column + (chance.fraction() - 0.5) * 0.7) / columns,
                high * (row + (chance.fraction() - 0.5) * 0.7) / rows,
            )
            for column in range(columns + 1)
        ]
        for row in range(rows + 1)
    ]
    for above, below in pairwise(points):
        for column in range(columns):
            left, right = [above[column], above[column + 1], below[column]], below[column + 1]
            brush.polygon(left, fill=(*accent, chance.between(0, 90)))
            brush.polygon([left[1], left[2], right], fill=(*accent, chance.between(0, 90)))


def _portrait(brush: ImageDraw.ImageDraw, wide: int, high: int, chance: Chance, accent: Colour) -> None:
    """Paint a head and shoulders without a face."""
    head = high * (0.15 + 0.03 * chance.fraction())
    x, y = wide / 2, high * 0.4
    hair = head * (1.15 + 0.35 * chance.fraction())
    if chance.happens(0.7):
        brush.rounded_rectangle((x - hair, y - hair, x + hair, y + 2.1 * head), hair, fill=(*accent, 90))
    shoulders = wide * (0.26 + 0.06 * chance.fraction())
    brush.pieslice((x - shoulders, high * 0.62, x + shoulders, high * 1.3), 180, 360, fill=(*accent, 215))
    _disc(brush, x, y, head, (*accent, 235))


def _centre(wide: int, high: int, chance: Chance) -> tuple[float, float]:
    if wide == high:
        return wide / 2, high / 2
    return wide * (0.1 + 0.8 * chance.fraction()), high * (0.25 + 0.5 * chance.fraction())


def _disc(
    brush: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: tuple[int, int, int, int]
) -> None:
    brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


_PAINTERS: dict[str, Painter] = {
    "petals": _petals,
    "blades": _blades,
    "drops": _drops,
    "rings": _rings,
    "waves": _waves,
    "facets": _facets,
    PORTRAIT: _portrait,
}
