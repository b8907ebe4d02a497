"""What Open311 shows: the office's categories, public complaints, and how one's own stand. No row is written here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.desk.plan import plan
from satupintu.desk.queries import Complaint
from satupintu.desk.rules import LONGEST_TEXT, PRIVACY_LABELS, Hold, State
from satupintu.desk.rules.plans import Plan
from satupintu.exchange.open311.asked import OPEN, status_of
from satupintu.exchange.open311.written import FORMS, Document
from satupintu.exchange.queries import Report
from satupintu.lib.language import current_language
from satupintu.office.queries import profile

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-29T00:00:00+07:00"  # when what is discovered here last changed


def moment(value: datetime | None) -> str | None:
    """Return a moment as W3C writes it, in the office's zone; None for none."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None


def discovery() -> Document:
    """Return where this office's services are, and whom to ask for a key."""
    office = profile()
    contact = " ".join(one for one in (office.name, office.email, office.phone) if one)
    address = settings.BASE_URL + reverse("exchange:open311_services", kwargs={"form": "xml"})
    return Document(
        "discovery",
        {
            "changeset": CHANGED,
            "contact": contact,
            "key_service": contact,
            "endpoints": [
                {
                    "specification": SPECIFICATION,
                    "url": address.removesuffix("/services.xml"),
                    "changeset": CHANGED,
                    "type": "test" if settings.DEMO or settings.TRAINING else "production",
                    "formats": [one.partition(";")[0] for one in FORMS.values()],
                }
            ],
        },
    )


def services() -> Document:
    """Return the categories of complaints as services."""
    language, now = current_language(), plan()
    return Document(
        "services",
        [
            {
                "service_code": one.key,
                "service_name": one.label[language],
                "description": one.label[language],
                "metadata": True,
                "type": "realtime",
                "keywords": one.lapor.lower(),
                "group": now.class_words(one.first_class, language),
            }
            for one in now.offered.values()
        ],
    )


def definition(code: str) -> Document:
    """Return what a complaint of this category may say besides."""
    return Document(
        "service_definition", {"service_code": code, "attributes": _numbered(_attributes())}
    )


def _attributes() -> list[dict[str, Any]]:
    return [
        _attribute(
            "privacy",
            "singlevaluelist",
            _("Bagaimana Anda melapor?"),
            _("Tanpa pilihan: rahasia bila ada nama atau kontak, selain itu tanpa nama."),
            [{"key": str(key), "name": str(label)} for key, label in PRIVACY_LABELS.items()],
        ),
        _attribute(
            "case_number",
            "string",
            _("Nomor berkas"),
            _("Bila pengaduan ini tentang satu permohonan, contohnya REG-2026-000123."),
        ),
        _attribute(
            "wish",
            "text",
            _("Apa yang Anda harapkan?"),
            _("Paling panjang %(n)s huruf.") % {"n": LONGEST_TEXT},
        ),
    ]


def _attribute(
    code: str, kind: str, label: str, note: str, values: Sequence[dict[str, str]] = ()
) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": kind,
        "required": False,
        "datatype_description": note,
        "order": 0,
        "description": label,
        "values": list(values),
    }


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"order": number} for number, row in enumerate(rows, start=1)]


# --- Complaints ------------------------------------------------------------------------------------
def _row(
    number: str, state: str, category: str, *, agency: str, now: Plan, **more: Any
) -> dict[str, Any]:
    """Return a request with every element of the specification, empty where this office says nothing."""
    given = {
        "service_request_id": number,
        "status": status_of(state),
        "status_notes": None,
        "service_name": now.category_words(category, current_language()),
        "service_code": category,
        "description": None,
        "agency_responsible": agency,
        "service_notice": None,
        "requested_datetime": None,
        "updated_datetime": None,
        "expected_datetime": None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
    return given | more


def public_rows(found: Sequence[Complaint]) -> list[dict[str, Any]]:
    """
    Return complaints of the public register: the words made public, never those that were told.

    One came in on a day, not at a moment: a moment would tie it to a message that went out then.
    """
    # Once: whether the kept profile and plan hold is a query.
    agency, now = profile().name, plan()
    return [_public_row(one, agency, now) for one in found]


def _public_row(one: Complaint, agency: str, now: Plan) -> dict[str, Any]:
    came = timezone.localtime(one.case.opened_at)
    is_open = status_of(one.case.state) == OPEN
    return _row(
        one.case.number,
        one.case.state,
        one.category,
        agency=agency,
        now=now,
        status_notes=one.public_answer,
        description=one.public_story,
        requested_datetime=moment(came.replace(hour=0, minute=0, second=0, microsecond=0)),
        updated_datetime=moment(one.published_at),
        expected_datetime=moment(one.case.legal.due_at) if is_open else None,
    )


def own_row(report: Report, complaint: Complaint) -> dict[str, Any]:
    """Return how a complaint stands that the asking client sent itself, without anything that is said in it."""
    case = report.case
    is_open = status_of(case.state) == OPEN
    return _row(
        case.number,
        case.state,
        complaint.category,
        agency=profile().name,
        now=plan(),
        requested_datetime=moment(report.at),
        expected_datetime=moment(case.legal.due_at) if is_open else None,
        service_notice=_("Isi dan jawabannya dibaca pelapor dengan kode lacaknya."),
    )


def sent_row(report: Report, complaint: Complaint) -> dict[str, Any]:
    """
    Return the answer to a complaint that came in: its number, or a token while an officer must look first.

    The notice is for whoever complains: how to follow it.
    """
    link = settings.BASE_URL + reverse("desk:track", args=[complaint.tracking_code])
    notice = _("Ikuti pengaduan Anda, dan pastikan kontak bila diminta: %(link)s") % {"link": link}
    name, value = (
        ("token", report.token)
        if is_waiting(complaint)
        else ("service_request_id", complaint.case.number)
    )
    return {name: value, "service_notice": notice, "account_id": None}


def is_waiting(complaint: Complaint) -> bool:
    """Say whether an officer looks at a complaint before its number is told."""
    return complaint.case.state == State.HELD and complaint.hold == Hold.OFTEN
