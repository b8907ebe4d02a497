"""A building approval, for which a levy is paid, in any state of its fee. The service file is the demo office's."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from satupintu import config
from satupintu.catalogue.services import publish_version
from satupintu.documents.services import store_bytes
from satupintu.fees.queries import Payment, books_of
from satupintu.lib.tests.rows import made_once
from satupintu.people.rules import system_actor
from satupintu.permits.services.issue import number_and_issue
from satupintu.permits.tests.officer_cases import MONDAY, World, business, make_world, sheet
from satupintu.workflow.queries import Case
from satupintu.workflow.services import act

PBG = Path(config.__file__).parent / "demo" / "services" / "pbg-kantor.v1.toml"
SERVICE = "pbg-kantor"
LEVY = 673_200  # of a house of 120 m² (catalogue/tests/test_tariff.py)
TODAY = date(2026, 11, 23)


def building(**more: Any) -> dict[str, Any]:
    return {
        **business(),
        "responsible": "Sari Lestari",
        "building_use": "house",
        "work": "new",
        "floors": "1",
        "complexity": "simple",
        "permanence": "permanent",
        "ownership": "private",
        "area_m2": 120,
        "land_kind": "certificate",
        "place_point": {"lat": 0.12, "lon": 110.6},
        **more,
    }


@dataclass
class PaidWorld(World):
    """The office, with one service that costs something."""

    def apply_paid(self, key: str = "sari", **more: Any) -> Case:
        return self.apply(key, SERVICE, **building(**more))

    def reviewed(self, case: Case | None = None, **more: Any) -> Case:
        """Return a case for which all is in favour: now the fee is due."""
        case = self.complete(case or self.apply_paid(**more))
        return self.do(case, "recommend_for", "hendra", number="600/1/2026", text="Layak.")

    def assessed(self, case: Case | None = None, **more: Any) -> Case:
        return self.do(case or self.reviewed(**more), "assess", "ratna")

    def owing(self, case: Case | None = None, **more: Any) -> Case:
        """Return a case whose fee is set: the applicant is to pay."""
        return self.do(case or self.assessed(**more), "set_fee", "darius")

    def pay(self, case: Case, who: str = "sari", amount: int = LEVY, **more: Any) -> Case:
        """Let somebody record a payment; an applicant with the picture of the proof."""
        given: dict[str, Any] = {
            "amount_idr": amount,
            "paid_on": TODAY,
            "way": "transfer",
            "reference": "TRF-1",
            **more,
        }
        if "document" not in given and who == "sari":
            given["document"] = str(self.proof(case, who).pk)
        return self.do(case, "record_payment", who, **given)

    def proof(self, case: Case, who: str, text: str = "bukti bayar") -> Any:
        return store_bytes(
            content=sheet(f"{text} {case.number}"),
            media_type="application/pdf",
            party_id=case.party_id,
            kind="payment",
            name="bukti.pdf",
            by=self.actor(who),
            at=self.at,
            pages=1,
        )

    def payment(self, case: Case, number: int = -1) -> Payment:
        return books_of(case.pk).payments[number]

    def confirm(self, case: Case, who: str = "budi", number: int = -1) -> Case:
        return self.do(case, "confirm_payment", who, payment=str(self.payment(case, number).pk))

    def settled(self, case: Case | None = None, **more: Any) -> Case:
        return self.confirm(self.pay(case or self.owing(**more)))

    def told_by_provider(self, case: Case, amount: int = LEVY, ref: str = "QR-1") -> Case:
        case = self.fresh(case)
        act(
            case,
            "receive_payment",
            by=system_actor("simulator"),
            at=self.at,
            channel="system",
            data={
                "amount_idr": amount,
                "paid_on": TODAY,
                "way": "qris",
                "provider": "simulator",
                "provider_ref": ref,
            },
            origin="simulator",
            origin_ref=ref,
        )
        return self.fresh(case)

    def issued_paid(self, case: Case | None = None) -> Case:
        case = self.do(case or self.settled(), "propose_approval", "ratna")
        case = self.do(case, "initial", "lina")
        case = self.do(case, "approve", "darius")
        number_and_issue(case, by=self.actor("darius"), at=self.at, key=self.key())
        return self.fresh(case)


def make_paid_world() -> PaidWorld:
    """Return the office of `make_world` with the paid service; made once a process."""

    def make() -> dict[str, Any]:
        world = make_world()
        publish_version(
            by=system_actor("tests"), at=MONDAY, text=PBG.read_text("utf-8"), filename=PBG.name
        )
        return world.logins

    return PaidWorld(at=MONDAY, logins=dict(made_once("paid world", make)))
