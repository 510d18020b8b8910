from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from langnghe.common.clock import now, today
from langnghe.common.errors import Refusal
from langnghe.network.access import for_roles
from langnghe.network.domain.roster_file import bring_roster, drop_roster, lines_of, take_roster
from langnghe.network.enums import Role, RosterFileState
from langnghe.network.forms import BasisFields, RosterFileForm
from langnghe.network.models import Term
from langnghe.network.queries.managed import managed_files, managed_units
from langnghe.network.views.members import basis_of

EXAMPLE = (
    ("Họ và tên", "Chức vụ", "Thành phần", "Đơn vị", "Địa bàn", "Vai trò", "Từ ngày"),
    ("Người Thứ Nhất", "Trưởng ban công tác Mặt trận", "", "", "", "cộng tác viên", "05/01/2026"),
)


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR, reads="roster")
def roster_upload(request: HttpRequest) -> HttpResponse:
    """Bring a workbook of members; its rows are looked through on the next page before any is taken."""
    network = request.network  # type: ignore[attr-defined]
    form = RosterFileForm(request.POST or None, request.FILES or None, units=managed_units(request.user).open_on(today()),
                          terms=Term.objects.filter(network=network, last_day__gte=today()))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            brought = bring_roster(values["file"].read(), file_name=values["file"].name, unit=values["unit"], term=values["term"],
                                   by=request.user, at=now())
        except Refusal as refusal:
            form.add_error("file", f"{refusal.message} {refusal.todo}")
        else:
            return redirect("roster_preview", pk=brought.pk)
    return render(request, "network/roster_upload.html", {"form": form, "example": EXAMPLE}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_roles(Role.ADMINISTRATOR, reads="roster")
def roster_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row as it was understood, those with faults first; taken only when none has any."""
    brought = find_file(request, pk)
    if brought.state != RosterFileState.WAITING:
        return redirect("roster_term", term=brought.term_id)
    lines = lines_of(brought)
    form = BasisFields(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        taken = take_roster(brought, basis=basis_of(request, form.cleaned_data), by=request.user, at=now())
        messages.success(request, _("%(n)d members were proposed from %(file)s.") % {"n": taken, "file": brought.file_name})
        return redirect("roster_term", term=brought.term_id)
    wrong = [line for line in lines if line.faults]
    return render(request, "network/roster_preview.html", {
        "brought": brought, "form": form, "wrong": wrong, "good": [line for line in lines if not line.faults], "all": len(lines),
    })


@require_POST
@for_roles(Role.ADMINISTRATOR)
def roster_drop(request: HttpRequest, pk: int) -> HttpResponse:
    drop_roster(find_file(request, pk))
    messages.success(request, _("The file was thrown away."))
    return redirect("roster_upload")


def find_file(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(managed_files(request.user).select_related("unit__network", "term"), pk=pk)


@require_GET
@for_roles(Role.ADMINISTRATOR, reads="roster")
def roster_example(_request: HttpRequest) -> HttpResponse:
    """An empty roster with the names of its columns and one row to write over."""
    from openpyxl import Workbook

    book = Workbook()
    for row in EXAMPLE:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    answer = HttpResponse(out.getvalue(),
                          content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = 'attachment; filename="roster.xlsx"'
    return answer
