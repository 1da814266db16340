"""Puts the blog together from the parts of the demo that it stands on."""

from dataclasses import dataclass, fields

from sevra_atlas.demo.artists import Artists
from sevra_atlas.demo.blog.authors import make_authors
from sevra_atlas.demo.blog.comments import CommentMaker
from sevra_atlas.demo.blog.liking import make_reactions, make_saves
from sevra_atlas.demo.blog.links import directory_of
from sevra_atlas.demo.blog.pages import make_menus, make_pages
from sevra_atlas.demo.blog.posts import PostMaker
from sevra_atlas.demo.blog.rows import (
    AuthorProfile,
    Category,
    Comment,
    Menu,
    MenuItem,
    Page,
    Post,
    PostMedia,
    PostTag,
    Reaction,
    Save,
    SeoMeta,
    Series,
    Tag,
)
from sevra_atlas.demo.blog.seo import make_seo
from sevra_atlas.demo.blog.shelves import make_shelves
from sevra_atlas.demo.blog.vocabulary import LANGUAGES
from sevra_atlas.demo.drawing import PORTRAIT
from sevra_atlas.demo.people import People
from sevra_atlas.demo.places import Geography
from sevra_atlas.demo.rows import Deletion, Picture, Rename
from sevra_atlas.demo.salons import Salons
from sevra_atlas.demo.size import Size

_TAGGED_CITIES = ("تهران", "مشهد", "اصفهان", "شیراز", "تبریز", "رشت", "اهواز", "یزد", "کرمان", "کرمانشاه")


@dataclass(frozen=True, slots=True)
class Blog:
    """Everything of the blog, in the order in which it can be loaded."""

    author_profiles: tuple[AuthorProfile, ...]
    categories: tuple[Category, ...]
    tags: tuple[Tag, ...]
    series: tuple[Series, ...]
    posts: tuple[Post, ...]
    post_tags: tuple[PostTag, ...]
    post_media: tuple[PostMedia, ...]
    comments: tuple[Comment, ...]
    pages: tuple[Page, ...]
    menus: tuple[Menu, ...]
    menu_items: tuple[MenuItem, ...]
    seo_meta: tuple[SeoMeta, ...]
    reactions: tuple[Reaction, ...]
    saves: tuple[Save, ...]
    renames: tuple[Rename, ...]
    deletions: tuple[Deletion, ...]


NO_BLOG = Blog(*(() for _ in fields(Blog)))


def make_blog(  # noqa: PLR0913 - the blog speaks of all of these
    *,
    size: Size,
    seed: int,
    geography: Geography,
    people: People,
    pictures: tuple[Picture, ...],
    salons: Salons,
    artists: Artists,
) -> Blog:
    """Return the blog: the same for one size and seed, on the same directory."""
    free = [picture for picture in pictures if not picture.title.startswith("zz-dead")]
    renames = (*geography.renames, *salons.renames)
    directory = directory_of(geography.cities, salons, renames)
    shelves = make_shelves(_TAGGED_CITIES)
    portraits = tuple(picture for picture in free if picture.motif == PORTRAIT)
    authors = make_authors(seed, people, portraits)
    posts = PostMaker(
        size=size,
        seed=seed,
        shelves=shelves,
        authors=authors,
        directory=directory,
        covers=tuple(picture for picture in free if picture.kind == "COVER"),
        gallery=tuple(picture for picture in free if picture.kind == "GALLERY"),
    ).make()
    cities = {language: directory.city_names(language) for language in LANGUAGES}
    comments = CommentMaker(size, seed, people, cities).make(posts)
    pages, deleted_pages = make_pages()
    menus, menu_items = make_menus(pages, shelves.categories, directory)
    gone = {deletion.id for deletion in artists.deletions if deletion.table == "artists"}
    shown = [artist for artist in artists.artists if artist.status == "ACTIVE" and artist.id not in gone]
    named = (
        *(("SALON", salon.id, salons.latin[salon.id]) for salon in directory.salons),
        *(("ARTIST", artist.id, artists.names[artist.id].latin) for artist in shown),
    )
    return Blog(
        author_profiles=authors.profiles,
        categories=shelves.categories,
        tags=shelves.tags,
        series=shelves.series,
        posts=tuple(posts.posts),
        post_tags=tuple(posts.tags),
        post_media=tuple(posts.media),
        comments=tuple(comments.comments),
        pages=pages,
        menus=menus,
        menu_items=menu_items,
        seo_meta=make_seo(posts, shelves.categories, directory, named),
        reactions=make_reactions(size, seed, people, posts, comments),
        saves=make_saves(size, seed, people, posts, {"salon": directory.salons, "artist": shown}),
        renames=(*shelves.renames, *posts.renames),
        deletions=(*comments.deletions, *posts.deletions, *shelves.deletions, *deleted_pages),
    )
