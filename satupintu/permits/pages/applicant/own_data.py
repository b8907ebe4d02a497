"""A person's rights over their data (UU 27/2022): take it all along, have erased what may be, hand over to a proxy."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.documents.queries import (
    Document,
    FileMissing,
    NotPreviewable,
    PageNotFound,
    marked_copy,
    path_of,
    watermark_text,
)
from satupintu.documents.services import UploadRefused, store_upload
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.outflow import Outflow
from satupintu.messaging.queries import list_for_party
from satupintu.office.queries import profile
from satupintu.people import services as people
from satupintu.people.access import HOUR, may_try, signed_in
from satupintu.people.queries import (
    Party,
    actor_for,
    find_user_by_address,
    list_consents,
    list_disclosures,
    list_proxies,
)
from satupintu.people.rules import Address, BadAddress, read_address
from satupintu.permits.disclosures import Look, looks_of
from satupintu.permits.pages.applicant.common import me, today
from satupintu.permits.queries import documents_of_party, list_drafts, whole_cases_of
from satupintu.permits.registration import more_own_data
from satupintu.permits.services import drafts, personal
from satupintu.web.methods import require_safe_or_post


@signed_in
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Say what is kept and what can be taken or erased."""
    user = me(request)
    party = user.party
    context = {
        "party": party,
        "drafts": len(list_drafts(actor_for(request))),
        "closable": personal.may_close(user),
        "unused": len(drafts.unused_documents(party.pk)) if party else 0,
        "files": len(documents_of_party(party.pk)) if party else 0,
        "looks": _looks(party),
    }
    return render(request, "permits/applicant/own_data.html", context)


LOOKS_SHOWN = 50


def _looks(party: Party | None) -> list[Look]:
    """Return the latest looks of officers at this person's masked data (UU 27/2022 Art. 5 and 7)."""
    if party is None:
        return []
    rows = list_disclosures(party_id=party.pk, size=LOOKS_SHOWN)
    return looks_of(rows[:LOOKS_SHOWN], current_language())


# --- Everything in one file ---------------------------------------------------------------------


def _content(document: Document, mark: str) -> BinaryIO:
    """
    Return the bytes as they may leave: of an identity document a marked copy.

    Raises FileMissing, and NotPreviewable or PageNotFound for an identity document that cannot be drawn.
    """
    if document.identity:
        return io.BytesIO(marked_copy(document, mark))
    return path_of(document).open("rb")


def zip_stream(text: str, documents: list[Document], mark: str) -> Iterator[bytes]:
    """
    Yield a zip of data.json and the files, piece by piece; a file that is missing is named in its place.

    `mark` stands across identity documents: they leave the office only so.
    """
    out = Outflow()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", text)
        yield out.take()
        for number, document in enumerate(documents, start=1):
            name = f"berkas/{number:03d}-{document.name}"
            try:
                source = _content(document, mark)
            except FileMissing:
                archive.writestr(f"{name}.txt", _("Berkas ini tidak ditemukan lagi di kantor."))
                continue
            except (NotPreviewable, PageNotFound) as error:
                archive.writestr(f"{name}.txt", str(getattr(error, "message", error)))
                continue
            with source, archive.open(name, "w") as inside:
                while chunk := source.read(256 * 1024):
                    inside.write(chunk)
                    yield out.take()
    yield out.take()


@signed_in
@never_cache
@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """Send everything the office keeps about the person as JSON and files. Writes nothing."""
    user = me(request)
    party = user.party
    documents = documents_of_party(party.pk) if party else []
    text = json.dumps(_all_of(request, party, documents), ensure_ascii=False, indent=2, default=str)
    mark = watermark_text(profile().short_name, _("salinan untuk pemohon"), clock.now())
    answer = StreamingHttpResponse(
        zip_stream(text, documents, mark), content_type="application/zip"
    )
    answer["Content-Disposition"] = 'attachment; filename="data-saya.zip"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _all_of(request: HttpRequest, party: Party | None, documents: list[Document]) -> dict[str, Any]:
    user = me(request)
    data: dict[str, Any] = {
        "account": {"name": user.name, "email": user.email, "phone": user.phone},
        "drafts": [
            {"started": one.created_at, "saved": one.saved_at, "answers": one.answers}
            for one in list_drafts(actor_for(request))
        ],
    }
    if party is None:
        return data
    keys = (
        "name",
        "identity_kind",
        "identity",
        "identity_seen_at",
        "phone",
        "email",
        "birth_date",
        "address",
        "region",
    )
    data["party"] = {key: getattr(party, key) for key in keys}
    data["consents"] = [
        {"purpose": purpose, "given": one.given_at, "withdrawn": one.withdrawn_at}
        for purpose, one in list_consents(party).items()
    ]
    data["looks"] = [
        {"at": one.at, "by": one.position or _("petugas"), "what": one.what, "case": one.case}
        for one in _looks(party)
    ]
    data["cases"] = whole_cases_of(party.pk)
    data |= more_own_data(party.pk)
    data["messages"] = [
        {"at": one.created_at, "channel": one.channel, "subject": one.subject, "text": one.body}
        for one in list_for_party(party.pk)
    ]
    data["documents"] = [
        {
            "file": f"{n:03d}-{one.name}",
            "kind": one.kind,
            "sent": one.created_at,
            "sha256": one.file_id,
        }
        for n, one in enumerate(documents, start=1)
    ]
    return data


@signed_in
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Erase drafts and unused files, after the person ticked that they mean it."""
    if request.POST.get("yakin") != "1":
        messages.error(request, _("Centang dulu bahwa Anda memahami apa yang dihapus."))
        return redirect("permits:own_data")
    user = me(request)
    gone, files = drafts.erase_unused(party_id=user.party_id, by=actor_for(request), at=clock.now())
    messages.success(
        request,
        _("Dihapus: %(drafts)s draf dan %(files)s berkas.") % {"drafts": gone, "files": files},
    )
    return redirect("permits:own_data")


@signed_in
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Erase the account with all that is the person's own, after they ticked that they mean it."""
    if request.POST.get("yakin") != "1":
        messages.error(request, _("Centang dulu bahwa Anda memahami apa yang dihapus."))
        return redirect("permits:own_data")
    try:
        personal.close_account(user=me(request), by=actor_for(request), at=clock.now())
    except people.AccountNeeded as needed:
        messages.error(request, needed.message)
        return redirect("permits:own_data")
    logout(request)
    messages.success(request, _("Akun dan data Anda sudah dihapus. Terima kasih."))
    return redirect("portal:home")


# --- Handing over to a proxy -------------------------------------------------------------------


class ProxyForm(forms.Form):
    """Who acts for me from now on, until when, and the letter that says so."""

    address = forms.CharField(
        label=gettext_lazy("Nomor HP atau surel penerima kuasa"),
        max_length=254,
        help_text=gettext_lazy("Yang ia pakai untuk masuk di sini."),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Sampai tanggal"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    letter = forms.FileField(
        label=gettext_lazy("Surat kuasa"),
        required=False,
        help_text=gettext_lazy("PDF atau foto, paling besar 5 MB."),
    )

    def clean_address(self) -> Address:
        try:
            return read_address(self.cleaned_data["address"])
        except BadAddress as error:
            raise forms.ValidationError(error.message) from error

    def clean_valid_until(self) -> Any:
        day = self.cleaned_data["valid_until"]
        if day is not None and day <= today():
            raise forms.ValidationError(_("Pilih tanggal sesudah hari ini."))
        return day


@signed_in
@never_cache
@require_safe_or_post
def proxy(request: HttpRequest) -> HttpResponse:
    """Let somebody else go on with one's applications; end it again at any time."""
    user = me(request)
    if user.party is None:
        return redirect("permits:mine")
    held = list_proxies(user.party.pk)
    if request.method == "POST" and "akhiri" in request.POST:
        ended = next((one for one in held if str(one.pk) == request.POST["akhiri"]), None)
        if ended is not None:
            people.end_authority(authority_id=ended.pk, by=actor_for(request), at=clock.now())
            messages.success(request, _("Kuasa sudah diakhiri."))
        return redirect("permits:proxy")
    form = ProxyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _give(request, form, user.party):
        # The same words whether or not the address is known: nobody learns who has an account.
        messages.success(
            request,
            _("Bila alamat itu milik akun di sini, pemiliknya kini dapat mengurus atas nama Anda."),
        )
        return redirect("permits:proxy")
    return render(request, "permits/applicant/proxy.html", {"form": form, "held": held})


def _give(request: HttpRequest, form: ProxyForm, party: Party) -> bool:
    """Give the authority; False with the reason beside the field when it cannot be given."""
    address: Address = form.cleaned_data["address"]
    if not may_try(request, "proxy", str(party.pk), limit=10, seconds=HOUR):
        form.add_error("address", _("Terlalu sering dicoba. Tunggu satu jam, lalu coba lagi."))
        return False
    by, at = actor_for(request), clock.now()
    letter = form.cleaned_data["letter"]
    document = None
    try:
        if letter is not None:
            document = store_upload(
                upload=letter,
                accept=("pdf", "jpg", "png"),
                max_mb=5,
                party_id=party.pk,
                kind="authority_letter",
                name=letter.name or "surat-kuasa",
                identity=False,
                keep_gps=False,
                by=by,
                at=at,
            )
        to = find_user_by_address(address.kind, address.value)
        if to is not None:
            people.give_authority(
                party=party,
                to=to,
                valid_until=form.cleaned_data["valid_until"],
                letter=document.pk if document else None,
                by=by,
                at=at,
            )
    except UploadRefused as refused:
        form.add_error("letter", refused.message)
        return False
    except people.AuthorityRefused as refused:
        form.add_error("address", refused.message)
        return False
    return True
