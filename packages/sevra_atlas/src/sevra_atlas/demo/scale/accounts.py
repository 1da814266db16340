"""Accounts: owners of salons, then those who write reviews and comments, then the authors of the blog."""

from collections.abc import Iterator

from sevra_atlas.demo.chance import Chance
from sevra_atlas.demo.people import phone_of
from sevra_atlas.demo.scale.amounts import Amounts
from sevra_atlas.demo.scale.bulk import NULL, Bulk, moment
from sevra_atlas.demo.scale.ground import Ground
from sevra_atlas.demo.words import words

# Accounts are older than anything they own or write.
_EARLIER = 180 * 86_400


def first_reviewer(ground: Ground, amounts: Amounts) -> int:
    """Return the id of the first account that writes."""
    return ground.first["users"] + amounts.owners


def first_author(ground: Ground, amounts: Amounts) -> int:
    """Return the id of the first account with a byline."""
    return first_reviewer(ground, amounts) + amounts.reviewers


def accounts(ground: Ground, amounts: Amounts) -> Iterator[Bulk]:
    """Yield users and bylines."""
    first, reviewers, authors = (
        ground.first["users"],
        first_reviewer(ground, amounts),
        first_author(ground, amounts),
    )

    def users() -> Iterator[str]:
        chance = Chance(ground.seed, "scale/users")
        women, men, surnames = words("female_names"), words("male_names"), words("surnames")
        towns = ground.towns
        for user in range(first, first + amounts.users):
            is_woman = chance.happens(0.72)
            name = chance.pick(women if is_woman else men)
            last = chance.skewed(surnames, 1.3)
            city = towns[chance.below(len(towns))].id if user % 3 == 0 else NULL
            role = "SALON" if user < reviewers else "USER" if user < authors else "AUTHOR"
            at = moment(-(user * 7_919 % _EARLIER))
            yield (
                f"{user}\t{name.latin}.{last.latin}.{user}\t{name.fa}\t{last.fa}\t{phone_of(user)}\tt\tdemo{user:06d}"
                f"\t{role}\t{'FEMALE' if is_woman else 'MALE'}\t{city}\t{at}\t{at}\n"
            )

    def bylines() -> Iterator[str]:
        chance = Chance(ground.seed, "scale/authors")
        for author in range(authors, authors + amounts.authors):
            name = f"{chance.pick(words('female_names')).fa} {chance.pick(words('surnames')).fa}"
            at = moment(0)
            yield f"{author}\t{name}\tنویسندهٔ مطالب زیبایی و مراقبت.\t{at}\t{at}\n"

    yield Bulk(
        "users",
        (
            "id",
            "username",
            "first_name",
            "last_name",
            "phone_number",
            "is_phone_verified",
            "referral_code",
            "role",
            "gender",
            "city_id",
            "created_at",
            "updated_at",
        ),
        amounts.users,
        users,
    )
    yield Bulk(
        "author_profiles",
        ("id", "display_name", "bio", "created_at", "updated_at"),
        amounts.authors,
        bylines,
    )
