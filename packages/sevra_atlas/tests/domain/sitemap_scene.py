"""A worker's connection, a folder and what lies in it: the bench of the sitemap's tests."""

import gzip
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from databases import SevraDatabase
from factories import (
    make_artist,
    make_category,
    make_certification,
    make_city,
    make_media,
    make_neighborhood,
    make_page,
    make_post,
    make_province,
    make_salon,
    make_series,
    make_service,
    make_specialty,
    make_tag,
    make_user,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from sevra_atlas.domain import sitemap_queue, sitemap_rebuild, sitemap_worker
from sevra_atlas.domain.sitemap_folder import SitemapFolder
from sevra_atlas.domain.sitemap_publishing import Published, leading, publish
from sevra_atlas.schema import (
    ArtistSpecialty,
    AuthorProfile,
    MediaLink,
    OpeningException,
    OpeningHours,
    PostTag,
    SalonArtist,
    SalonService,
)
from sevra_atlas.schema.access import MAINTENANCE

BASE_URL = "https://sevra.example"


@dataclass
class Bench:
    """A database, the worker's connection in autocommit, the folder, and a clock that the test moves."""

    db: SevraDatabase
    worker: psycopg.Connection
    folder: SitemapFolder
    now: datetime

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def tick(self) -> Published:
        """Let the worker catch up."""
        while (ticked := sitemap_worker.tick(self.worker, self.folder, now=self.now)).more:
            pass
        return ticked.published

    def rebuild(self, folder: SitemapFolder | None = None) -> sitemap_rebuild.Rebuilt:
        """Make all rows and files anew."""
        with leading(self.worker):
            rebuilt = sitemap_rebuild.rebuild_all(self.worker, window=7, now=self.now)
            with self.worker.transaction():
                publish(self.worker, folder or self.folder, now=self.now)
        return rebuilt

    def drain(self) -> None:
        """Bring the rows in line and leave the files as they are."""
        sitemap_queue.drain(self.worker, now=self.now)

    def change(self, *statements: str) -> None:
        """Run statements as the application."""
        with self.db.session() as session:
            for statement in statements:
                session.execute(text(statement))

    def moved(self, *statements: str) -> set[str]:
        """Return the addresses whose date a change moves."""
        before = self.dates()
        self.change(*statements)
        self.tick()
        return {address for address, date in self.dates().items() if before.get(address, date) != date}

    def files(self, folder: SitemapFolder | None = None) -> dict[str, bytes]:
        """Return the published files before compression, by name; the index among them."""
        return read_set((folder or self.folder).path)

    def dates(self) -> dict[str, str]:
        """Return what the files say: address below the site → date, '' where there is none."""
        found = b"".join(data for name, data in self.files().items() if name != "sitemap.xml").decode()
        listed = re.findall(r"<loc>(.*?)</loc>(?:<lastmod>(.*?)</lastmod>)?", found)
        assert len({address for address, _ in listed}) == len(listed), "an address is listed twice"
        return {address.removeprefix(BASE_URL): date for address, date in listed}

    def shard_of(self, address: str) -> str:
        """Return the name of the one file that lists an address."""
        needle = f"<loc>{BASE_URL}{address}</loc>".encode()
        (name,) = [name for name, data in self.files().items() if needle in data]
        return name


def fill(session: Session) -> dict[str, int]:
    """Add one page of every kind, each with something of the others; return ids by slug."""
    province = make_province(session, slug="alborz", name_fa="البرز")
    city = make_city(session, slug="karaj", name_fa="کرج", province_id=province.id, is_landing_enabled=True)
    near = make_neighborhood(session, slug="mehr", city_id=city.id)
    salon = make_salon(
        session, slug="roya", city_id=city.id, neighborhood_id=near.id, cover_media_id=make_media(session).id
    )
    artist = make_artist(session, slug="maryam", city_id=city.id, avatar_media_id=make_media(session).id)
    service = make_service(session, slug="nails")
    session.add(SalonService(salon_id=salon.id, service_id=service.id))
    session.add(ArtistSpecialty(artist_id=artist.id, specialty_id=make_specialty(session).id))
    session.add(OpeningHours(salon_id=salon.id, weekday=1, open_minutes=text("'{[540,1020)}'")))
    session.add(
        OpeningException(salon_id=salon.id, on_date=text("CURRENT_DATE + 9"), open_minutes=text("'{}'"))
    )
    make_certification(session, artist_id=artist.id, verified_at=text("now()"))
    for kind, id_ in (("SALON", salon.id), ("ARTIST", artist.id)):
        session.add(MediaLink(media_id=make_media(session).id, entity_type=kind, entity_id=id_))
    session.add(SalonArtist(salon_id=salon.id, artist_id=artist.id, accepted_at=text("now()")))
    author = AuthorProfile(id=make_user(session).id, display_name="نگار")
    session.add(author)
    session.flush()
    category, tag, series = (
        make_category(session, slug="care"),
        make_tag(session, slug="skin"),
        make_series(session, slug="first-steps"),
    )
    make_category(session, slug="masks", parent_id=category.id)
    post = make_post(
        session,
        slug="mask",
        category_id=category.id,
        series_id=series.id,
        series_position=1,
        author_id=author.id,
        cover_media_id=make_media(session).id,
    )
    session.add(PostTag(post_id=post.id, tag_id=tag.id))
    page = make_page(session, slug="about")
    session.flush()
    return {
        "salon": salon.id,
        "artist": artist.id,
        "city": city.id,
        "post": post.id,
        "tag": tag.id,
        "page": page.id,
    }


def read_set(path: Path) -> dict[str, bytes]:
    """Return the files of the set that is served, before compression."""
    current = path / "current"
    files = {"sitemap.xml": (current / "sitemap.xml").read_bytes()}
    for file in (current / "sitemaps").iterdir():
        files[file.name] = gzip.decompress(file.read_bytes())
    return files


def bench_over(db: SevraDatabase, worker: psycopg.Connection, path: Path) -> Bench:
    """Return a bench whose clock stands a little ahead of the server's."""
    return Bench(db, worker, SitemapFolder(path, BASE_URL), datetime.now(UTC) + timedelta(hours=1))


def worker_of(db: SevraDatabase) -> psycopg.Connection:
    """Open a worker's connection; the caller closes it."""
    return db.connect(MAINTENANCE, autocommit=True)
