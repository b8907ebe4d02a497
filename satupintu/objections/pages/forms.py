"""The form of an objection, and how its files are kept while something else is put right."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from satupintu.documents.queries import Document
from satupintu.documents.sent import KEPT, sent_before, store_sent, token_of
from satupintu.objections import rules
from satupintu.people.rules import Actor
from satupintu.permits.pages.officer.forms.later import LaterForm

MAX_MB = 10
ACCEPT = ("pdf", "jpg", "png")
AREA = forms.Textarea(attrs={"rows": 6})
SHORT = forms.Textarea(attrs={"rows": 3})

__all__ = ["KEPT", "FilingForm", "LaterForm", "keep", "store_files"]


class FilingForm(forms.Form):
    """Why, what is asked beyond the decision's own effect, and of a third party: how it harms them."""

    interest = forms.CharField(
        label=_("Kepentingan Anda yang dirugikan"),
        max_length=rules.LONGEST_TEXT,
        widget=SHORT,
        help_text=_("Misalnya: rumah Anda bersebelahan dengan tempat usaha ini."),
        error_messages={"required": _("Tulis bagaimana keputusan ini merugikan Anda.")},
    )
    grounds = forms.CharField(
        label=_("Alasan keberatan"),
        max_length=rules.LONGEST_TEXT,
        widget=AREA,
        help_text=_("Tulis apa yang menurut Anda tidak benar, dengan kata-kata sendiri."),
        error_messages={"required": _("Tulis alasan keberatan Anda.")},
    )
    wish = forms.CharField(
        label=_("Permintaan lain"),
        required=False,
        max_length=rules.LONGEST_TEXT,
        widget=SHORT,
        help_text=_("Bila ada yang Anda minta selain yang tertulis di atas."),
    )

    def __init__(self, *args: Any, third: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        if not third:
            del self.fields["interest"]


def _owner(request: HttpRequest, about: UUID) -> list[str]:
    return [str(request.user.pk), str(about)]


def keep(request: HttpRequest, about: UUID, files: list[Document]) -> str:
    """Return what the page carries so that its files need not be sent again; "" for none."""
    return token_of(files, _owner(request, about))


def store_files(
    request: HttpRequest,
    form: forms.Form,
    *,
    about: UUID,
    party_id: UUID | None,
    by: Actor,
    at: Any,
) -> list[Document]:
    """Store what was sent, before anything else is looked at; a refused file is said on the form."""
    sent = store_sent(
        request.FILES.getlist("bukti"),
        before=sent_before(request.POST.get(KEPT, ""), _owner(request, about)),
        most=rules.MOST_FILES,
        accept=ACCEPT,
        max_mb=MAX_MB,
        party_id=party_id,
        kind="objection",
        identity=False,
        keep_gps=False,
        by=by,
        at=at,
    )
    for sentence in sent.refused:
        form.add_error(None, sentence)
    return sent.files
