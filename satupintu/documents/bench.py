"""How fast a permit is made: page, QR code, signature. For `satupintu bench`."""

import multiprocessing
import os
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from satupintu.documents.rules import Check, Letterhead, Officer, PermitPage, SignatureBlock

_AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
_OFFICER = Officer(id=0, name="Pejabat Contoh", nip="197001011995032999")
_PAGE = PermitPage(
    letterhead=Letterhead(
        "Pemerintah Kabupaten Contoh",
        "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        "Jalan Contoh Nomor 1",
        "dpmptsp@contoh.id",
    ),
    title="Surat Izin Praktik Bidan",
    number="",
    holder=(("Diberikan kepada", "Sari Contoh, A.Md.Keb."), ("Alamat", "Jalan Melati Contoh 12")),
    facts=(
        ("Tempat praktik", "Praktik Mandiri Bidan Sari"),
        ("Alamat praktik", "Jalan Melati Contoh 12, Ilir Kota, Kapuas"),
        ("Hari dan jam", "Senin sampai Sabtu, 08.00–14.00"),
    ),
    signature=SignatureBlock(
        "Sanggau", date(2026, 11, 23), "Kepala Dinas", "Pejabat Contoh", demo=True
    ),
    check=Check("https://contoh.id/cek/0", "contoh.id/cek"),
    legal_basis=("Undang-Undang Nomor 17 Tahun 2023 tentang Kesehatan",),
    valid_from="23 November 2026",
    valid_until="14 Maret 2031",
)


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """`per_second` by the clock on the wall, over all processes; `cpu_ms` of one permit."""

    permits: int
    processes: int
    seconds: float
    per_second: float
    cpu_ms: float


def _set_up() -> None:
    """Prepare a spawned process (typst dies in a fork): Django, the compiler, the key."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.config.settings")
    import django

    django.setup()
    _sign_some(0, 2)


def _sign_some(first: int, count: int) -> float:
    """Make `count` different permits; return the CPU seconds they took."""
    from satupintu.documents.render import render_pdf
    from satupintu.documents.signing.demo import PASSPHRASE, DemoSigner

    key = DemoSigner().unlock(_OFFICER, PASSPHRASE)
    started = time.process_time()
    for number in range(first, first + count):
        check = replace(_PAGE.check, url=f"https://contoh.id/cek/{number:08d}")
        page = replace(_PAGE, number=f"503/{number:05d}/SIP-B/XI/2026", check=check)
        key.sign(render_pdf("permit", page), reason="Penerbitan izin", location="Sanggau", at=_AT)
    return time.process_time() - started


def sign_batch(permits: int, processes: int) -> BatchFigures:
    """
    Render, mark with a QR code and sign `permits` permits in a spawned pool of `processes`.

    Start-up of the pool is not counted. Leaves demo keys below settings.KEYS, nothing else.
    """
    size = max(1, min(25, permits // processes))
    starts = range(0, permits, size)
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, initializer=_set_up) as pool:
        pool.starmap(_sign_some, [(0, 1)] * processes * 4, chunksize=1)
        began = time.perf_counter()
        cpu = sum(
            pool.starmap(_sign_some, [(first, min(size, permits - first)) for first in starts], 1)
        )
        seconds = time.perf_counter() - began
    return BatchFigures(permits, processes, seconds, permits / seconds, cpu * 1000 / permits)
