"""The pictures: small, different from one another, and the same at every run."""

import io

import pytest
from PIL import Image

from sevra_atlas.demo import Size, generate
from sevra_atlas.demo.drawing import draw
from sevra_atlas.demo.rows import Picture


@pytest.fixture(scope="module")
def pictures() -> tuple[Picture, ...]:
    return generate(Size.tiny()).pictures


def test_a_picture_has_the_size_that_is_written_down(pictures: tuple[Picture, ...]) -> None:
    for picture in pictures:
        with Image.open(io.BytesIO(draw(picture))) as image:
            assert (image.format, image.size) == ("WEBP", (picture.width, picture.height))


def test_no_two_pictures_are_equal(pictures: tuple[Picture, ...]) -> None:
    assert len({draw(picture) for picture in pictures}) == len(pictures)


def test_drawing_again_gives_the_same_file(pictures: tuple[Picture, ...]) -> None:
    assert [draw(picture) for picture in pictures[:7]] == [draw(picture) for picture in pictures[:7]]


def test_all_pictures_together_stay_small(pictures: tuple[Picture, ...]) -> None:
    mean = sum(len(draw(picture)) for picture in pictures) / len(pictures)

    assert mean * len(generate().pictures) < 8_000_000


def test_storage_keys_are_random_and_name_a_month(pictures: tuple[Picture, ...]) -> None:
    keys = {picture.storage_key for picture in pictures}

    assert len(keys) == len(pictures)
    assert all(key.count("/") == 2 and key.endswith(".webp") for key in keys)
