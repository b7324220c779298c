"""The admin pages: for the Administrator, in Indonesian, signed in to at ``/masuk/``."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

from accounts.access import Access, require
from accounts.models import Peran

ACCESS = Access(roles=frozenset({Peran.ADMINISTRATOR.value}))


class RenstraAdminSite(admin.AdminSite):
    """One sign-in page, one password page and one rule for who may."""

    site_title = "Admin Renstra"
    site_header = "Admin Renstra"
    index_title = "Rencana, kantor, dan akun"
    # The sidebar is a script of its own and the list of models is short.
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:
        """Leave out the tables of the queue, which its app would show: nothing there is for people to edit."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        ours = [model for model in models if model._meta.app_label != "django_q"]
        if ours:
            super().register(ours, *args, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person is an Administrator: the role alone decides, ``is_staff`` need not follow it by hand."""
        user: Any = request.user
        return bool(user.is_active and ACCESS.admits(user))

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        """Send nobody to the sign-in page, and tell others whose pages these are."""
        target = request.GET.get(REDIRECT_FIELD_NAME) or request.path
        if not request.user.is_authenticated:
            return redirect_to_login(target, "masuk")
        require(request.user, ACCESS)
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        """Change it where everybody does."""
        return redirect("sandi")
