"""The page of an unknown address while trying the product (DEBUG)."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.defaults import page_not_found


class NotFoundMiddleware:
    """Show our own page, which says what to do next, where DEBUG would list URL patterns.

    ``make run`` is a trial by people of an office, not by developers; a mistake of
    ours (500) still shows its code there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, unless no view has this address: then nobody would call ``process_exception``."""
        try:
            resolve(request.path_info)
        except Resolver404 as error:
            return page_not_found(request, error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what a view did not find."""
        return page_not_found(request, exception) if isinstance(exception, Http404) else None
