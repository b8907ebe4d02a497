"""When an act truly happened, for what was done on paper while nothing worked and is entered afterwards."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.permits import rules

WRONG: dict[rules.WrongMoment, Any] = {
    "future": gettext_lazy("Waktu kejadian tidak boleh di masa depan."),
    "too_old": gettext_lazy("Waktu kejadian lebih dari 90 hari yang lalu. Periksa tanggalnya."),
    "before_last": gettext_lazy(
        "Pada waktu itu berkas ini belum sampai di keadaan ini. Tulis waktu sesudah langkah terakhirnya."
    ),
}


class LaterForm(forms.Form):
    """Day and hour, both empty for an act of this moment. `happened` is None or an aware moment."""

    happened_on = forms.DateField(
        label=gettext_lazy("Terjadi tanggal"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    happened_at = forms.TimeField(
        label=gettext_lazy("Pukul"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(
        self, *args: Any, now: datetime, not_before: datetime | None, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.now, self.not_before = now, not_before
        self.happened: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the two fields are shown unfolded: something is typed in them, or wrong."""
        return self.is_bound and any(self.data.get(name) for name in self.fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, hour = cleaned.get("happened_on"), cleaned.get("happened_at")
        if self.errors or (day is None and hour is None):
            return cleaned
        if day is None or hour is None:
            missing = "happened_on" if day is None else "happened_at"
            self.add_error(missing, _("Isi tanggal dan pukulnya, atau kosongkan keduanya."))
            return cleaned
        happened = timezone.make_aware(datetime.combine(day, hour))
        wrong = rules.check_moment(happened, now=self.now, not_before=self.not_before)
        if wrong:
            self.add_error("happened_on", WRONG[wrong])
        else:
            self.happened = happened
        return cleaned
