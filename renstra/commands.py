"""What the commands of manage.py share: refusing in one line, a migrated database, files written whole."""

import os
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor


class Ditolak(CommandError):
    """Refusal of a command: manage.py prints the name of the class and the message as one line, exit status 1."""


WRONG_CALL = 2


class _Parser(CommandParser):
    """Answers a wrong call in one Indonesian line."""

    def error(self, message: str) -> NoReturn:
        if self.called_from_command_line:
            self.exit(WRONG_CALL, f"Panggilan salah: {_indonesian(message)} Lihat {self.prog} --help.\n")
        raise CommandError(f"Panggilan salah: {message}", returncode=WRONG_CALL)


def _indonesian(message: str) -> str:
    """The messages of argparse that people meet, in their language."""
    for english, indonesian in (
        ("unrecognized arguments: ", "pilihan tidak dikenal: "),
        ("the following arguments are required: ", "belum ditulis: "),
        ("expected one argument", "nilainya belum ditulis"),
        ("invalid choice: ", "pilihan tidak ada: "),
        ("(choose from ", "(pilih dari "),
        ("invalid int value: ", "bukan bilangan bulat: "),
        ("argument ", "argumen "),
        ("ambiguous option: ", "pilihan bermakna ganda: "),
        ("could match", "bisa berarti"),
    ):
        message = message.replace(english, indonesian)
    return message.rstrip(".") + "."


class Perintah(BaseCommand):
    """Base of our commands: a wrong call is one Indonesian line and exit status 2."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """A parser that answers a wrong call in Indonesian; Django offers no other place to choose it."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = _Parser
        return parser


def end_on_sigterm() -> None:
    """Let a command that is stopped by the system tidy up as after Ctrl-C; without effect outside the main thread."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def pending_migrations(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of the migrations that the database does not have yet."""
    executor = MigrationExecutor(connections[using])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def require_migrated(using: str = DEFAULT_DB_ALIAS) -> None:
    """Raise ``Ditolak`` when the database does not answer or lacks migrations."""
    try:
        missing = pending_migrations(using)
    except DatabaseError as error:
        reason = " ".join(str(error).split()).rstrip(".?")
        raise Ditolak(f"Basis data tidak menjawab ({reason}); periksa DATABASE_URL.") from None
    if missing:
        raise Ditolak(f"Basis data belum siap: {len(missing)} migrasi belum dijalankan; jalankan manage.py migrate.")


def check_writable(target: Path) -> None:
    """Refuse before the work is done, not after."""
    folder = target.parent
    if not folder.is_dir():
        raise Ditolak(f"Folder {folder} tidak ada; buat dahulu atau pilih folder lain.")
    if target.is_dir():
        raise Ditolak(f"{target} adalah folder; sebutkan nama berkas.")
    if not os.access(folder, os.W_OK):
        raise Ditolak(f"{folder} tidak dapat ditulisi; pilih folder lain atau perbaiki izinnya.")


def write_file(target: Path, content: bytes) -> None:
    """Whole or not at all: beside the target, then renamed over it."""
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        # mkstemp makes the file private; a report gets the rights of any new file.
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(target)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise Ditolak(f"{target} tidak dapat ditulis: {file_trouble(error)}.") from None


def file_trouble(error: OSError) -> str:
    """Why a file cannot be read or written, in words."""
    words = {
        2: "tempatnya tidak menerima berkas",
        21: "itu folder",
        13: "tidak ada izin",
        17: "sudah ada berkas dengan nama itu",
        28: "disk penuh",
        30: "hanya dapat dibaca",
        20: "induknya bukan folder",
        36: "nama terlalu panjang",
    }
    return words.get(error.errno or 0, error.strerror or str(error))
