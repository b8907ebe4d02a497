"""What a person at the terminal reads when something went wrong."""

import errno

from satupintu.catalogue.rules import Problem
from satupintu.catalogue.services import DefinitionHasProblems
from satupintu.config.cli.errors import explain
from satupintu.permits.services.common import Incomplete


def test_what_an_application_lacks_is_told_in_sentences() -> None:
    error = Incomplete(
        "Permohonan belum dapat dikirim.",
        [("place", "Desa tempat praktik: Pilih desa dari daftar.")],
    )

    assert explain(error) == (
        "Permohonan belum dapat dikirim.\nDesa tempat praktik: Pilih desa dari daftar."
    )


def test_what_is_wrong_with_a_service_file_is_told_with_file_and_line() -> None:
    problem = Problem("x.v1.toml", 3, "title", "kosong", "isi judul")

    told = explain(DefinitionHasProblems([problem]))

    assert told.startswith("x.v1.toml:3: title: kosong ")


def test_a_full_disk_is_told_with_what_to_do() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/media/usb/office.backup")

    assert explain(full) == (
        "/media/usb/office.backup: The disk is full. Make room, then run the command again."
    )
    assert explain(OSError(errno.EIO, "Input/output error")) == "Input/output error."
