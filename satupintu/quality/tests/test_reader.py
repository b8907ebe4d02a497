"""The demo month, read back as figures."""

from datetime import UTC, datetime

import pytest

from satupintu.catalogue.queries import usual_time
from satupintu.config.demo import seed
from satupintu.quality.models import Outcome
from satupintu.quality.queries import month_figures
from satupintu.quality.services import RESULTS, read
from satupintu.workflow.models import Transition

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.mark.slow
def test_the_demo_office_has_honest_figures(db: None) -> None:
    seed("sanggau", AT)

    # Every end is folded, for the recap; only what this office decided counts in the figures of a month.
    decided = Transition.objects.filter(action__in=list(RESULTS))
    assert Outcome.objects.count() == decided.count() > 10
    month = month_figures(AT.date())
    assert (
        month.decided
        == Outcome.objects.filter(decided_date__month=11, result__in=["issued", "refused"]).count()
    )
    found = usual_time("sip-bidan")
    assert found is not None
    assert found.sample >= 5
    before = list(Outcome.objects.order_by("case_id").values())
    for row in decided:
        read(row)
    assert list(Outcome.objects.order_by("case_id").values()) == before
