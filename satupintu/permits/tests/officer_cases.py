"""A small office with real services and cases in any state, for the officers' tests. All people are made up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from time import gmtime
from typing import Any
from uuid import UUID

import pypdfium2
from PIL import Image, ImageDraw

from satupintu.catalogue.queries import current_version, definition_of
from satupintu.catalogue.rules import Kind, required_documents
from satupintu.catalogue.services import publish_shipped
from satupintu.documents.rules import Officer
from satupintu.documents.services import signer, store_bytes
from satupintu.lib.tests.rows import made_once
from satupintu.office.services import set_up_office
from satupintu.people.models import RoleAssignment
from satupintu.people.queries import User, actor_of
from satupintu.people.rules import Actor, Role, system_actor
from satupintu.people.services import DemoLogin, set_up_demo_people
from satupintu.permits.models import Permit
from satupintu.permits.services import drafts, submit
from satupintu.permits.services.issue import number_and_issue
from satupintu.workflow.queries import Case, Task, open_tasks
from satupintu.workflow.services import act

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 23 November 2026, 09.00 in Sanggau


def answers(**more: Any) -> dict[str, Any]:
    return {
        "name": "Sari Lestari",
        "nik": "6103015203949999",
        "phone": "+6281200001234",
        "address": "Jalan Kartini 14, Beringin",
        "str_number": "STR-0000-9999",
        "str_date": "2024-03-01",
        "not_practised": "no",
        "practice_kind": "facility",
        "permit_order": "1",
        "place_name": "Klinik Contoh Sehat",
        "place_address": "Jalan Merdeka 12, Meliau",
        "place_region": "61.03.01.1005",
        "schedule": [{"day": "mon", "hours": "16.00-20.00"}],
        **more,
    }


def business(**more: Any) -> dict[str, Any]:
    return {
        "name": "Sari Lestari",
        "nik": "6103015203949999",
        "phone": "+6281200001234",
        "address": "Jalan Kartini 14, Beringin",
        "business_name": "Warung Contoh",
        "kbli": {"code": "47111", "version": 2025},
        "capital": 5_000_000,
        "workers": 2,
        "place_address": "Jalan Merdeka 12, Meliau",
        "place_region": "61.03.01.1005",
        "area_m2": 24,
        **more,
    }


def sheet(text: str = "CONTOH") -> bytes:
    """Return a one-page PDF that looks like a scanned paper."""
    picture = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(picture)
    pen.text((60, 60), text, fill="black")
    for row in range(12):
        pen.rectangle((60, 120 + row * 26, 520 - (row % 3) * 60, 132 + row * 26), fill="#e2e2e2")
    out = BytesIO()
    # The same bytes whenever it is made.
    picture.save(out, "PDF", resolution=75, creationDate=gmtime(0), modDate=gmtime(0))
    return out.getvalue()


def scan_of(world: "World", case: Case, text: str = "surat bertanda tangan") -> str:
    """Return the id of a letter that budi scanned back for a case."""
    document = store_bytes(
        content=sheet(text), media_type="application/pdf", party_id=case.party_id, kind="letter",
        name="surat.pdf", by=world.actor("budi"), at=MONDAY,
    )  # fmt: skip
    return str(document.pk)


def text_of(pdf: bytes) -> str:
    """Return what is written on the pages of a PDF."""
    return "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pdf))


@dataclass
class World:
    """One office and its people; makes cases and moves them on."""

    at: datetime = MONDAY
    logins: dict[str, Any] = field(default_factory=dict)

    def user(self, key: str) -> User:
        return User.objects.get(pk=self.logins[key].user_id)

    def actor(self, key: str, at: datetime | None = None) -> Actor:
        return actor_of(self.user(key), at or self.at)

    def apply(
        self,
        key: str = "sari",
        service: str = "sip-bidan",
        *,
        at: datetime | None = None,
        **more: Any,
    ) -> Case:
        """Return a case in its first state."""
        at = at or self.at
        user = self.user(key)
        assert user.party is not None
        version = current_version(service, date(2026, 11, 23))
        definition = definition_of(version)
        given = answers(**more) if service == "sip-bidan" else business(**more)
        draft = drafts.start_draft(
            user_id=user.pk,
            party_id=user.party_id,
            version_ids=[version.pk],
            kind=Kind.NEW,
            answers=given,
            at=at,
        )
        for requirement in required_documents(definition, Kind.NEW, given):
            if requirement.statements:
                drafts.save_statement(draft=draft, requirement=requirement.key, given=True, at=at)
                continue
            document = store_bytes(
                content=sheet(f"{requirement.key} {draft.pk}"),
                media_type="application/pdf",
                party_id=user.party_id,
                kind=requirement.key,
                name=f"{requirement.key}.pdf",
                by=self.actor(key),
                at=at,
                pages=1,
            )
            drafts.save_document(
                draft=draft, requirement=requirement.key, document_id=document.pk, at=at
            )
        application = submit.submit(draft=draft, by=self.actor(key), at=at)
        return application.permit_cases.get().case

    def do(self, case: Case, action: str, who: str, *, reason: str = "", **data: Any) -> Case:
        """Let somebody act; returns the case as it is then."""
        case = self.fresh(case)
        act(case, action, by=self.actor(who), at=self.at, reason=reason, data=data)
        return self.fresh(case)

    def fresh(self, case: Case) -> Case:
        return Case.objects.select_related("party", "service_version").get(pk=case.pk)

    def tasks(self, case: Case) -> list[Task]:
        return open_tasks(case)

    def key(self, who: str = "darius") -> Any:
        user = self.user(who)
        return signer("demo").unlock(Officer(id=user.pk, name=user.name), "demo")

    def give_role(self, key: str, role: Role) -> None:
        """Let somebody hold one more role, in the unit of a role they hold."""
        held = RoleAssignment.objects.filter(user=self.user(key)).first()
        assert held is not None
        RoleAssignment.objects.create(
            user=self.user(key), role=role, unit_id=held.unit_id, valid_from=held.valid_from
        )

    def proposed_by(self, case: Case, key: str) -> Case:
        """Return a case that `key` proposed first, and somebody else after them: ready to be decided."""
        self.give_role(key, Role.VERIFIER)
        case = self.do(self.ready(case), "propose_approval", key)
        case = self.do(case, "send_back", "lina", reason="Lengkapi catatan.")
        case = self.do(case, "propose_approval", "ratna")
        return self.do(case, "initial", "lina")

    def receipt(self, case: Case, **more: Any) -> dict[str, Any]:
        """Return what a hand-over needs: who, shown by which card, signed where; a letter for who is not the holder."""
        signed = self._paper(case, "hand_over")
        collector = more.get("collector", "Sari Lestari")
        if case.party is not None and collector != case.party.name:
            more = {"authority": str(self._paper(case, "authority").pk), **more}
        return {
            "how": "counter",
            "collector": "Sari Lestari",
            "collector_identity": "6103015203949999",
            "signature": str(signed.pk),
            "place": "DPMPTSP Sanggau",
            **more,
        }

    def _paper(self, case: Case, kind: str) -> Any:
        return store_bytes(
            content=sheet(kind),
            media_type="application/pdf",
            party_id=case.party_id,
            kind=kind,
            name=f"{kind}.pdf",
            by=self.actor("budi"),
            at=self.at,
            pages=1,
        )

    # --- cases on their way --------------------------------------------------------------
    def complete(self, case: Case) -> Case:
        return self.do(case, "declare_complete", "budi")

    def ready(self, case: Case) -> Case:
        return self.do(
            self.complete(case), "recommend_for", "wati", number="440/1/2026", text="Layak."
        )

    def proposed(self, case: Case) -> Case:
        return self.do(self.ready(case), "propose_approval", "ratna")

    def initialled(self, case: Case) -> Case:
        return self.do(self.proposed(case), "initial", "lina")

    def approved(self, case: Case) -> Case:
        return self.do(self.initialled(case), "approve", "darius")

    def numbered(self, case: Case) -> Case:
        return self.do(self.approved(case), "number", "darius")

    def issued(self, case: Case) -> Case:
        case = self.approved(case)
        number_and_issue(case, by=self.actor("darius"), at=self.at, key=self.key())
        return self.fresh(case)

    def returned(self, case: Case) -> Case:
        items = [{"on": "document", "key": "str", "reason": "Buram, foto ulang."}]
        return self.do(case, "return", "budi", reason="Ada yang perlu diperbaiki.", items=items)


def make_world(at: datetime = MONDAY) -> World:
    """Set up the office, its people and its services by the services of the product; once a process and day."""
    began = at if at == MONDAY else datetime.combine(at.date(), time.min, UTC)
    logins = made_once(("world", began), lambda: _set_up(began))
    return World(at=at, logins=dict(logins))


def issued_world() -> tuple[World, Permit]:
    """Return the office with Sari's permit, issued on MONDAY; signed once a process."""

    def make() -> tuple[dict[str, DemoLogin], UUID]:
        world = make_world()
        return world.logins, Permit.objects.get(case=world.issued(world.apply())).pk

    logins, permit = made_once("issued", make)
    return World(logins=dict(logins)), Permit.objects.select_related("document").get(pk=permit)


def _set_up(at: datetime) -> dict[str, DemoLogin]:
    set_up_office("sanggau", at=at, whole_country=False)
    logins = set_up_demo_people("sanggau", at=at)
    publish_shipped(by=system_actor("tests"), at=at)
    return logins


MakeWorld = Callable[[], World]
LATER = timedelta(hours=1)
