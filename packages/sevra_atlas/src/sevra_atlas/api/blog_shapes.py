"""The wire shapes of the blog: posts, what files them, pages, menus, authors, comments."""

from typing import Annotated, Literal

from msgspec import Meta as Described

from sevra_atlas.api.messages import Wire
from sevra_atlas.api.shapes import Id, Media, SeoMeta, Time

PostStatus = Literal["draft", "review", "scheduled", "published", "archived"]
PostVisibility = Literal["public", "private", "unlisted"]
CommentStatus = Literal["pending", "approved", "spam", "removed"]
OrderStrategy = Literal["manual", "by_date"]
MenuLocation = Literal["header", "footer", "sidebar"]
Html = Annotated[str, Described(description="HTML that was sanitised when it was stored.")]


class Byline(Wire, frozen=True, kw_only=True):
    """Who wrote a post."""

    user_id: Id
    display_name: str
    avatar: Media | None


class Filed(Wire, frozen=True, kw_only=True):
    """A category or a tag as a post names it."""

    id: Id
    name: str
    slug: str


class Series(Wire, frozen=True, kw_only=True):
    """A series of posts."""

    id: Id
    title: str
    slug: str
    description: str
    order_strategy: OrderStrategy
    post_count: int


class PostCard(Wire, frozen=True, kw_only=True):
    """A post in a list."""

    id: Id
    slug: str
    title: str
    excerpt: str
    is_hot: bool
    published_at: Time | None
    reading_time_sec: int
    views_count: int
    comments_count: int
    status: PostStatus
    visibility: PostVisibility
    author: Byline | None
    category: Filed | None
    cover_media: Media | None
    tags: list[Filed]
    created_at: Time
    updated_at: Time


class Post(PostCard, frozen=True, kw_only=True):
    """A post in full."""

    content: Html
    canonical_url: str | None
    series: Series | None
    og_image: Media | None
    reactions: Annotated[dict[str, int], Described(description="How many people reacted, by kind.")]
    seo_meta: SeoMeta | None
    scheduled_at: Annotated[Time | None, Described(description="For the author and editors.")]
    version: int


class Category(Wire, frozen=True, kw_only=True):
    """A category of the blog."""

    id: Id
    name: str
    slug: str
    description: str
    order: int
    parent_id: Id | None
    post_count: int


class CategoryDetail(Category, frozen=True, kw_only=True):
    """A category with what it stands in and what stands in it."""

    parent: Category | None
    children: list[Category]
    seo_meta: SeoMeta | None


class Tag(Wire, frozen=True, kw_only=True):
    """A tag."""

    id: Id
    name: str
    slug: str
    description: str
    post_count: int


class TagDetail(Tag, frozen=True, kw_only=True):
    """A tag in full."""

    seo_meta: SeoMeta | None


class SeriesDetail(Series, frozen=True, kw_only=True):
    """A series with its first fifty posts, in its order."""

    posts: list[PostCard]
    seo_meta: SeoMeta | None


class StaticPage(Wire, frozen=True, kw_only=True):
    """A page that stands by itself."""

    id: Id
    slug: str
    title: str
    content: Html
    status: PostStatus
    published_at: Time | None


class StaticPageDetail(StaticPage, frozen=True, kw_only=True):
    """A page in full."""

    seo_meta: SeoMeta | None
    version: int


class MenuItem(Wire, frozen=True, kw_only=True):
    """An entry of a menu with the entries below it."""

    id: Id
    parent_id: Id | None
    label: str
    url: str
    order: int
    target_blank: bool
    children: "list[MenuItem]"


class Menu(Wire, frozen=True, kw_only=True):
    """A menu as a tree."""

    id: Id
    name: str
    location: MenuLocation
    items: list[MenuItem]


class Author(Wire, frozen=True, kw_only=True):
    """A byline of the blog."""

    user_id: Id
    display_name: str
    bio: str
    avatar: Media | None
    post_count: int


class Commenter(Wire, frozen=True, kw_only=True):
    """Who wrote a comment."""

    id: Id
    username: str
    first_name: str
    last_name: str


class Comment(Wire, frozen=True, kw_only=True):
    """An approved comment with the first hundred replies to it."""

    id: Id
    content: str
    status: CommentStatus
    created_at: Time
    edited_at: Time | None
    parent_id: Id | None
    likes_count: int
    liked_by_me: bool
    user: Commenter | None
    replies: "list[Comment]"


class PostName(Wire, frozen=True, kw_only=True):
    """A post as a comment names it."""

    id: Id
    slug: str
    title: str


class CommentOnPost(Comment, frozen=True, kw_only=True):
    """An approved comment or reply, and the post that it stands below; `replies` is empty here."""

    post: PostName


class ThreadItem(Wire, frozen=True, kw_only=True):
    """A comment as the client shows it below a salon, an artist or a post."""

    id: Id
    author_name: str
    author_badge: Literal["owner", "staff"] | None
    text: str
    created_at: Time
    likes_count: int
    liked_by_me: bool
    status: CommentStatus
    replies: "list[ThreadItem]"


class Threads(Wire, frozen=True, kw_only=True):
    """Comments, and how many there are, replies apart."""

    items: list[ThreadItem]
    total: int
