"""A collaborator's phone: let in once by a code from the office, then opened by its own PIN. No e-mail, no password.

The code and the token of the phone are long random numbers of which only hashes are kept. The PIN opens nothing without it:
who has only the PIN, or only the database, is not let in. After too many wrong PINs the phone must be enrolled again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from langnghe.accounts.models import Device, Enrolment, User
from langnghe.audit.domain import enter, register_actions
from langnghe.common.errors import Refusal

DEVICE_COOKIE = "device"
CODE_LIVES = dt.timedelta(days=3)
MOST_FAILURES = 5
PIN = re.compile(r"^\d{6}$")

register_actions(
    enrolment__started="A code was made that lets a phone in once.",
    password__chosen="Somebody of an office chose a password with a code.",  # noqa: S106 - an action's name
    device__enrolled="A phone was let in with a code.",
    device__locked="A phone was shut after too many wrong PINs.",
    device__revoked="A phone was shut by the office or by its owner.",
)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def start_enrolment(
    user: User, *, by: User | None, at: dt.datetime, network: int | None = None, kind: str = Enrolment.Kind.PHONE
) -> str:
    """A new code for this person's phone or password; codes made before and not used are void. Returned once, kept as a hash."""
    code = secrets.token_urlsafe(24)
    with transaction.atomic():
        Enrolment.objects.filter(user=user, used_at=None).delete()
        Enrolment.objects.create(user=user, kind=kind, code_hash=hash_of(code), made_at=at, expires_at=at + CODE_LIVES)
        enter("enrolment.started", f"user:{user.pk}", by=by, at=at, network=network)
    return code


def find_enrolment(code: str, *, at: dt.datetime) -> Enrolment:
    found = (
        Enrolment.objects.select_related("user")
        .filter(code_hash=hash_of(code), used_at=None, expires_at__gt=at, user__is_active=True)
        .first()
    )
    if found is None:
        raise no_such_code()
    return found


def no_such_code() -> Refusal:
    return Refusal(
        "enrolment.code",
        _("This code is not valid any more."),
        todo=_("Ask your office for a new one: a code works once, for three days."),
        status=404,
    )


def enrol_device(code: str, *, pin: str, at: dt.datetime) -> tuple[Device, str]:
    """Let a phone in: the device, and the token that the phone keeps. The code is used up."""
    check_pin(pin)
    with transaction.atomic():
        enrolment = find_enrolment(code, at=at)
        use_up(enrolment, kind=Enrolment.Kind.PHONE, at=at)
        token = secrets.token_urlsafe(32)
        device = Device.objects.create(
            user=enrolment.user, token_hash=hash_of(token), pin_hash=make_password(pin), enrolled_at=at
        )
        enter("device.enrolled", f"device:{device.pk}", by=enrolment.user, at=at)
    return device, token


def choose_password(code: str, *, password: str, at: dt.datetime) -> User:
    """Let a member of staff choose a password. The code is used up; sessions opened with an older password end."""
    with transaction.atomic():
        enrolment = find_enrolment(code, at=at)
        user = enrolment.user
        validate_password(password, user)
        use_up(enrolment, kind=Enrolment.Kind.PASSWORD, at=at)
        user.set_password(password)
        user.save(update_fields=["password"])
        enter("password.chosen", f"user:{user.pk}", by=user, at=at)
    return user


def use_up(enrolment: Enrolment, *, kind: str, at: dt.datetime) -> None:
    """A code works once and for its own purpose, whoever is quicker."""
    if enrolment.kind != kind or not Enrolment.objects.filter(pk=enrolment.pk, used_at=None).update(used_at=at):
        raise no_such_code()


def check_pin(pin: str) -> None:
    """Six digits that are not one digit repeated or a run."""
    if not PIN.match(pin):
        raise Refusal("enrolment.pin", _("A PIN has six digits."), todo=_("Choose six digits that you can remember."))
    steps = {int(b) - int(a) for a, b in itertools.pairwise(pin)}
    if steps <= {0} or steps in ({1}, {-1}):
        raise Refusal(
            "enrolment.pin",
            _("This PIN is too easy to guess."),
            todo=_("Do not take one digit six times or a run such as 123456."),
        )


def device_of(token: str) -> Device | None:
    """The phone that holds this token, unless it was shut."""
    if not token:
        return None
    return Device.objects.select_related("user").filter(token_hash=hash_of(token), revoked_at=None, user__is_active=True).first()


def unlock_device(token: str, *, pin: str, at: dt.datetime) -> User:
    """The person whose phone this is; a wrong PIN is counted, and the phone is shut after five in a row."""
    device = device_of(token)
    if device is None:
        raise Refusal("device.unknown", _("This phone is not enrolled."), todo=_("Ask your office for a code."), status=403)
    if not Device.objects.filter(pk=device.pk, failures__lt=MOST_FAILURES).update(failures=F("failures") + 1):
        raise locked()
    if not check_password(pin, device.pin_hash):
        if device.failures + 1 >= MOST_FAILURES:
            with transaction.atomic():
                Device.objects.filter(pk=device.pk).update(revoked_at=at)
                enter("device.locked", f"device:{device.pk}", by=device.user, at=at)
            raise locked()
        raise Refusal(
            "device.pin",
            _("This is not the PIN."),
            status=403,
            todo=_("Try again; %(left)d tries are left.") % {"left": MOST_FAILURES - device.failures - 1},
        )
    Device.objects.filter(pk=device.pk).update(failures=0)
    return device.user


def locked() -> Refusal:
    return Refusal(
        "device.locked",
        _("This phone was shut after %(most)d wrong PINs.") % {"most": MOST_FAILURES},
        status=403,
        todo=_("Ask your office for a new code. What waits on the phone stays there and is sent afterwards."),
    )


def revoke_devices(user: User, *, by: User, at: dt.datetime, network: int | None = None) -> int:
    """Shut every phone of a person: one was lost, or the membership ended. Returns how many."""
    with transaction.atomic():
        shut = Device.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
        Enrolment.objects.filter(user=user, used_at=None).delete()
        if shut:
            enter("device.revoked", f"user:{user.pk}", by=by, at=at, network=network, devices=shut)
    return shut
