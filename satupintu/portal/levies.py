"""What was set and received in levies, for recap and leader; nothing where no service costs anything."""

from datetime import date

from satupintu.catalogue.queries import list_services
from satupintu.fees.reconciliation import by_service
from satupintu.permits.paid import has_fee


def fees_by_service(first: date, last: date, today: date) -> dict[str, tuple[int, int]] | None:
    """
    Return service code -> what was set and received in these days, in whole rupiah; None where nobody is to see a fee.

    That is: no service costs anything today, and no money moved in these days either. Two queries.
    """
    found = by_service(first, last)
    if not found and not any(has_fee(one) for one in list_services(today)):
        return None
    return found
