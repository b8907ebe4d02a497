"""One permit from submission to hand-over, through the services only."""

import pytest

from satupintu.permits.queries import Permit
from satupintu.permits.tests.officer_cases import make_world

pytestmark = pytest.mark.django_db


def test_a_midwife_gets_her_permit_in_one_morning():
    world = make_world()
    case = world.issued(world.apply())
    assert case.state == "issued"
    permit = Permit.objects.get(case=case)
    assert permit.holder == "Sari Lestari"
    done = world.do(case, "hand_over", "budi", **world.receipt(case))
    assert done.state == "handed_over"
