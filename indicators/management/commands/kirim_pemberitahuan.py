"""Send the notices that are due by e-mail, bundled; for a timer that runs every few minutes."""

from typing import Any

from indicators.pemberitahuan import send_due_notices
from renstra.commands import Ditolak, Perintah, require_migrated


class Command(Perintah):
    """Safe to run at any time, twice at once, and to kill."""

    help = "Mengirim pemberitahuan yang jatuh tempo lewat surel, dirangkum per orang; aman diulang."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how many."""
        require_migrated()
        done = send_due_notices()
        if done.sibuk:
            self.stdout.write("Pengiriman lain sedang berjalan; tidak ada yang dikirim.")
            return
        self.stdout.write(f"{done.terkirim} surel dikirim.")
        if done.gagal:
            raise Ditolak(f"{done.gagal} surel gagal dan dicoba lagi pada jalan berikutnya; periksa EMAIL_URL dan log.")
