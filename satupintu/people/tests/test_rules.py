import re
from pathlib import Path

import pytest

from satupintu.people.rules import EVENT_LABELS, AddressKind, BadAddress, read_address


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("0812-0000-1234", AddressKind.PHONE, "+6281200001234"),
        ("62 812 0000 1234", AddressKind.PHONE, "+6281200001234"),
        ("+6281200001234", AddressKind.PHONE, "+6281200001234"),
        ("81200001234", AddressKind.PHONE, "+6281200001234"),
        ("  Sari@Contoh.ID ", AddressKind.EMAIL, "sari@contoh.id"),
    ],
)
def test_address_is_read_as_people_write_it(typed, kind, value):
    address = read_address(typed)

    assert (address.kind, address.value) == (kind, value)


@pytest.mark.parametrize(
    "typed", ["", "sari", "sari@", "@contoh.id", "sari@contoh", "123", "a@b.id, c@d.id", "x" * 300]
)
def test_address_that_reaches_nobody_is_refused_with_an_example(typed):
    with pytest.raises(BadAddress) as refused:
        read_address(typed)

    assert "contoh" in refused.value.message


def test_masked_address_shows_only_enough_to_recognise_it():
    assert read_address("sari@contoh.id").masked == "s•••@contoh.id"
    assert read_address("081200001234").masked == "+62 ••• 234"


def test_every_event_that_is_written_has_a_label():
    folder = Path(__file__).resolve().parent.parent / "services"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))

    found = re.findall(r'event="(\w+)"(?: if active else "(\w+)")?', source)
    written = {name for pair in found for name in pair if name}

    assert written == set(EVENT_LABELS)
