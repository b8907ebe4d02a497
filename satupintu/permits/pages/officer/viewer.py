"""The viewer of the case page: one page of one document, a picture; also the draft of what is being decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from satupintu.documents.queries import Document
from satupintu.lib.language import current_language
from satupintu.permits import rules
from satupintu.permits.models import Attachment
from satupintu.permits.pages.officer.desk import Desk
from satupintu.permits.pages.officer.drafts import DRAFT, count_pages
from satupintu.permits.pages.officer.paths import case_page
from satupintu.permits.services import preview


@dataclass(frozen=True, slots=True)
class Viewer:
    """One page of one document; zoom and turn are classes, so that they work without JavaScript."""

    document: Document | None  # None: the draft, which is kept nowhere
    label: str
    page: int
    pages: int
    zoom: int
    turn: int
    image: str
    base: str

    def _url(self, **changes: int) -> str:
        now = {"hal": self.page, "zum": self.zoom, "putar": self.turn} | changes
        usual = {"hal": 1, "zum": 1, "putar": 0}
        extra = "".join(f"&{key}={value}" for key, value in now.items() if value != usual[key])
        return f"{self.base}{extra}#dokumen"

    @property
    def previous(self) -> str:
        return self._url(hal=self.page - 1) if self.page > 1 else ""

    @property
    def next(self) -> str:
        return self._url(hal=self.page + 1) if self.page < self.pages else ""

    @property
    def nearer(self) -> str:
        return self._url(zum=min(self.zoom + 1, 3))

    @property
    def farther(self) -> str:
        return self._url(zum=max(self.zoom - 1, 1))

    @property
    def turned(self) -> str:
        return self._url(putar=(self.turn + 1) % 4)


def viewer_url(desk: Desk, document: Document) -> str:
    return f"{case_page(desk.case)}?dok={document.pk}#dokumen"


def _number(request: HttpRequest, name: str, default: int, most: int) -> int:
    text = request.GET.get(name, "")
    return min(max(int(text), 0), most) if text.isdecimal() and len(text) < 6 else default  # noqa: PLR2004  five digits


def viewer_of(
    request: HttpRequest,
    desk: Desk,
    attached: list[Attachment],
    papers: Mapping[UUID, tuple[Document, str]],
    first: UUID | None,
) -> Viewer | None:
    """
    Return what the viewer shows: what the address asks for, else `first` (the permit), else what nobody has ticked.

    `papers` are the case's other files with their names.
    """
    names = {
        one.key: one.label.in_language(current_language())
        for one in desk.file.definition.requirements
    }
    known = {
        one.document_id: (one.document, names.get(one.requirement, one.document.name))
        for one in attached
    } | dict(papers)
    if request.GET.get("dok") == DRAFT and (drawn := _draft_viewer(request, desk)):
        return drawn
    wanted = _uuid(request.GET.get("dok", ""))
    if wanted not in known and first in known:
        wanted = first
    if wanted not in known:
        unseen = next(
            (one for one in attached if not one.verdict), attached[0] if attached else None
        )
        if unseen is None:
            return None
        wanted = unseen.document_id
    document, label = known[wanted]
    pages = document.file.pages or 1
    page = max(1, min(_number(request, "hal", 1, pages), pages))
    return Viewer(
        document=document,
        label=label,
        page=page,
        pages=pages,
        zoom=max(1, _number(request, "zum", 1, 3)),
        turn=_number(request, "putar", 0, 3),
        image=reverse("permits:case_page_image", args=[desk.case.number, document.pk, page]),
        base=f"{case_page(desk.case)}?dok={document.pk}",
    )


def _draft_viewer(request: HttpRequest, desk: Desk) -> Viewer | None:
    """Return the draft in the viewer; None when there is none, or it cannot be made now."""
    pages = count_pages(desk) if preview.has_draft(desk.file) else 0
    if not pages:
        return None
    page = max(1, min(_number(request, "hal", 1, pages), pages))
    refusal = desk.case.state == rules.State.REFUSAL_PROPOSED
    return Viewer(
        document=None,
        label=_("Draf surat penolakan") if refusal else _("Draf izin"),
        page=page,
        pages=pages,
        zoom=max(1, _number(request, "zum", 1, 3)),
        turn=_number(request, "putar", 0, 3),
        image=reverse("permits:case_draft_image", args=[desk.case.number, page]),
        base=f"{case_page(desk.case)}?dok={DRAFT}",
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
