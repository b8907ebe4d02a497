"""What service administrators type: a file, a draft's text, a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.parse import MAX_FILE_CHARACTERS

MAX_UPLOAD_BYTES = 1_000_000


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Berkas layanan (.toml)"),
        help_text=_("Milik kantor ini atau kantor lain; disimpan sebagai draf, belum terbit."),
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )

    def clean_file(self) -> tuple[str, str]:
        """Return (file name, text)."""
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(_("Berkas ini terlalu besar untuk sebuah layanan."))
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Berkas ini bukan teks UTF-8.")) from error
        if "\x00" in text:
            raise forms.ValidationError(_("Berkas ini bukan teks UTF-8."))
        return file.name.replace("/", "-")[:80], text.replace("\r\n", "\n")


class DraftForm(forms.Form):
    text = forms.CharField(
        label=_("Isi berkas"),
        max_length=MAX_FILE_CHARACTERS,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 30, "spellcheck": "false", "class": "code", "autocomplete": "off"}
        ),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        help_text=_(
            "Tampil di halaman layanan ini. Permohonan yang sedang berjalan tetap diselesaikan."
        ),
    )
