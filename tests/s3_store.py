"""A store that speaks as much S3 as uploading, reading and deleting need, on 127.0.0.1."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class Store:
    """What lies in it (by path), which requests came, and whether it answers at all."""

    objects: dict[str, bytes] = field(default_factory=dict)
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    parts: dict[int, bytes] = field(default_factory=dict)
    refuses: int = 0
    port: int = 0


@contextmanager
def s3_store(key: str) -> Iterator[Store]:
    """Run one that knows the access key ``key`` only."""
    store = Store()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _begin(self) -> bool:
            allowed = self.headers.get("Authorization", "")
            store.requests.append((self.command, self.path, allowed))
            self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if store.refuses or not allowed.startswith(f"AWS4-HMAC-SHA256 Credential={key}/"):
                self._answer(store.refuses or 403, b"<Error><Code>AccessDenied</Code></Error>")
                return False
            return True

        def _answer(self, status: int, content: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        @property
        def _name(self) -> str:
            return unquote(urlsplit(self.path).path)

        def do_PUT(self) -> None:
            if self._begin():
                number = parse_qs(urlsplit(self.path).query).get("partNumber")
                if number:
                    store.parts[int(number[0])] = self.body
                else:
                    store.objects[self._name] = self.body
                self._answer(200, ETag=f'"{md5(self.body).hexdigest()}"')

        def do_POST(self) -> None:
            """Begin and end of an upload in parts."""
            if not self._begin():
                return
            if self.path.endswith("?uploads"):
                store.parts.clear()
                self._answer(200, b"<Result><UploadId>1</UploadId></Result>")
            else:
                store.objects[self._name] = b"".join(store.parts[number] for number in sorted(store.parts))
                self._answer(200, b"<Result><ETag>x</ETag></Result>")

        def do_GET(self) -> None:
            if not self._begin():
                return
            content = store.objects.get(self._name)
            if content is None:
                self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
                return
            span = self.headers.get("Range")
            if span and self.command == "GET":
                first, _, last = span.removeprefix("bytes=").partition("-")
                end = min(int(last or len(content) - 1), len(content) - 1)
                piece = content[int(first) : end + 1]
                self._answer(206, piece, **{"Content-Range": f"bytes {first}-{end}/{len(content)}"})
            else:
                self._answer(200, content, ETag=f'"{md5(content).hexdigest()}"')

        do_HEAD = do_GET

        def do_DELETE(self) -> None:
            if self._begin():
                store.objects.pop(self._name, None)
                self._answer(204)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    store.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
