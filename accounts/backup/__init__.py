"""A consistent copy of database and uploaded files in one archive, and the way back.

``create_backup`` and ``restore_backup`` are the two doors; ``BackupError`` carries one line for a person. The order
makes the copy consistent while people work: first the database in one snapshot, then the files its rows
name. A file is never changed, and only those of services of people are ever deleted: one that is removed in between is
listed as missing, which is what was asked for.
"""

from accounts.backup.archive import BackupError, Manifest
from accounts.backup.create import Created, create_backup
from accounts.backup.restore import Restored, restore_backup

__all__ = ["BackupError", "Created", "Manifest", "Restored", "create_backup", "restore_backup"]
