"""For whoever watches the service: is the process alive, is it ready to serve."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from accounts.access import allow_public
from renstra.commands import pending_migrations


@allow_public
@never_cache
def sehat(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nobody else, so a database that is down does not get it restarted."""
    return JsonResponse({"status": "hidup"})


sehat.without_database = True  # type: ignore[attr-defined]


@allow_public
@never_cache
def siap(request: HttpRequest) -> JsonResponse:
    """The database answers and has every migration; otherwise 503 and what is missing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = pending_migrations()
    except DatabaseError:
        # The message of the database may name hosts and accounts: it goes to nobody outside.
        return JsonResponse({"status": "belum siap", "sebab": "basis data tidak menjawab"}, status=503)
    if missing:
        reason = f"{len(missing)} migrasi belum dijalankan"
        return JsonResponse({"status": "belum siap", "sebab": reason}, status=503)
    return JsonResponse({"status": "siap"})


siap.without_database = True  # type: ignore[attr-defined]
