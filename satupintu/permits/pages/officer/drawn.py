"""A signature drawn on the screen: the picture the browser sends, kept as a document."""

import base64
import binascii
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from satupintu.documents.services import store_upload
from satupintu.permits.pages.officer.desk import Desk
from satupintu.workflow.services import CannotMove

_HEAD = "data:image/png;base64,"
_MOST_BYTES = 300_000


class BadDrawing(CannotMove):
    """What the browser sent is not a drawn signature."""


def keep_drawn(text: str, desk: Desk) -> str:
    """Return the id of the document made of a PNG data address. Raises BadDrawing, UploadRefused."""
    try:
        content = base64.b64decode(text.removeprefix(_HEAD), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadDrawing(
            _("Tanda tangan tidak terbaca. Hapus, lalu minta menandatangani lagi.")
        ) from error
    if not text.startswith(_HEAD) or len(content) > _MOST_BYTES:
        raise BadDrawing(_("Tanda tangan tidak terbaca. Hapus, lalu minta menandatangani lagi."))
    document = store_upload(
        upload=ContentFile(BytesIO(content).getvalue(), name="tanda-tangan.png"),
        accept=("png",),
        max_mb=1,
        party_id=desk.case.party_id,
        kind="hand_over",
        name="tanda-tangan.png",
        identity=True,
        keep_gps=False,
        by=desk.actor,
        at=desk.at,
    )
    return str(document.pk)
