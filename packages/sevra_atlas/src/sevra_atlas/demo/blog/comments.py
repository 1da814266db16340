"""Comments below posts: approved ones with replies, some that wait, spam, and some that will be deleted."""

from dataclasses import dataclass, field
from datetime import datetime

from sevra_atlas.demo.blog.plan import Planned
from sevra_atlas.demo.blog.posts import Posts
from sevra_atlas.demo.blog.rows import Comment, Post
from sevra_atlas.demo.blog.vocabulary import LANGUAGES, frames, words_of
from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.marker import marked
from sevra_atlas.demo.moments import between
from sevra_atlas.demo.people import People
from sevra_atlas.demo.rows import Deletion
from sevra_atlas.demo.size import Size

_STATUS = Weighted(("approved", "pending", "spam", "removed"), (80, 9, 8, 3))
_ANSWERED, _ANSWERED_BY_THE_AUTHOR, _ANSWER_WAITS = 0.4, 0.6, 0.1
_BELOW_A_DOOMED_POST = 2


@dataclass(slots=True)
class Comments:
    """Comments in the order of their ids and the deletions among them."""

    comments: list[Comment] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)


class CommentMaker:
    """Makes comments; no text comes twice."""

    def __init__(self, size: Size, seed: int, people: People, cities: dict[str, tuple[str, ...]]) -> None:
        self._size, self._people, self._cities = size, people, cities
        self._chance = Chance(seed, "blog/comments")
        self._words = {language: words_of(f"comments_{language}") for language in LANGUAGES}
        self._written: set[str] = set()
        self._made = Comments()

    def make(self, posts: Posts) -> Comments:
        """Return all comments; only published posts have some, and popular ones many."""
        open_posts = [post for post in posts.posts if post.id in posts.planned and post.status == "published"]
        popular = Weighted(open_posts, [(1 - self._chance.fraction()) ** -0.8 for _ in open_posts])
        while len(self._made.comments) < self._size.comments:
            post = popular.draw(self._chance)
            self._add(post, posts.planned[post.id])
        for post in self._chance.sample(open_posts, self._size.deleted_comments):
            self._made.deletions.append(Deletion("comments", self._add_marked(post).id, "بی‌ادبانه"))
        doomed = {deletion.id for deletion in posts.deletions}
        for post in posts.posts:
            if post.id in doomed:
                parent = self._add_marked(post)
                for _ in range(1, _BELOW_A_DOOMED_POST):
                    self._add_marked(post, parent)
        return self._made

    def _add(self, post: Post, planned: Planned) -> None:
        status, chance = _STATUS.draw(self._chance), self._chance
        text = self._spam(planned) if status == "spam" else self._text(planned)
        comment = self._comment(post, None, chance.pick(self._people.reviewers).id, text, status)
        room = len(self._made.comments) < self._size.comments
        if room and status == "approved" and chance.happens(_ANSWERED):
            by_author = chance.happens(_ANSWERED_BY_THE_AUTHOR)
            user = post.author_id if by_author else chance.pick(self._people.reviewers).id
            waits = not by_author and chance.happens(_ANSWER_WAITS)
            reply = self._new(planned, ("replies",))
            self._comment(post, comment, user, reply, "pending" if waits else "approved")

    def _comment(self, post: Post, parent: Comment | None, user: int, text: str, status: str) -> Comment:
        first = self._opened(post, parent, user)
        comment = Comment(
            id=len(self._made.comments) + 1,
            post_id=post.id,
            user_id=user,
            parent_id=None if parent is None else parent.id,
            content=text,
            status=status,
            created_at=between(self._chance, first),
        )
        self._made.comments.append(comment)
        return comment

    def _opened(self, post: Post, parent: Comment | None, user: int) -> datetime:
        """Return the first moment at which a person can answer."""
        if parent is not None:
            return max(parent.created_at, self._people.users[user - 1].created_at)
        assert post.published_at is not None
        return max(post.published_at, self._people.users[user - 1].created_at)

    def _text(self, planned: Planned) -> str:
        parts = (("starts", "middles", "ends"), ("starts", "middles"), ("middles", "ends"))
        return self._new(planned, self._chance.pick(parts))

    def _spam(self, planned: Planned) -> str:
        return self._new(planned, ("spam",))

    def _new(self, planned: Planned, parts: tuple[str, ...]) -> str:
        """Return a text that nobody has written, longer when the short ones are used up."""
        text = self._filled(planned, parts)
        while text in self._written:
            text = f"{text} {self._filled(planned, parts[:1])}"
        self._written.add(text)
        return text

    def _filled(self, planned: Planned, parts: tuple[str, ...]) -> str:
        words, chance = self._words[planned.language], self._chance
        pattern = " ".join(chance.pick(words[part]) for part in parts)
        return pattern.format(
            t=planned.topic.name,
            city=chance.pick(self._cities[planned.language]),
            n=chance.pick(frames(planned.language).small),
        )

    def _add_marked(self, post: Post, parent: Comment | None = None) -> Comment:
        row = len(self._made.comments) + 1
        user = self._chance.pick(self._people.reviewers).id
        return self._comment(post, parent, user, marked("comments", row, "content"), "approved")
