"""Groups of services, services and specialties as rows; one of each will be deleted."""

from dataclasses import dataclass

from sevra_atlas.demo import words
from sevra_atlas.demo.marker import marked, marker
from sevra_atlas.demo.moments import OPENED
from sevra_atlas.demo.rows import Deletion, ServiceCategory, ServiceDefinition, Specialty


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """What salons offer and artists are good at."""

    categories: tuple[ServiceCategory, ...]
    services: tuple[ServiceDefinition, ...]
    specialties: tuple[Specialty, ...]
    deletions: tuple[Deletion, ...]


def make_taxonomy() -> Taxonomy:
    """Return the taxonomy in the order of the word lists; ids are places in them, from 1 on."""
    numbers = {word.slug: number for number, word in enumerate(words.categories(), 1)}
    categories = tuple(
        ServiceCategory(number, word.name_fa, word.name_en, word.slug, number, OPENED)
        for number, word in enumerate(words.categories(), 1)
    )
    services = tuple(
        ServiceDefinition(
            id=number,
            category_id=numbers[word.category],
            name_fa=word.name_fa,
            name_en=word.name_en,
            slug=word.slug,
            description=f"{word.name_fa}؛ به‌طور معمول حدود {word.minutes} دقیقه زمان می‌برد.",
            position=number,
            created_at=OPENED,
        )
        for number, word in enumerate(words.services(), 1)
    )
    specialties = tuple(
        Specialty(number, word.name_fa, word.name_en, word.slug, number, OPENED)
        for number, word in enumerate(words.specialties(), 1)
    )
    category, service, specialty = len(categories) + 1, len(services) + 1, len(specialties) + 1
    return Taxonomy(
        categories=(
            *categories,
            ServiceCategory(category, *_marks("service_categories", category), category, OPENED),
        ),
        services=(*services, _doomed_service(service, category)),
        specialties=(
            *specialties,
            Specialty(specialty, *_marks("specialties", specialty), specialty, OPENED),
        ),
        # The service goes along with its group.
        deletions=(
            Deletion("service_categories", category, "دستهٔ تکراری"),
            Deletion("specialties", specialty, "تخصص تکراری"),
        ),
    )


def _marks(table: str, row: int) -> tuple[str, str, str]:
    return marked(table, row, "name-fa"), marker(table, row, "name-en"), marker(table, row, "slug")


def _doomed_service(row: int, category: int) -> ServiceDefinition:
    name_fa, name_en, slug = _marks("service_definitions", row)
    description = marked("service_definitions", row, "description")
    return ServiceDefinition(row, category, name_fa, name_en, slug, description, row, OPENED)
