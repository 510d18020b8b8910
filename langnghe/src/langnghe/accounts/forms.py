from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from langnghe.accounts.domain.devices import check_pin
from langnghe.accounts.models import User
from langnghe.common.errors import Refusal

NEW = {"autocomplete": "new-password"}
DIGITS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "6", "pattern": "[0-9]{6}"}


FORGOTTEN = _("Forgotten? Ask the administrator of your network.")
"""In place of the library's link to a page for forgotten passwords: there is no e-mail to send one to."""


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = FORGOTTEN


class AgainForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = FORGOTTEN


class NewPasswordForm(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = FORGOTTEN


class AddKeyForm(AddWebAuthnForm):
    """With a label in the reader's language: the library's has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")


class EditKeyForm(EditWebAuthnForm):
    """The same for an existing key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")


class PinForm(forms.Form):
    pin = forms.CharField(label=_("PIN"), max_length=6, widget=forms.PasswordInput(attrs={**DIGITS, "autofocus": True}))


class NewPinForm(PinForm):
    again = forms.CharField(label=_("The PIN once more"), max_length=6, widget=forms.PasswordInput(attrs=DIGITS))

    def clean_pin(self) -> str:
        pin: str = self.cleaned_data["pin"]
        try:
            check_pin(pin)
        except Refusal as refusal:
            raise forms.ValidationError(f"{refusal.message} {refusal.todo}") from refusal
        return pin

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "pin" in data and data.get("again") != data["pin"]:
            self.add_error("again", _("The two are not the same."))
        return data


class FirstPasswordForm(forms.Form):
    password = forms.CharField(label=_("New password"), widget=forms.PasswordInput(attrs={**NEW, "autofocus": True}),
                               help_text=_("At least ten characters; several words are easy to remember."))
    again = forms.CharField(label=_("The password once more"), widget=forms.PasswordInput(attrs=NEW))

    def __init__(self, *args: Any, user: User, **named: Any) -> None:
        super().__init__(*args, **named)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "password" in data and data.get("again") != data["password"]:
            self.add_error("again", _("The two are not the same."))
        return data
