"""The second factor: staff of an office need one, a collaborator's phone is one."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from langnghe.accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needs_second_factor(user: User) -> bool:
    """Has this member of staff still to set one up? Invented people of the demonstration have none and need none."""
    return not user.from_demo and not Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()
