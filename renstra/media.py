"""Uploaded files in a bucket that speaks S3, by the setting MEDIA_STORE."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


class S3Media(S3Storage):
    """Keeps files private, never overwrites one, and fails with ``OSError`` as a disk does.

    So whoever stores or reads needs to know only one kind of failure.
    """

    def __init__(self, *, path_style: bool = True, **options: Any) -> None:
        config = Config(
            s3={"addressing_style": "path" if path_style else "virtual"},
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=30,
            retries={"max_attempts": 2},
            # Newer checksums are an extension that many S3-compatible stores refuse; ours is kept in the database.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # Nothing but MEDIA_STORE says how to get in: the library would also read AWS_… from the environment.
        super().__init__(
            client_config=config,
            default_acl=None,
            file_overwrite=False,
            security_token=None,
            session_profile=None,
            **options,
        )

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _as_os_error(name):
            file = super()._open(name, mode)
            file.file.seek(0)  # fetches the content here, where a failure is translated
            return file

    def _save(self, name: str, content: Any) -> str:
        with _as_os_error(name):
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _as_os_error(name):
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _as_os_error(path):
            folders, files = super().listdir(path)
            return list(folders), list(files)

    def get_modified_time(self, name: str) -> datetime:
        with _as_os_error(name):
            found: datetime = super().get_modified_time(name)
            return found

    def exists(self, name: str) -> bool:
        with _as_os_error(name):
            return bool(super().exists(name))


@contextmanager
def _as_os_error(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        # A message of the store may repeat the key id: only its code goes on.
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in {"404", "NoSuchKey", "NotFound"}:
            raise FileNotFoundError(name) from None
        raise OSError(f"penyimpanan S3 menolak {name} ({code or 'tanpa kode'})") from None
    except BotoCoreError as error:
        raise OSError(f"penyimpanan S3 tidak menjawab ({type(error).__name__})") from None
