"""The survey at the counter and for leaders: sheets typed from paper, and the counts."""

import csv
from datetime import date
from io import StringIO
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import titles_in
from satupintu.lib import clock, words
from satupintu.lib.days import latest_months, month_end, read_month
from satupintu.lib.language import current_language
from satupintu.lib.sheets import XLSX, SheetColumn, write_sheet
from satupintu.office.queries import local_date, profile
from satupintu.people.access import staff
from satupintu.people.rules import Role
from satupintu.surveys import rules, services
from satupintu.surveys.forms import PaperForm
from satupintu.surveys.queries import Results, results
from satupintu.web.methods import require_safe_or_post

MONTHS_SHOWN = 12
_TYPED = "survey_sheets"  # in the session: how many sheets in a row


@staff(Role.FRONT_OFFICE)
@require_safe_or_post
def counter(request: HttpRequest) -> HttpResponse:
    """Type sheets one after the other; each is kept as soon as it is sent."""
    form = PaperForm(request.POST) if request.method == "POST" else PaperForm()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            services.answer(
                given["kode"],
                given | given.get("row", {}),
                way=rules.Way.PAPER,
                declined=given["menolak"],
                at=clock.now(),
            )
        except services.SurveyRefused as refused:
            form.add_error(
                "jawaban" if isinstance(refused, services.NothingAnswered) else "kode",
                refused.message,
            )
        else:
            typed = int(request.session.get(_TYPED, 0)) + 1
            request.session[_TYPED] = typed
            messages.success(
                request, _("Lembar tersimpan. Sudah %(count)s lembar.") % {"count": typed}
            )
            return redirect("surveys:counter")
    status = 422 if form.errors else 200
    context = {"form": form, "questions": rules.QUESTIONS}
    return render(request, "surveys/counter.html", context, status=status)


@staff(Role.HEAD, Role.SECTION_HEAD, Role.SERVICE_ADMIN, Role.AUDITOR, Role.LEADER)
@require_safe
def counts(request: HttpRequest) -> HttpResponseBase:
    """Show how often each answer was given in a month, of all services or of one; or give it as a file."""
    language = current_language()
    today = local_date(clock.now())
    first = read_month(request.GET.get("bulan", "")) or today.replace(day=1)
    known = titles_in(language)
    service = request.GET.get("layanan", "")
    service = service if service in known else ""
    found = results(first, month_end(first), service)
    as_file = {"xlsx": _xlsx, "csv": _csv}.get(request.GET.get("sebagai", ""))
    if as_file is not None and found.enough:
        return as_file(first, known.get(service, _("semua layanan")), found)
    chosen = f"bulan={first:%Y-%m}&layanan={service}"
    context = {
        "found": found,
        "first": first,
        "service": service,
        "services": sorted(known.items(), key=lambda pair: pair[1]),
        "months": [
            {"day": one, "url": f"?bulan={one:%Y-%m}&layanan={service}", "on": one == first}
            for one in latest_months(today, MONTHS_SHOWN)
        ],
        "ways": [(label, found.ways[way]) for way, label in rules.WAY_LABELS.items()],
        "questions": [
            (one, list(zip(one.answers, found.counts[one.key], strict=True)))
            for one in rules.QUESTIONS
        ],
        "about": [
            (one.label, [(label, found.about[one.key][value]) for value, label in told(one)])
            for one in rules.CHARACTERISTICS
        ],
        "least": rules.LEAST_SHOWN,
        "xlsx_url": f"?{chosen}&sebagai=xlsx",
        "csv_url": f"?{chosen}&sebagai=csv",
    }
    return render(request, "surveys/counts.html", context)


def told(one: rules.Characteristic) -> list[tuple[str, Any]]:
    """Return the choices of a characteristic and, last, that it was not told."""
    return [*one.choices, ("", _("Tidak diisi"))]


def _lines(found: Results) -> list[list[str | int]]:
    """Return the counts as lines: code, question or characteristic, answer, its value, how often it was given."""
    lines: list[list[str | int]] = [
        [question.code, str(question.element), str(label), value, number]
        for question in rules.QUESTIONS
        for value, (label, number) in enumerate(
            zip(question.answers, found.counts[question.key], strict=True), start=1
        )
    ]
    lines += [
        ["", str(one.label), str(label), "", found.about[one.key][value]]
        for one in rules.CHARACTERISTICS
        for value, label in told(one)
    ]
    lines += [
        ["", _("Cara"), str(label), "", found.ways[w]] for w, label in rules.WAY_LABELS.items()
    ]
    lines += [
        ["", _("Lembar"), _("Dijawab"), "", found.answered],
        ["", _("Lembar"), _("Dijawab sebagian"), "", found.partial],
        ["", _("Lembar"), _("Tidak mau menjawab"), "", found.declined],
    ]
    return lines


def _heads() -> list[str]:
    return [_("Unsur"), _("Nama"), _("Jawaban"), _("Nilai"), _("Jumlah")]


def _xlsx(first: date, service: str, found: Results) -> HttpResponseBase:
    out = TemporaryFile()  # noqa: SIM115  FileResponse closes it
    month = words.month_year(first, current_language())
    title = _("Survei kepuasan masyarakat, %(month)s, %(service)s")
    write_sheet(
        out,
        name=f"survei {first:%Y-%m}",
        heading=[profile().name, title % {"month": month, "service": service}],
        columns=[
            SheetColumn(head, width)
            for head, width in zip(_heads(), (8, 40, 34, 8, 10), strict=True)
        ],
        rows=_lines(found),
    )
    out.seek(0)
    return FileResponse(
        out, as_attachment=True, filename=f"survei-{first:%Y-%m}.xlsx", content_type=XLSX
    )


def _csv(first: date, service: str, found: Results) -> HttpResponseBase:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([*_heads(), _("Layanan")])
    writer.writerows([*line, service] for line in _lines(found))
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="survei-{first:%Y-%m}.csv"'
    return answer
