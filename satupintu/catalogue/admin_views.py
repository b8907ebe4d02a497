"""Pages of service administrators: upload, edit with preview, compare, publish, withdraw."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from satupintu.catalogue import presentation, queries, services
from satupintu.catalogue.form import page_form
from satupintu.catalogue.forms import DraftForm, UploadForm, WithdrawForm
from satupintu.catalogue.parse import preview_definition
from satupintu.catalogue.rules import (
    KIND_LABELS,
    Definition,
    FieldType,
    Kind,
    Problem,
    required_documents,
    steering_fields,
    visible_pages,
)
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office import queries as office
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service in the overview, newest version first."""

    code: str
    title: str
    latest: int
    published_at: Any
    withdrawn: bool
    count: int


def _overview_rows() -> list[ServiceRow]:
    """One row for each service; also a withdrawn one is called as its latest version calls it."""
    titles = {
        code: definition.title_in(current_language())
        for code, definition in queries.latest_definitions().items()
    }
    rows: dict[str, ServiceRow] = {}
    for version in queries.list_versions():
        code = version.service.code
        first = rows.get(code)
        rows[code] = ServiceRow(
            code=code,
            title=titles[code],
            latest=first.latest if first else version.version,
            published_at=first.published_at if first else version.published_at,
            withdrawn=version.service.withdrawn_at is not None,
            count=(first.count if first else 0) + 1,
        )
    return list(rows.values())


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A shipped file this office has not published in this version."""

    name: str
    code: str
    title: str


def _offered_files(rows: list[ServiceRow]) -> list[OfferedFile]:
    known = {row.code: row.latest for row in rows}
    offered = []
    for name, _text in services.list_shipped_files():
        code, _dot, rest = name.partition(".v")
        if int(rest.removesuffix(".toml")) > known.get(code, 0):
            title = services.shipped_definition(name).title_in(current_language())
            offered.append(OfferedFile(name, code, title))
    return offered


def _show_overview(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    rows = _overview_rows()
    context = {
        "rows": rows,
        "drafts": list(queries.list_drafts()),
        "offered": _offered_files(rows),
        "form": form,
    }
    return render(request, "catalogue/admin/overview.html", context, status=status)


@staff(Role.SERVICE_ADMIN)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return _show_overview(request, UploadForm())


@staff(Role.SERVICE_ADMIN)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show_overview(request, form, status=422)
    name, text = form.cleaned_data["file"]
    draft = services.copy_from_text(by=actor_for(request), at=clock.now(), text=text, filename=name)
    return redirect("catalogue:edit", draft.name)


def _draft_or_404(name: str) -> queries.ServiceDraft:
    draft = queries.find_draft(name)
    if draft is None:
        raise Http404
    return draft


@staff(Role.SERVICE_ADMIN)
@require_safe_or_post
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """The text of a draft with its problems, its difference to what is published, and how it will look."""
    draft = _draft_or_404(name)
    if request.method != "POST":
        form = DraftForm(initial={"text": draft.toml, "seen_version": draft.version})
        return _show_draft(request, draft, form, draft.toml)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _show_draft(request, draft, form, draft.toml, status=422)
    text = form.cleaned_data["text"]
    if "preview" in request.POST:
        return _show_draft(request, draft, form, text)
    try:
        services.save_draft(
            by=actor_for(request),
            at=clock.now(),
            name=name,
            text=text,
            seen_version=form.cleaned_data["seen_version"] or 0,
        )
    except services.EditedMeanwhile as refused:
        form.add_error(None, refused.message)
        return _show_draft(request, draft, form, text, status=409)
    messages.success(request, _("Draf tersimpan."))
    return redirect("catalogue:edit", name)


def _show_draft(
    request: HttpRequest,
    draft: queries.ServiceDraft,
    form: DraftForm,
    text: str,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    definition, found = preview_definition(text, draft.name)
    language = current_language()
    context: dict[str, Any] = {
        "draft": draft,
        "form": form,
        "problems": found if problems is None else problems,
        "unsaved": text != draft.toml,
        "definition": definition,
        "office": office.profile(),
    }
    if definition is not None and not found:
        context["changes"] = services.diff_versions(_published(definition), definition)
        context["service"] = presentation.service_page(definition, language, None)
        context |= _preview_of_form(request, definition)
    return render(request, "catalogue/admin/edit.html", context, status=status)


def _published(definition: Definition) -> Definition | None:
    latest = queries.list_versions(definition.code).first()
    return queries.definition_of(latest) if latest is not None else None


@dataclass(frozen=True, slots=True)
class Steering:
    """A question whose answer decides what else the form shows, as a choice beside the preview."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


def _preview_of_form(request: HttpRequest, definition: Definition) -> dict[str, Any]:
    """The pages of the form as an applicant would meet them with the kind and the answers chosen beside it."""
    language = current_language()
    kinds = [(kind.value, str(KIND_LABELS[kind])) for kind in definition.kinds]
    kind = request.POST.get("jenis", "")
    if kind not in definition.kinds:
        kind = definition.kinds[0].value
    steering = [Steering("jenis", _("Jenis permohonan"), kinds, kind)]
    answers: dict[str, Any] = {}
    for item in steering_fields(definition):
        options = (
            [
                ("yes", _("Ya")),
                ("no", _("Tidak")),
            ]
            if item.type is FieldType.YES_NO
            else [(choice.value, choice.label.in_language(language)) for choice in item.choices]
        )
        name = f"jawab-{item.key}"
        chosen = request.POST.get(name, "")
        if chosen in {value for value, _label in options}:
            answers[item.key] = [chosen] if item.type is FieldType.CHOICES else chosen
        else:
            chosen = ""
        label = item.label.in_language(language)
        steering.append(Steering(name, label, [("", _("(belum dijawab)")), *options], chosen))
    today = office.local_date(clock.now())
    asked = Kind(kind)
    return {
        "steering": steering,
        "forms": [
            (
                page.title.in_language(language),
                page_form(definition, page, asked, answers, today=today),
            )
            for page in visible_pages(definition, asked, answers)
        ],
        "asked": [
            (item.label.in_language(language), item.required)
            for item in required_documents(definition, asked, answers)
        ],
    }


@staff(Role.SERVICE_ADMIN)
@require_POST
def publish(request: HttpRequest, name: str) -> HttpResponse:
    draft = _draft_or_404(name)
    seen = request.POST.get("seen_version", "")[:9]
    seen = seen if seen.isdecimal() else "0"
    try:
        version = services.publish_draft(
            by=actor_for(request), at=clock.now(), name=name, seen_version=int(seen)
        )
    except (
        services.DefinitionHasProblems,
        services.VersionTaken,
        services.EditedMeanwhile,
    ) as refused:
        form = DraftForm(initial={"text": draft.toml, "seen_version": draft.version})
        messages.error(request, refused.message)
        problems = getattr(refused, "problems", None)
        return _show_draft(request, draft, form, draft.toml, problems=problems, status=409)
    messages.success(
        request,
        _("%(name)s terbit. Permohonan yang berjalan tetap memakai versi lamanya.")
        % {"name": name},
    )
    return redirect("catalogue:admin_service", version.service.code)


@staff(Role.SERVICE_ADMIN)
@require_POST
def delete(request: HttpRequest, name: str) -> HttpResponse:
    services.delete_draft(by=actor_for(request), at=clock.now(), name=name)
    messages.success(request, _("Draf %(name)s dihapus.") % {"name": name})
    return redirect("catalogue:admin")


@staff(Role.SERVICE_ADMIN)
@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    versions = list(queries.list_versions(code))
    if not versions:
        raise Http404
    context = {
        "code": code,
        "title": queries.definition_of(versions[0]).title_in(current_language()),
        "service": versions[0].service,
        "versions": versions,
        "form": WithdrawForm(),
    }
    return render(request, "catalogue/admin/service.html", context)


@staff(Role.SERVICE_ADMIN)
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One published file as text, and what it changed."""
    try:
        row = queries.get_version(code, number)
        before = queries.get_version(code, number - 1) if number > 1 else None
    except queries.ServiceVersion.DoesNotExist as missing:
        raise Http404 from missing
    context = {
        "row": row,
        "changes": services.diff_versions(
            queries.definition_of(before) if before is not None else None,
            queries.definition_of(row),
        )
        if before is not None
        else [],
    }
    return render(request, "catalogue/admin/version.html", context)


@staff(Role.SERVICE_ADMIN)
@require_POST
def start_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the next version from the latest published one, or from a newer shipped file (`berkas`)."""
    shipped = dict(services.list_shipped_files())
    asked = request.POST.get("berkas", "")
    if asked in shipped and asked.startswith(f"{code}.v"):
        name, text = asked, shipped[asked]
    else:
        latest = queries.list_versions(code).first()
        if latest is None:
            raise Http404
        name, text = f"{code}.v{latest.version}.toml", latest.toml
    draft = services.copy_from_text(by=actor_for(request), at=clock.now(), text=text, filename=name)
    return redirect("catalogue:edit", draft.name)


def _back_to(code: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("catalogue:admin_service", args=[code]))


@staff(Role.SERVICE_ADMIN)
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tulis alasan penarikan layanan ini."))
        return _back_to(code)
    try:
        services.withdraw(
            by=actor_for(request), at=clock.now(), code=code, reason=form.cleaned_data["reason"]
        )
    except services.ServiceUnknown as unknown:
        raise Http404 from unknown
    messages.success(request, _("Layanan ini tidak ditawarkan lagi."))
    return _back_to(code)


@staff(Role.SERVICE_ADMIN)
@require_POST
def offer(request: HttpRequest, code: str) -> HttpResponse:
    try:
        services.offer_again(by=actor_for(request), at=clock.now(), code=code)
    except services.ServiceUnknown as unknown:
        raise Http404 from unknown
    messages.success(request, _("Layanan ini ditawarkan lagi."))
    return _back_to(code)
