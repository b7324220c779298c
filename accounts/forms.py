"""Sign-in and password forms, in the words of the office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from accounts.models import TokenAPI


class SignInForm(AuthenticationForm):
    """User name and password."""

    error_messages = {
        "invalid_login": (
            "Nama pengguna atau sandi salah. Huruf besar dan kecil dibedakan. "
            f"Setelah {settings.AXES_FAILURE_LIMIT} kali salah, masuk dikunci sementara."
        ),
        "inactive": "Akun ini tidak aktif. Hubungi Administrator.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Nama pengguna"
        self.fields["password"].label = "Sandi"
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class ChangePasswordForm(PasswordChangeForm):
    """The present password, then the new one twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "Sandi sekarang salah.",
        "password_mismatch": "Kedua sandi baru tidak sama.",
    }
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Sandi sekarang"
        self.fields["new_password1"].label = "Sandi baru"
        self.fields[
            "new_password1"
        ].help_text = (
            "Sedikitnya 10 huruf atau angka, tidak hanya angka, bukan sandi yang umum, tidak mirip nama pengguna."
        )
        self.fields["new_password2"].label = "Sandi baru sekali lagi"
        self.fields["new_password2"].help_text = ""

    @property
    def media(self) -> forms.Media:
        """Nothing: the show/hide script of Django's admin does not belong here."""
        return forms.Media()


class TokenForm(forms.Form):
    """A new API key; what may stand in it is decided in ``tokens.make_token``."""

    nama = forms.CharField(label="Nama", help_text="Untuk apa token ini, misalnya nama program yang memakainya.")
    cakupan = forms.ChoiceField(label="Boleh", choices=TokenAPI.Cakupan.choices)
    sampai = forms.DateField(
        label="Berlaku sampai",
        help_text="Paling lama satu tahun.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Tanggal tidak terbaca; pilih tanggal, misalnya 2026-12-31."},
    )
