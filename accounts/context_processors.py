"""What every page needs: the navigation of the person who signed in."""

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict:
    """Entries of the main menu that this person may open."""
    return {"menu": []}
