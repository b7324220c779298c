"""A program that calls the API: a token in the database and a client that sends it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Jejak, TokenAPI, User
from accounts.tokens import make_token

ROOT = "/api/v1/"


@dataclass
class Caller:
    """Sends ``key`` with each request; numbers of an answer are read exactly."""

    key: str
    token: TokenAPI

    def send(self, method: str, address: str, body: Any = None, **extra: Any) -> HttpResponse:
        """One request; ``body`` is sent as JSON, bytes as they are."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}"} | extra.pop("headers", {})
        answer = Client().generic(
            method, ROOT + address, content, content_type="application/json", headers=headers, **extra
        )
        return answer  # type: ignore[return-value]

    def get(self, address: str, status: int = 200) -> Any:
        """What is read there; the status is checked."""
        return self._read(self.send("GET", address), status)

    def put(self, address: str, body: Any, status: int = 200) -> Any:
        """Write one row."""
        return self._read(self.send("PUT", address, body), status)

    def patch(self, address: str, body: Any, status: int = 200) -> Any:
        """Write many rows."""
        return self._read(self.send("PATCH", address, body), status)

    def _read(self, answer: HttpResponse, status: int) -> Any:
        assert answer.status_code == status, answer.content.decode()[:2000]
        assert answer["Content-Type"] == "application/json; charset=utf-8"
        return read(answer)


def read(answer: HttpResponse) -> Any:
    """JSON of an answer with exact numbers."""
    return json.loads(answer.content, parse_float=Decimal)


def caller(user: User, cakupan: str = "") -> Caller:
    """A program with a fresh token of ``user``: writing where the role enters realisasi, unless said otherwise."""
    wanted = cakupan or (TokenAPI.Cakupan.TULIS if "Staf" in user.peran else TokenAPI.Cakupan.BACA)
    until = timezone.localdate() + timedelta(days=30)
    token, key = make_token(user, f"uji {user.token_api.count()}", wanted, until, pintu=Jejak.Pintu.PERINTAH)
    return Caller(key, token)
