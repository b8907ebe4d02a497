"""Forms of what becomes of a permit on paper: sent, come back, handed over, not given."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from satupintu.office.queries import profile
from satupintu.people.queries import list_proxies
from satupintu.permits import collecting, queries
from satupintu.permits.pages.officer.drawn import keep_drawn
from satupintu.permits.pages.officer.forms.base import ActForm, Upload, set_reason


class CollectionForm(ActForm):
    """Where the holder wants to get the permit; the fields serve the applicant's page too."""

    def set_up(self) -> None:
        del self.fields["reason"]
        found = collecting.collection_of(self.desk.case.pk)
        self.fields |= collection_fields(found, self.desk.case.party)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, message in missing_collection(cleaned):
            self.add_error(name, message)
        return cleaned

    def act_data(self) -> Mapping[str, Any]:
        return collection_data(self.cleaned_data)


def collection_fields(found: Any, party: Any) -> dict[str, forms.Field]:
    """Return the fields of the choice: how, at which district office, to which address. One query."""
    districts = collecting.districts()
    ways = [one for one in collecting.WAYS.items() if districts or one[0] != collecting.DISTRICT]
    fields: dict[str, forms.Field] = {
        "how": forms.ChoiceField(
            label=_("Cara menerima izin"),
            choices=ways,
            widget=forms.RadioSelect,
            initial=(found.how if found else "") or collecting.OFFICE,
        )
    }
    if districts:
        fields["unit"] = forms.ChoiceField(
            label=_("Kantor kecamatan"),
            choices=[("", _("Pilih kecamatan")), *((str(one.pk), one.name) for one in districts)],
            initial=str(found.unit_id or "") if found else "",
            required=False,
            help_text=_("Bila diambil di kantor kecamatan."),
        )
    fields["address"] = forms.CharField(
        label=_("Alamat pengiriman"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        initial=(found.address if found else "") or (party.address if party else ""),
        help_text=_("Bila dikirim lewat pos. Ongkos kirim dibayar penerima."),
    )
    return fields


def missing_collection(cleaned: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return (field, sentence) for what the chosen way needs and was not given."""
    how = cleaned.get("how")
    if how == collecting.DISTRICT and not cleaned.get("unit"):
        return [("unit", _("Pilih kantor kecamatan tempat izin diambil."))]
    if how == collecting.POST and not (cleaned.get("address") or "").strip():
        return [("address", _("Tulis alamat lengkap untuk mengirim izin."))]
    return []


def collection_data(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the move is given."""
    how = cleaned["how"]
    data = {"how": how}
    if how == collecting.DISTRICT:
        data["unit"] = int(cleaned["unit"])
    elif how == collecting.POST:
        data["address"] = cleaned["address"]
    return data


class SendForm(ActForm):
    stage = "deliver"
    note = _("Tercatat dalam buku kiriman dengan nomornya sendiri.")
    how = forms.ChoiceField(
        label=_("Dikirim ke"),
        choices=[
            (collecting.DISTRICT, _("Kantor kecamatan")),
            (collecting.POST, _("Alamat penerima, lewat pos")),
        ],
        widget=forms.RadioSelect,
    )
    unit = forms.ChoiceField(
        label=_("Kantor kecamatan"), required=False, help_text=_("Bila dikirim ke kecamatan.")
    )
    carrier = forms.CharField(
        label=_("Dibawa oleh"), max_length=160, help_text=_("Nama petugas, atau nama jasa kirim.")
    )
    tracking = forms.CharField(
        label=_("Nomor resi"), required=False, max_length=60, help_text=_("Bila lewat pos.")
    )
    field_order = ("how", "unit", "carrier", "tracking")

    def set_up(self) -> None:
        del self.fields["reason"]
        found = collecting.collection_of(self.desk.case.pk)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *((str(one.pk), one.name) for one in collecting.districts())]
        if found and found.how in (collecting.DISTRICT, collecting.POST):
            self.fields["how"].initial = found.how
            field.initial = str(found.unit_id or "")
            if found.address:
                self.fields["how"].help_text = _("Alamat: %(address)s") % {"address": found.address}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("how") == collecting.DISTRICT and not cleaned.get("unit"):
            self.add_error("unit", _("Pilih kantor kecamatan tujuan."))
        if cleaned.get("how") == collecting.POST and not cleaned.get("tracking"):
            self.add_error("tracking", _("Tulis nomor resi pengiriman."))
        return cleaned

    def act_data(self) -> Mapping[str, Any]:
        data = {name: self.cleaned_data[name] for name in ("how", "carrier", "tracking")}
        if data["how"] == collecting.DISTRICT:
            data["unit"] = int(self.cleaned_data["unit"])
        return data


class SentBackForm(ActForm):
    note = _("Izin kembali menunggu di kantor, dan dapat dikirim lagi.")

    def set_up(self) -> None:
        set_reason(
            self, _("Sebab kembali"), _("Misalnya alamat tidak ditemukan, atau tidak diambil.")
        )


class NotGivenForm(ActForm):
    stage = "deliver"
    note = _("Izin tetap menunggu diambil. Pemegang izin tidak diberi tahu.")
    why = forms.ChoiceField(
        label=_("Sebab"), choices=list(collecting.NOT_GIVEN.items()), widget=forms.RadioSelect
    )
    field_order = ("why", "reason")

    def set_up(self) -> None:
        set_reason(self, _("Keterangan"), _("Siapa yang datang, dan apa yang harus dibawanya."))

    def act_data(self) -> Mapping[str, Any]:
        return {"why": self.cleaned_data["why"]}


class HandOverForm(ActForm):
    stage = "deliver"
    template = "permits/officer/_hand_over.html"
    uploads = (
        Upload("authority", "authority", identity=True),
        Upload("paper", "hand_over", identity=True),
    )
    how = forms.ChoiceField(
        label=_("Diserahkan"),
        choices=[
            ("counter", _("Di loket")),
            ("district", _("Di kantor kecamatan")),
            ("post", _("Lewat pos")),
        ],
    )
    collector = forms.CharField(label=_("Nama penerima"), max_length=160)
    collector_identity = forms.CharField(
        label=_("Nomor identitas penerima (NIK, SIM, atau paspor)"),
        required=False,
        max_length=20,
        help_text=_("Cocokkan dengan kartunya. Tidak diminta bila dikirim lewat pos."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    place = forms.CharField(
        label=_("Tempat"),
        max_length=160,
        error_messages={"required": _("Tulis di mana izin diserahkan.")},
    )
    authority = forms.FileField(
        label=_("Surat kuasa"),
        required=False,
        help_text=_("Bila yang menerima bukan pemegang izin dan kuasanya belum kami periksa."),
    )
    paper = forms.FileField(
        label=_("Foto tanda terima bertanda tangan"),
        required=False,
        help_text=_("Atau minta penerima menandatangani di layar. Untuk pos: resi pengiriman."),
    )
    signature = forms.CharField(required=False, max_length=400_000, widget=forms.HiddenInput)
    field_order = ("how", "collector", "collector_identity", "place", "authority", "paper")

    def set_up(self) -> None:
        del self.fields["reason"]
        self.permit = queries.permit_of_case(self.desk.case.pk)
        party = self.desk.case.party
        self.holder = self.permit.holder if self.permit else ""
        found = collecting.collection_of(self.desk.case.pk)
        self.wanted = collecting.chosen_words(found)
        self.proxies = ", ".join(
            one.user.name
            for one in (list_proxies(party.pk) if party else [])
            if not self._needs_letter(one.user.name)
        )
        self.fields["collector"].initial = self.holder
        sent = found.consignment if found else None
        if sent is None:
            self.fields["place"].initial = profile().short_name
        elif sent.unit:
            self.fields["how"].initial, self.fields["place"].initial = "district", sent.unit.name
        else:
            self.fields["how"].initial = collecting.POST
            self.fields["place"].initial = _("Pos, resi %(number)s") % {"number": sent.tracking}

    def _needs_letter(self, collector: str) -> bool:
        """Say whether who collects must show a letter; a case without a permit hands nothing over."""
        today = timezone.localdate(self.desk.at)
        return self.permit is None or collecting.needs_letter(self.permit, collector, today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        by_post = cleaned.get("how") == collecting.POST
        collector = cleaned.get("collector") or ""
        shown = by_post or bool(self.stored.get("authority"))
        if collector and not shown and self._needs_letter(collector):
            self.add_error("authority", _("Penerima bukan pemegang izin. Unggah surat kuasanya."))
        if not by_post and not (cleaned.get("collector_identity") or "").strip():
            self.add_error(
                "collector_identity", _("Tulis nomor identitas orang yang menerima izin.")
            )
        if not cleaned.get("signature") and not self.stored.get("paper"):
            self.add_error(
                "paper",
                _("Minta penerima menandatangani di layar, atau unggah foto tanda terimanya."),
            )
        return cleaned

    def act_data(self) -> Mapping[str, Any]:
        drawn = self.cleaned_data["signature"]
        signature = self.file("paper") or (keep_drawn(drawn, self.desk) if drawn else "")
        return {
            "how": self.cleaned_data["how"],
            "collector": self.cleaned_data["collector"],
            "collector_identity": self.cleaned_data["collector_identity"],
            "place": self.cleaned_data["place"],
            "authority": self.file("authority"),
            "signature": signature,
        }
