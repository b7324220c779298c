"""Who may open a view. Every view carries one of these declarations.

``tests/test_access_walk.py`` walks all URL patterns and fails on a view without
one, so that forgetting it cannot open a page. Works on functions and on
class-based views::

    @allow(Peran.STAF, Peran.SEKRETARIAT)      # only these roles, 403 for others
    @allow(Hak.VERIFIKASI)                     # the roles that hold a right (accounts/roles.py)
    @allow_signed_in                           # everybody with an account
    @allow_token                               # a program with a key (accounts/tokens.py), never a session
    @allow_token_or_signed_in                  # a program with a key, or a person who signed in
    @allow_public                              # nobody needs to sign in

Roles are taken literally: the Administrator keeps accounts and the plan, and
does not silently become Staf or Pimpinan. Which *rows* a person sees is the business of the querysets
(``UnitKerja.scope_filter``), not of this module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import Hak, Peran
from accounts.roles import roles_with

ViewT = TypeVar("ViewT", bound=Any)


@dataclass(frozen=True)
class Access:
    """Declaration of a view: public, any signed-in person, or one of ``roles``.

    With ``token`` the view itself reads a key and answers 401 without one; ``session`` says whether
    signing in opens it too.
    """

    public: bool = False
    roles: frozenset[str] = frozenset()
    token: bool = False
    session: bool = True

    def admits(self, user: Any) -> bool:
        """Whether this person (or nobody) may open the view by signing in."""
        if self.public:
            return True
        if not self.session or not user.is_authenticated:
            return False
        return not self.roles or bool(self.roles & user.peran)


def access_of(view: Callable) -> Access | None:
    """The declaration a view carries, None when it was forgotten."""
    return getattr(view, "access", None)


def allow(*who: Peran | Hak) -> Callable[[ViewT], ViewT]:
    """Admit people who have one of these roles or rights; others get 403 with an explanation."""
    if not who or not all(isinstance(item, Peran | Hak) for item in who):
        raise TypeError(
            "allow() takes one or more Peran or Hak, e.g. @allow(Peran.STAF); use @allow_signed_in for everybody."
        )
    roles: set[str] = set()
    for item in who:
        roles |= roles_with(item) if isinstance(item, Hak) else {item.value}
    return _decorator(Access(roles=frozenset(roles)))


def allow_signed_in(view: ViewT) -> ViewT:
    """Admit everybody who signed in."""
    return _decorator(Access())(view)


def allow_token(view: ViewT) -> ViewT:
    """Admit who shows a key, which the view checks; a session opens nothing, so no foreign page can use one."""
    return _decorator(Access(token=True, session=False))(view)


def allow_token_or_signed_in(view: ViewT) -> ViewT:
    """Admit who shows a key, which the view checks, and everybody who signed in. For views that write nothing."""
    return _decorator(Access(token=True))(view)


def allow_public(view: ViewT) -> ViewT:
    """Admit everybody, signed in or not."""
    return _decorator(Access(public=True))(view)


def require(user: Any, access: Access) -> None:
    """Raise ``PermissionDenied`` with an explanation unless ``access`` admits ``user``."""
    if access.admits(user):
        return
    if not user.is_authenticated:
        raise PermissionDenied("Silakan masuk dahulu.")
    wanted = ", ".join(role.label for role in Peran if role.value in access.roles)
    own = ", ".join(role.label for role in Peran if role.value in user.peran) or "tanpa peran"
    raise PermissionDenied(f"Halaman ini untuk peran {wanted}. Akun {user.username} masuk sebagai {own}.")


def _decorator(access: Access) -> Callable[[ViewT], ViewT]:
    def decorate(view: ViewT) -> ViewT:
        if isinstance(view, type):
            # View.as_view() copies the attributes of dispatch onto the callable.
            view.dispatch = _guard(view.dispatch, access, request_at=1)  # type: ignore[attr-defined]
            return view
        return _guard(view, access, request_at=0)

    return decorate


def _guard(view: Callable, access: Access, request_at: int) -> Any:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        request: HttpRequest = args[request_at]
        # Nobody signed in: LoginRequiredMiddleware has answered before we get here.
        if not access.public and not access.token:
            require(request.user, access)
        return view(*args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return login_not_required(guarded) if access.public or access.token else guarded
