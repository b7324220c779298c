"""From which address a request comes, for the throttle of the sign-in."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the client's IP address, None where the server knows none (a Unix socket).

    ``X-Forwarded-For`` is a text anybody can send. Each proxy appends the address it
    was called from, so with ``TRUSTED_PROXIES`` = n declared ones only the last n entries are
    true and the n-th from the right is the client. Without a declared proxy, or with fewer or
    unreadable entries, it is the address of the connection itself.
    """
    count = settings.TRUSTED_PROXIES
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if count and len(forwarded) >= count:
        try:
            return str(ip_address(forwarded[-count].strip()))
        except ValueError:
            pass
    return request.META.get("REMOTE_ADDR") or None
