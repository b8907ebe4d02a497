"""The pages by which whoever holds a code follows their matter, as messages write them."""

from django.conf import settings


def complaint_page(tracking_code: str) -> str:
    return f"{settings.BASE_URL}/pengaduan/lacak/{tracking_code}/"


def consultation_page(tracking_code: str) -> str:
    return f"{settings.BASE_URL}/konsultasi/lacak/{tracking_code}/"
