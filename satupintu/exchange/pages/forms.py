"""What the service administrator says of a program that may call in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from satupintu.exchange import rules
from satupintu.people.forms import NameField
from satupintu.people.queries import User, list_officers


class ClientForm(forms.Form):
    name = NameField(
        label=_("Nama program dan kantornya"),
        max_length=120,
        help_text=_("Contoh: SiDesa, Dinas PMD. Nama ini tertulis di riwayat berkas."),
    )
    contact = forms.CharField(
        label=_("Penanggung jawab dan cara menghubunginya"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Cakupan"),
        choices=[(one.value, label) for one, label in rules.SCOPE_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Beri hanya yang diperlukan."),
    )
    officer = forms.TypedChoiceField(
        label=_("Bertindak sebagai petugas"),
        required=False,
        empty_value=None,
        help_text=_("Hanya untuk cakupan petugas. Perannya mengikuti peran petugas itu hari itu."),
    )
    valid_until = forms.DateField(
        label=_("Berlaku sampai"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Hari terakhir, paling lama dua tahun ke depan."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.officers: dict[str, User] = {
            str(one.pk): one for one in list_officers() if one.is_active
        }
        field = self.fields["officer"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            ("", _("Tidak ada")),
            *((key, one.name) for key, one in self.officers.items()),
        ]

    def officer_chosen(self) -> User | None:
        return self.officers.get(self.cleaned_data["officer"] or "")
