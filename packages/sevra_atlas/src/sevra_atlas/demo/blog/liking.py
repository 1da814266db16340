"""Reactions to posts and comments, and what people keep for later."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sevra_atlas.demo.blog.comments import Comments
from sevra_atlas.demo.blog.posts import Posts
from sevra_atlas.demo.blog.rows import Post, Reaction, Save
from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.moments import between
from sevra_atlas.demo.people import People
from sevra_atlas.demo.rows import Artist, Salon
from sevra_atlas.demo.size import Size

_REACTION = Weighted(("like", "love", "clap", "insightful", "sad"), (50, 20, 14, 12, 4))
_KEPT = Weighted(("post", "salon", "artist"), (55, 30, 15))
_OF_COMMENTS = 0.3


def make_reactions(
    size: Size, seed: int, people: People, posts: Posts, comments: Comments
) -> tuple[Reaction, ...]:
    """Return reactions: one of a person to a post, and likes of approved comments by others."""
    chance = Chance(seed, "blog/reactions")
    public = {post.id: post for post in posts.public()}
    gone = {deletion.id for deletion in comments.deletions}
    liked = [
        comment
        for comment in comments.comments
        if comment.status == "approved" and comment.post_id in public and comment.id not in gone
    ]
    popular = _popular(public.values(), chance)
    made: dict[tuple[int, str, int], Reaction] = {}
    while len(made) < size.reactions:
        user = chance.pick(people.reviewers)
        if chance.happens(_OF_COMMENTS):
            comment = chance.pick(liked)
            kind, row, first, reaction = "COMMENT", comment.id, comment.created_at, "like"
            if comment.user_id == user.id:
                continue
        else:
            post = popular.draw(chance)
            kind, row, first, reaction = "BLOG_POST", post.id, _published(post), _REACTION.draw(chance)
        at = between(chance, max(first, user.created_at))
        made.setdefault((user.id, kind, row), Reaction(len(made) + 1, user.id, kind, row, reaction, at))
    return tuple(made.values())


def make_saves(
    size: Size, seed: int, people: People, posts: Posts, listings: Mapping[str, Sequence[Salon | Artist]]
) -> tuple[Save, ...]:
    """Return what people keep: public posts, and these listings by kind, each once for a person."""
    chance = Chance(seed, "blog/saves")
    popular = _popular(posts.public(), chance)
    made: dict[tuple[int, str, int], Save] = {}
    while len(made) < size.saves:
        user, kind = chance.pick(people.reviewers), _KEPT.draw(chance)
        if kind == "post":
            post = popular.draw(chance)
            row, first = post.id, _published(post)
        else:
            listing = chance.pick(listings[kind])
            row, first = listing.id, listing.created_at
        save = Save(
            id=len(made) + 1,
            user_id=user.id,
            salon_id=row if kind == "salon" else None,
            artist_id=row if kind == "artist" else None,
            post_id=row if kind == "post" else None,
            created_at=between(chance, max(first, user.created_at)),
        )
        made.setdefault((user.id, kind, row), save)
    return tuple(made.values())


def _popular(posts: Iterable[Post], chance: Chance) -> Weighted[Post]:
    options = list(posts)
    return Weighted(options, [(1 - chance.fraction()) ** -0.7 for _ in options])


def _published(post: Post) -> datetime:
    return post.published_at or post.created_at
