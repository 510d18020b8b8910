"""The office lets people in: a collaborator's phone by a QR picture, staff by a link to choose a password; each is shown once.

And it shuts the phones of one who lost hers.
"""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from langnghe.accounts.domain import revoke_devices, start_enrolment
from langnghe.accounts.models import Device, Enrolment
from langnghe.common.clock import now
from langnghe.network.access import for_roles
from langnghe.network.enums import Role
from langnghe.network.models import Membership


def member_of(request: HttpRequest, pk: int) -> Membership:
    """An active member of the administrator's own units."""
    mine = Membership.objects.visible_to(request.user).active().select_related("user")
    return get_object_or_404(mine, pk=pk)


@never_cache
@for_roles(Role.ADMINISTRATOR, reads="phones")
def phones(request: HttpRequest, pk: int) -> HttpResponse:
    """How one member comes in. A POST makes a code; it is on this page once and nowhere afterwards."""
    member, picture, address = member_of(request, pk), None, ""
    kind = Enrolment.Kind.PHONE if member.role == Role.COLLABORATOR else Enrolment.Kind.PASSWORD
    if request.method == "POST":
        code = start_enrolment(member.user, by=request.user, at=now(), network=request.network.pk, kind=kind)  # type: ignore[arg-type,attr-defined]
        address = request.build_absolute_uri(reverse("enrol", args=[code]))
        picture = mark_safe(segno.make(address, error="m").svg_inline(scale=6, border=2, svgclass="qr", lineclass=None))  # noqa: S308
    devices = Device.objects.filter(user=member.user, revoked_at=None).order_by("-enrolled_at")
    return render(request, "web/phones.html", {"member": member, "devices": devices, "picture": picture, "address": address,
                                                "by_phone": kind == Enrolment.Kind.PHONE})


@require_POST
@for_roles(Role.ADMINISTRATOR)
def shut_phones(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_of(request, pk)
    shut = revoke_devices(member.user, by=request.user, at=now(), network=request.network.pk)  # type: ignore[arg-type,attr-defined]
    messages.success(request, _("Phones shut: %(number)d.") % {"number": shut})
    return redirect("phones", pk)
