"""Forms of a fee: computed, set, paid, checked, given back. Each shows the sums beside it (_fee.html)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.form import money_field, number_field
from satupintu.catalogue.tariff import inputs
from satupintu.fees import rules as fee_rules
from satupintu.fees.words import payment_name, refund_name
from satupintu.lib.language import current_language
from satupintu.permits.pages.officer.desk import Desk
from satupintu.permits.pages.officer.forms.base import ActForm, Upload, set_reason
from satupintu.permits.pages.officer.forms.deciding import SecretMixin
from satupintu.permits.pages.officer.money import money_of

_PREFIX = "isi-"


class FeeForm(ActForm):
    """An act about money: the sums of the case stand above its fields."""

    template = "permits/officer/_fee_fields.html"
    shows_accounts: ClassVar[bool] = False

    def __init__(self, desk: Desk, action: str, *args: Any, **named: Any) -> None:
        super().__init__(desk, action, *args, **named)
        money = money_of(desk)
        self.lines = money.lines if money else []
        self.pay_names = money.pay_names if money else []
        self.refund_names = money.refund_names if money else []

    @property
    def accounts(self) -> list[tuple[str, str]]:
        """The accounts that money goes back to: for who decides and who pays."""
        books = self.desk.fee.books
        waiting = [*books.asked_back, *books.to_pay_back] if self.shows_accounts else []
        return [(refund_name(one), one.account) for one in waiting]

    def day_field(self, label: Any) -> forms.DateField:
        return forms.DateField(
            label=label,
            initial=timezone.localdate(self.desk.at),
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        )


class AssessForm(FeeForm):
    note = _("Kepala dinas menetapkannya; pemohon baru diminta membayar setelah itu.")

    def set_up(self) -> None:
        set_reason(self, _("Alasan bila isian diperbaiki"), _("Wajib bila ada yang Anda ubah."))
        language, answers = current_language(), self.desk.file.permit_case.answers
        for asked in inputs(self.desk.file.definition):
            label, now = asked.label.in_language(language), answers.get(asked.key)
            if asked.choices:
                self.fields[_PREFIX + asked.key] = forms.ChoiceField(
                    label=label,
                    choices=[(one.value, one.label.in_language(language)) for one in asked.choices],
                    initial=now,
                )
            else:
                self.fields[_PREFIX + asked.key] = number_field(label, initial=now)
        self.order_fields([*(one for one in self.fields if one != "reason"), "reason"])

    def act_data(self) -> Mapping[str, Any]:
        given = {
            name.removeprefix(_PREFIX): str(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(_PREFIX)
        }
        return {"inputs": given}


class SetFeeForm(SecretMixin, FeeForm):
    template = FeeForm.template
    note = _(
        "SKRD bernomor dibuat, pemohon diberi tahu, dan waktu layanan berhenti sampai dibayar."
    )

    def set_up(self) -> None:
        del self.fields["reason"]


class PaymentForm(FeeForm):
    note = _("Petugas lain memeriksa dan menyatakannya sah.")
    uploads = (Upload("document", "payment"),)

    def set_up(self) -> None:
        del self.fields["reason"]
        self.fields["amount_idr"] = money_field(
            _("Jumlah dibayar"), initial=self.desk.fee.account.rest_idr or None
        )
        self.fields["paid_on"] = self.day_field(_("Tanggal bayar"))
        ways = [(str(one), fee_rules.WAY_LABELS[one]) for one in fee_rules.TOLD_BY_PEOPLE]
        self.fields["way"] = forms.ChoiceField(
            label=_("Cara bayar"), choices=ways, widget=forms.RadioSelect
        )
        self.fields["reference"] = forms.CharField(
            label=_("Nomor referensi bank"), max_length=80, required=False
        )
        self.fields["document"] = forms.FileField(
            label=_("Bukti bayar"),
            required=False,
            help_text=_("PDF atau foto. Boleh kosong bila nomor referensi bank ditulis."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("reference") and not self.file("document"):
            self.add_error("reference", _("Tulis nomor referensi bank, atau lampirkan buktinya."))
        return cleaned

    def act_data(self) -> Mapping[str, Any]:
        names = ("amount_idr", "paid_on", "way", "reference")
        return {name: self.cleaned_data[name] for name in names} | {
            "document": self.file("document")
        }


class ConfirmPaymentForm(FeeForm):
    """Confirm or refuse one payment; those the officer recorded are not offered."""

    def set_up(self) -> None:
        choices = [
            (str(one.pk), payment_name(one))
            for one in self.desk.fee.books.waiting
            if one.recorded_by_id != self.desk.actor.user_id
        ]
        self.fields["payment"] = forms.ChoiceField(label=_("Pembayaran"), choices=choices)
        if self.action == "confirm_payment":
            del self.fields["reason"]
        else:
            set_reason(self, _("Alasan, dibaca pemohon"))
        self.order_fields(["payment"])

    def act_data(self) -> Mapping[str, Any]:
        return {"payment": self.cleaned_data["payment"]}


class AskRefundForm(FeeForm):
    account = forms.CharField(
        label=_("Rekening penerima"),
        max_length=300,
        help_text=_("Nama bank, nomor rekening, dan atas nama siapa."),
    )

    def set_up(self) -> None:
        set_reason(self, _("Alasan"))
        most = self.desk.fee.account.refundable_idr
        self.fields["amount_idr"] = money_field(_("Jumlah dikembalikan"), initial=most or None)
        self.order_fields(["amount_idr", "account", "reason"])

    def act_data(self) -> Mapping[str, Any]:
        return {name: self.cleaned_data[name] for name in ("amount_idr", "account")}


class _RefundForm(FeeForm):
    shows_accounts = True

    def choose(self, rows: list[Any], *who: str) -> None:
        """Offer those that others than the officer brought this far."""
        mine = self.desk.actor.user_id
        choices = [
            (str(one.pk), refund_name(one))
            for one in rows
            if mine not in [getattr(one, name) for name in who]
        ]
        self.fields["refund"] = forms.ChoiceField(label=_("Pengembalian"), choices=choices)


class DecideRefundForm(_RefundForm):
    def set_up(self) -> None:
        self.choose(self.desk.fee.books.asked_back, "asked_by_id")
        required = self.fields["reason"].required
        set_reason(self, _("Alasan, dibaca pemohon") if required else _("Catatan"))
        self.order_fields(["refund"])

    def act_data(self) -> Mapping[str, Any]:
        return {"refund": self.cleaned_data["refund"]}


class PayRefundForm(_RefundForm):
    def set_up(self) -> None:
        del self.fields["reason"]
        self.choose(self.desk.fee.books.to_pay_back, "decided_by_id", "asked_by_id")
        self.fields["paid_on"] = self.day_field(_("Tanggal bayar"))
        self.fields["reference"] = forms.CharField(label=_("Nomor referensi bank"), max_length=80)

    def act_data(self) -> Mapping[str, Any]:
        return {name: self.cleaned_data[name] for name in ("refund", "paid_on", "reference")}
