"""Assisted intake: an officer types for a person; who typed and how consent was given stays on the record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from satupintu.catalogue.queries import Offer, list_offers
from satupintu.catalogue.rules import KIND_LABELS, Kind
from satupintu.lib import clock, identity
from satupintu.lib.identity import mask_identity
from satupintu.lib.language import current_language
from satupintu.people import services as people
from satupintu.people.access import staff
from satupintu.people.forms import NameField
from satupintu.people.queries import Party, actor_for, find_parties, find_party
from satupintu.people.rules import Role
from satupintu.permits import rules
from satupintu.permits.pages.applicant.common import get_sheet, me, today
from satupintu.permits.services import drafts, paper
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.rules import CHANNEL_LABELS

CONSENTS = list(rules.CONSENTS.items())
CHANNELS = [(one, CHANNEL_LABELS[one]) for one in rules.INTAKES]
LATER = frozenset(
    {"post", "dropbox"}
)  # nobody stood at the counter: it came in before somebody typed
WRONG_MOMENT: dict[rules.WrongMoment, Any] = {
    "future": gettext_lazy("Waktu terima tidak boleh di masa depan."),
    "too_old": gettext_lazy("Waktu terima lebih dari 90 hari yang lalu. Periksa tanggalnya."),
    "before_last": gettext_lazy(
        "Slip ini baru dicetak sesudah waktu itu. Periksa nomor slip dan tanggalnya."
    ),
}


class FindForm(forms.Form):
    """Whole NIK or NIB, or its last four digits with a part of the name."""

    cari = forms.CharField(
        label=gettext_lazy("NIK atau NIB lengkap, atau 4 angka terakhirnya"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    nama = forms.CharField(
        label=gettext_lazy("Nama"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Wajib bila hanya 4 angka terakhir."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        digits = "".join(ch for ch in cleaned.get("cari", "") if ch.isdigit())
        if digits and len(digits) == 4 and len(cleaned.get("nama", "").strip()) < 2:  # noqa: PLR2004  the last four
            self.add_error("nama", _("Tulis sebagian namanya."))
        return cleaned

    def found(self) -> list[Party]:
        digits = "".join(ch for ch in self.cleaned_data["cari"] if ch.isdigit())
        return find_parties(digits, self.cleaned_data["nama"])


class PartyForm(forms.Form):
    """A person the office does not know yet."""

    nik = forms.CharField(
        label=gettext_lazy("NIK"),
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = NameField(
        label=gettext_lazy("Nama lengkap"),
        max_length=160,
        min_length=2,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Nomor HP"),
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Alamat"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_nik(self) -> str:
        try:
            return identity.check_nik(self.cleaned_data["nik"], today()).value
        except identity.BadIdentity as error:
            raise forms.ValidationError(error.message) from error

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        try:
            return identity.check_phone(text) if text else ""
        except identity.BadIdentity as error:
            raise forms.ValidationError(error.message) from error


class CaseForm(forms.Form):
    """Which service, which kind of request, how the person is here, how they agreed."""

    service = forms.ChoiceField(label=gettext_lazy("Layanan"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Jenis permohonan"),
        choices=[(kind.value, KIND_LABELS[kind]) for kind in Kind],
        initial=Kind.NEW.value,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Kanal"), choices=CHANNELS, widget=forms.RadioSelect, initial="counter"
    )
    consent = forms.ChoiceField(
        label=gettext_lazy("Bagaimana pemohon menyetujui datanya diketik dan dipakai?"),
        choices=CONSENTS,
        widget=forms.RadioSelect,
    )
    received_on = forms.DateField(
        label=gettext_lazy("Berkas diterima tanggal"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "Kosongkan bila diterima sekarang. Waktu layanan dihitung sejak berkas diterima."
        ),
    )
    received_time = forms.TimeField(
        label=gettext_lazy("Pukul"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    slip = forms.CharField(
        label=gettext_lazy("Nomor slip"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "SLIP-2026-000123"}),
        help_text=gettext_lazy("Bila pemohon memegang slip bernomor: kodenya menjadi kode lacak."),
    )

    def __init__(self, *args: Any, offers: list[Offer], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offers = {one.code: one for one in offers}
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        named = [(one.code, one.definition.title_in(current_language())) for one in offers]
        field.choices = [("", _("Pilih layanan")), *sorted(named, key=lambda pair: pair[1])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        offer = self.offers.get(cleaned.get("service", ""))
        if offer and cleaned.get("kind") not in offer.definition.kinds:
            self.add_error("kind", _("Layanan ini tidak menerima jenis permohonan itu."))
        if cleaned.get("consent") and cleaned.get("consent") not in rules.INTAKES.get(
            cleaned.get("channel", ""), frozenset(rules.CONSENTS)
        ):
            self.add_error("consent", _("Cara setuju ini tidak cocok dengan cara berkas datang."))
        self._check_slip(cleaned)
        self._check_received(cleaned)
        return cleaned

    def _check_slip(self, cleaned: dict[str, Any]) -> None:
        cleaned["slip_row"] = None
        if text := cleaned.get("slip", ""):
            try:
                cleaned["slip_row"] = paper.open_slip(text)
            except paper.SlipRefused as refused:
                self.add_error("slip", refused.message)

    def _check_received(self, cleaned: dict[str, Any]) -> None:
        """Put the true moment of receipt together; a slip was given on some day, so it asks for one."""
        cleaned["received_at"] = None
        day, hour, slip = (
            cleaned.get("received_on"),
            cleaned.get("received_time"),
            cleaned.get("slip_row"),
        )
        if {"received_on", "received_time"} & set(self.errors):
            return
        if day is None:
            if slip is not None or hour is not None or cleaned.get("channel") in LATER:
                self.add_error("received_on", _("Isi kapan berkas ini diterima."))
            return
        if hour is None:
            self.add_error("received_time", _("Isi pukul berapa berkas ini diterima."))
            return
        received = timezone.make_aware(datetime.combine(day, hour))
        wrong = rules.check_moment(
            received, now=clock.now(), not_before=slip.printed_at if slip else None
        )
        if wrong:
            self.add_error("received_on", WRONG_MOMENT[wrong])
            return
        cleaned["received_at"] = received


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@never_cache
@require_safe_or_post
def intake(request: HttpRequest) -> HttpResponse:
    """Find or enter the person, choose the service, then type on the applicant's own pages."""
    posted = request.POST if request.method == "POST" else None
    step = request.POST.get("langkah", "")
    find = FindForm(posted if step == "cari" else None)
    person = PartyForm(posted if step == "ajukan" and not request.POST.get("pemohon") else None)
    case = CaseForm(posted if step == "ajukan" else None, offers=list_offers(today()))
    found: list[Party] = []
    searched = step == "cari" and find.is_valid()
    if searched:
        found = find.found()
    if step == "ajukan" and case.is_valid():
        party = _party(request, person, case)
        if party is not None:
            return _begin(request, party, case)
    if searched and not found:
        person = PartyForm(
            initial={"nik": find.cleaned_data["cari"], "name": find.cleaned_data["nama"]}
        )
    context = {
        "find": find,
        "person": person,
        "case": case,
        "found": [(one, mask_identity(one.identity)) for one in found],
        "searched": searched,
        "chosen": request.POST.get("pemohon", ""),
        "stage": step,
    }
    return render(request, "permits/applicant/intake.html", context)


def _party(request: HttpRequest, person: PartyForm, case: CaseForm) -> Party | None:
    """Return the chosen party, or the one just typed; None with errors on the form."""
    chosen = request.POST.get("pemohon", "")
    if chosen:
        try:
            return Party.objects.filter(pk=UUID(chosen), erased_at__isnull=True).first()
        except ValueError:
            case.add_error(None, _("Pilih pemohon dari hasil pencarian."))
            return None
    if not person.is_valid():
        return None
    values = person.cleaned_data
    known = find_party(identity=values["nik"])
    if known is not None:  # the office knows them, perhaps from another counter a moment ago
        return known
    return people.create_party(
        name=values["name"],
        identity_kind="nik",
        identity=values["nik"],
        phone=values["phone"],
        address=values["address"],
        consent_how=case.cleaned_data["consent"],
        is_seen=case.cleaned_data["channel"] == "counter",
        by=actor_for(request),
        at=clock.now(),
    )


def _begin(request: HttpRequest, party: Party, case: CaseForm) -> HttpResponse:
    """Start the draft. Its pages show the person's number and telephone whole, which is recorded first."""
    values, at = case.cleaned_data, clock.now()
    people.record_disclosure(
        by=actor_for(request), party_id=party.pk, subject="intake identity, phone", at=at
    )
    draft = drafts.start_draft(
        user_id=None,
        party_id=party.pk,
        version_ids=[case.offers[values["service"]].version_id],
        kind=Kind(values["kind"]),
        answers={},
        typed_by_id=me(request).pk,
        consent_how=values["consent"],
        channel=values["channel"],
        received_at=values["received_at"],
        slip=values["slip_row"],
        at=at,
    )
    return redirect("permits:step", draft.pk, get_sheet(request, draft.pk).keys[0])
