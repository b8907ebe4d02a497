"""Where a case stands with its fee: what it comes to, whether it is settled. Reads only."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from satupintu.catalogue.tariff import Computed, computed
from satupintu.fees.queries import Assessment, Books, books_of
from satupintu.fees.rules import Account
from satupintu.permits.file import File
from satupintu.permits.paid import UNSERVED, has_fee
from satupintu.workflow.services import CannotMove


class FeeUnsettled(CannotMove):
    """A permit is proposed and numbered only when its fee is paid and the payment confirmed."""


@dataclass(frozen=True, slots=True)
class FeeSide:
    """The fee side of a case, read once."""

    file: File
    books: Books

    @property
    def account(self) -> Account:
        return self.books.account(served=self.file.case.state not in UNSERVED)

    @property
    def assessment(self) -> Assessment | None:
        """The assessment that counts: set, and not of a review that began anew since."""
        found = self.books.assessed
        if found is None or found.seq <= self.file.permit_case.review_from:
            return None
        return found

    @property
    def computed(self) -> Computed:
        """What the rule gives with the answers as they are now."""
        return computed(self.file.definition, self.file.permit_case.answers)

    @property
    def is_settled(self) -> bool:
        """Whether the permit may be proposed and numbered as far as money goes."""
        if not has_fee(self.file.definition):
            return True
        if self.assessment is None:
            return self.computed.amount_idr == 0
        return self.account.rest_idr == 0


def fee_side(file: File) -> FeeSide:
    """Return the fee side of a case. Three queries; none for a service without a fee."""
    if not has_fee(file.definition):
        return FeeSide(file, Books(None, [], []))
    return FeeSide(file, books_of(file.case.pk))


def check_settled(file: File) -> None:
    """Raise FeeUnsettled while a fee is not paid, or its payment not confirmed."""
    if not fee_side(file).is_settled:
        raise FeeUnsettled(
            _(
                "Retribusi belum lunas. Hitung dan tetapkan retribusinya, lalu tunggu pembayarannya"
                " dinyatakan sah; sesudah itu izin diajukan dan diberi nomor."
            )
        )
