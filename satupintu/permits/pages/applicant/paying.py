"""Paying the fee of one's own case: what, how, until when; the proof sent from home; money asked back."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from satupintu.catalogue.form import money_field
from satupintu.documents.services import UploadRefused, store_upload
from satupintu.fees.providers import find_provider
from satupintu.fees.providers.port import ProviderDown
from satupintu.fees.queries import Charge, open_charges
from satupintu.fees.rules import TOLD_BY_PEOPLE, WAY_LABELS, Way
from satupintu.fees.services import NoProvider, order_charge
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.people.access import signed_in
from satupintu.people.rules import Actor, Role
from satupintu.permits.fee_account import FeeSide, fee_side
from satupintu.permits.pages.applicant.common import get_own_file
from satupintu.permits.pages.applicant.fee_card import may_pay
from satupintu.permits.services.fee import lines_of
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.services import CannotMove, act

ACCEPT = ("pdf", "jpg", "png")
MOST_MB = 10
UNPROCESSABLE = 422


class ProofForm(forms.Form):
    """What was paid, when, how, and the picture that proves it."""

    paid_on = forms.DateField(
        label=gettext_lazy("Tanggal bayar"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("Cara bayar"),
        choices=[(str(one), WAY_LABELS[one]) for one in TOLD_BY_PEOPLE],
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(
        label=gettext_lazy("Nomor referensi bank"), max_length=80, required=False
    )
    proof = forms.FileField(
        label=gettext_lazy("Bukti bayar"),
        help_text=gettext_lazy("PDF atau foto yang terbaca jelas."),
    )

    def __init__(self, side: FeeSide, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        rest = max(0, side.account.rest_idr - side.account.waiting_idr)
        self.fields["amount_idr"] = money_field(gettext_lazy("Jumlah dibayar"), initial=rest)
        self.order_fields(["amount_idr", "paid_on", "way", "reference", "proof"])
        self.initial.setdefault("paid_on", timezone.localdate(clock.now()))


class RefundForm(forms.Form):
    """Where the money goes back to, and why."""

    account = forms.CharField(
        label=gettext_lazy("Rekening penerima"),
        max_length=300,
        help_text=gettext_lazy("Nama bank, nomor rekening, dan atas nama siapa."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Alasan"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


def _own_side(request: HttpRequest, number: str) -> tuple[Actor, FeeSide]:
    """Return the actor and the fee side of their own case. Raises Http404 for another's."""
    actor, file = get_own_file(request, number)
    if file.case.party_id not in actor.party_ids:
        raise Http404
    return actor, fee_side(file)


@signed_in
@never_cache
@require_safe_or_post
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Show what is to pay and how (GET); take the proof of a payment (POST)."""
    actor, side = _own_side(request, number)
    if not may_pay(side):
        messages.info(request, _("Tidak ada yang harus dibayar untuk permohonan ini sekarang."))
        return redirect("permits:mycase", number)
    form = ProofForm(side)
    if request.method == "POST" and request.POST.get("lewat"):
        return _order(request, side, request.POST["lewat"])
    if request.method == "POST":
        form = ProofForm(side, request.POST, request.FILES)
        if form.is_valid() and _send_proof(actor, side, form):
            messages.success(request, _("Bukti bayar diterima. Petugas memeriksanya."))
            return redirect("permits:mycase", number)
    made = side.assessment
    assert made is not None, "asked to pay"
    context = {
        "file": side.file,
        "service": side.file.definition.title_in(current_language()),
        "made": made,
        "account": side.account,
        "lines": lines_of(made),
        "form": form,
        "ways": _ways(),
        "charges": [_shown(one) for one in open_charges(side.file.case.pk, clock.now())],
        "bank": settings.PAYMENT_URL if settings.DEMO else "",
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "permits/applicant/pay.html", context, status=status)


def _ways() -> list[tuple[str, Any]]:
    """Return the ways in which the office's provider collects; none without one."""
    provider = find_provider()
    return [(way, WAY_LABELS[Way(way)]) for way in provider.ways] if provider else []


def _order(request: HttpRequest, side: FeeSide, way: str) -> HttpResponse:
    """Order a code or an account number for what is still to pay, and show it."""
    assert side.assessment is not None, "asked to pay"
    rest = side.account.rest_idr - side.account.waiting_idr
    try:
        order_charge(side.assessment, way=way, amount_idr=rest, at=clock.now())
    except NoProvider as error:
        messages.error(request, error.message)
    except ProviderDown:
        messages.error(
            request,
            _(
                "Penyedia pembayaran sedang tidak dapat dihubungi. Coba lagi nanti, atau transfer ke"
                " bank lalu kirim bukti bayarnya di halaman ini."
            ),
        )
    return redirect("permits:pay", side.file.case.number)


def _shown(charge: Charge) -> dict[str, Any]:
    """Return a charge as the page shows it: a code to scan, or a number to type."""
    return {
        "charge": charge,
        "way": WAY_LABELS[Way(charge.way)],
        "is_code": charge.way == Way.QRIS,
    }


def _send_proof(actor: Actor, side: FeeSide, form: ProofForm) -> bool:
    """Store the proof and record the payment; False when it was refused, and the form says why."""
    given = form.cleaned_data
    try:
        document = store_upload(
            upload=given["proof"],
            accept=ACCEPT,
            max_mb=MOST_MB,
            party_id=side.file.case.party_id,
            kind="payment",
            name=given["proof"].name,
            identity=False,
            keep_gps=False,
            by=actor,
            at=clock.now(),
        )
        act(
            side.file.case,
            "record_payment",
            by=actor.acting_as(Role.APPLICANT),
            at=clock.now(),
            data={
                "amount_idr": given["amount_idr"],
                "paid_on": given["paid_on"],
                "way": given["way"],
                "reference": given["reference"],
                "document": str(document.pk),
            },
        )
    except UploadRefused as error:
        form.add_error("proof", error.message)
        return False
    except CannotMove as error:
        form.add_error(None, error.message)
        return False
    return True


@signed_in
@never_cache
@require_safe_or_post
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """Ask back what was paid too much, or for a permit that never came."""
    actor, side = _own_side(request, number)
    amount = side.account.refundable_idr
    if amount < 1:
        messages.info(request, _("Tidak ada uang yang dapat dikembalikan pada permohonan ini."))
        return redirect("permits:mycase", number)
    form = RefundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(
                side.file.case,
                "ask_refund",
                by=actor.acting_as(Role.APPLICANT),
                at=clock.now(),
                reason=form.cleaned_data["reason"],
                data={"amount_idr": amount, "account": form.cleaned_data["account"]},
            )
        except CannotMove as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Permintaan pengembalian diterima."))
            return redirect("permits:mycase", number)
    context = {"file": side.file, "amount": amount, "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "permits/applicant/refund.html", context, status=status)
