"""The sheet as a form, and as a clerk types it from paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.lib.codes import BadCode, read_tracking_code
from satupintu.surveys import rules


class CodeField(forms.CharField):
    """The code of a survey, however it is typed; the value is its written form."""

    def __init__(self, **options: Any) -> None:
        shown = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        super().__init__(
            label=gettext_lazy("Kode survei"),
            max_length=40,
            widget=forms.TextInput(attrs=shown),
            **options,
        )

    def clean(self, value: Any) -> str:
        try:
            return read_tracking_code(str(super().clean(value)))
        except BadCode as error:
            raise forms.ValidationError(
                _("Kode survei terdiri dari 9 huruf dan angka, mis. 7K3F-9QXM-2. Periksa lagi.")
            ) from error


class CodeForm(forms.Form):
    kode = CodeField(
        help_text=gettext_lazy("Ada di lembar survei yang Anda terima bersama izin Anda.")
    )


class SheetForm(forms.Form):
    """The nine questions, then who answers; everything may be left open."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in rules.QUESTIONS:
            self.fields[question.key] = forms.ChoiceField(
                label=f"{question.code[1:]}. {question.text}",
                required=False,
                choices=[(str(n), label) for n, label in enumerate(question.answers, start=1)],
                widget=forms.RadioSelect,
            )
        for one in rules.CHARACTERISTICS:
            self.fields[one.key] = forms.ChoiceField(
                label=one.label, required=False, choices=one.choices, widget=forms.RadioSelect
            )

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[key] for key in rules.QUESTION_KEYS]

    @property
    def about(self) -> list[forms.BoundField]:
        return [self[one.key] for one in rules.CHARACTERISTICS]


class PaperForm(forms.Form):
    """One sheet, typed fast: the code, nine digits, three short choices."""

    kode = CodeField()
    jawaban = forms.CharField(
        label=gettext_lazy("Jawaban U1 sampai U9"),
        required=False,
        max_length=20,
        help_text=gettext_lazy(
            "Sembilan angka 1–4 berurutan, mis. 434434434. Ketik 0 untuk yang tidak dijawab."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    menolak = forms.BooleanField(label=gettext_lazy("Orangnya tidak mau menjawab"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:  # the next sheet begins with its code, without the mouse
            self.fields["kode"].widget.attrs["autofocus"] = True
        for one in rules.CHARACTERISTICS:
            self.fields[one.key] = forms.ChoiceField(
                label=one.label,
                required=False,
                choices=[("", gettext_lazy("Tidak diisi")), *one.choices],
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("menolak"):
            try:
                given["row"] = rules.read_row(given.get("jawaban") or "")
            except rules.BadRow as error:
                text = _(
                    "Ketik sembilan angka dari 0 sampai 4, satu untuk tiap pertanyaan; yang Anda"
                    " ketik %(count)s."
                ) % {"count": error}
                self.add_error("jawaban", text)
        return given
