"""Snapshots in a bucket, through the protocol of S3: a small server in this process answers for the cloud."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from pgevolve.project import BackupOptions
from pgevolve.snapshot import create_snapshot, find_snapshot, list_snapshots, open_storage, verify_snapshot
from pgevolve.snapshot.errors import FileChangedError, ManifestMissingError, StorageError

pytestmark = pytest.mark.others_slow

_STAMP = "2026-11-26T00:00:00.000Z"


class _Handler(BaseHTTPRequestHandler):
    """What object stores of S3's kind answer: objects, uploads in parts, lists by prefix and delimiter."""

    protocol_version = "HTTP/1.1"
    server: "Bucket"

    def do_PUT(self) -> None:
        content = self._content()
        if "partNumber" in self._query:
            self.server.parts[self._query["uploadId"], int(self._query["partNumber"])] = content
        else:
            self.server.put(self._key, content)
        self._answer(200, headers={"ETag": '"1"'})

    def do_POST(self) -> None:
        content = self._content()
        if "uploads" in self._query:
            upload = str(len(self.server.parts) + 1)
            self._answer(200, f"<R><UploadId>{upload}</UploadId></R>")
        elif "uploadId" in self._query:
            mine = sorted(key for key in self.server.parts if key[0] == self._query["uploadId"])
            self.server.put(self._key, b"".join(self.server.parts.pop(key) for key in mine))
            self._answer(
                200, '<CompleteMultipartUploadResult><ETag>"1"</ETag></CompleteMultipartUploadResult>'
            )
        else:
            keys = [part.partition(b"<")[0].decode() for part in content.split(b"<Key>")[1:]]
            for key in keys:
                self.server.objects.pop(key, None)
            deleted = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
            self._answer(200, f"<DeleteResult>{deleted}</DeleteResult>")

    def do_DELETE(self) -> None:
        self.server.objects.pop(self._key, None)
        self._answer(204)

    def do_GET(self) -> None:
        if "list-type" in self._query:
            self._answer(200, self._listing())
        elif self._key in self.server.objects:
            headers = {"ETag": '"1"', "Last-Modified": "Thu, 26 Nov 2026 00:00:00 GMT"}
            self._answer(200, self.server.objects[self._key], headers)
        else:
            self._answer(404, "<Error><Code>NoSuchKey</Code></Error>")

    def _listing(self) -> str:
        prefix, delimiter = self._query.get("prefix", ""), self._query.get("delimiter")
        found = [key for key in sorted(self.server.objects) if key.startswith(prefix)]
        folders = set()
        if delimiter:
            folders = {
                prefix + key[len(prefix) :].partition(delimiter)[0] + delimiter
                for key in found
                if delimiter in key[len(prefix) :]
            }
            found = [key for key in found if delimiter not in key[len(prefix) :]]
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.server.objects[key])}</Size>"
            f"<LastModified>{_STAMP}</LastModified><ETag>1</ETag></Contents>"
            for key in found
        )
        prefixes = "".join(
            f"<CommonPrefixes><Prefix>{escape(folder)}</Prefix></CommonPrefixes>"
            for folder in sorted(folders)
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{contents}{prefixes}</ListBucketResult>"

    @property
    def _query(self) -> dict[str, str]:
        parsed = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        return {key: values[0] for key, values in parsed.items()}

    @property
    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/bucket/")

    def _content(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, status: int, body: str | bytes = b"", headers: dict[str, str] | None = None) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Bucket(ThreadingHTTPServer):
    """A bucket in memory, with the order in which its objects came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.parts: dict[tuple[str, int], bytes] = {}
        self.order: list[str] = []

    def put(self, key: str, content: bytes) -> None:
        self.objects[key] = content
        self.order.append(key)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Run a bucket, to which the environment points as it would to a cloud."""
    with Bucket() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "nowhere",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }.items():
            monkeypatch.setenv(name, value)
        yield server
        server.shutdown()
        thread.join()


def test_a_bucket_keeps_lists_verifies_and_gives_up_snapshots(bucket: Bucket, stocked: str) -> None:
    options = BackupOptions("s3://bucket/some/prefix")
    made = create_snapshot(stocked, options)
    storage = open_storage(options.destination)

    assert all(key.startswith(f"some/prefix/{made.name}/") for key in bucket.objects)
    assert bucket.order[-1] == f"some/prefix/{made.name}/manifest.json"
    (listed,) = list_snapshots(storage, datetime.now(UTC)).snapshots
    assert (listed.name, listed.problem) == (made.name, None)
    assert verify_snapshot(storage, find_snapshot(storage, "latest")).rows == 536

    storage.remove(made.name)
    assert bucket.objects == {}


def test_a_large_file_goes_up_in_parts_and_damage_is_found(
    bucket: Bucket, stocked: str, encrypted: Any, key: Any
) -> None:
    storage = open_storage("s3://bucket")
    with storage.workspace() as workspace:
        (workspace.path / "large").write_bytes(bytes(12 << 20))
        (workspace.path / "manifest.json").write_bytes(b"{}")
        storage.publish(workspace, "20260101T000000Z-0000000000000000", lambda _event: None)
    assert bucket.objects["20260101T000000Z-0000000000000000/large"] == bytes(12 << 20)
    for path in encrypted.place.rglob("*"):
        if path.is_file():
            bucket.put(f"{encrypted.snapshot.name}/{path.relative_to(encrypted.place)}", path.read_bytes())

    assert verify_snapshot(storage, encrypted.snapshot, [key.identity]).rows == 536

    damaged = f"{encrypted.snapshot.name}/dump/toc.dat.age"
    bucket.objects[damaged] = bucket.objects[damaged][:-1] + b"x"
    with pytest.raises(FileChangedError):
        verify_snapshot(storage, encrypted.snapshot, [key.identity])
    del bucket.objects[f"{encrypted.snapshot.name}/manifest.json"]
    with pytest.raises(ManifestMissingError):
        find_snapshot(storage, encrypted.snapshot.name)


def test_an_address_that_is_none_is_refused() -> None:
    for destination in ("ftp://host/x", "s3://"):
        with pytest.raises(StorageError):
            open_storage(destination)
