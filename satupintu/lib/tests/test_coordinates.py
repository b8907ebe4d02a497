"""Places as people type and paste them."""

import pytest
from django.utils.translation import override

from satupintu.lib.coordinates import BadPoint, read_point

SANGGAU = (0.1216, 110.5975)
SOUTH = (-0.0263, 109.3425)  # Pontianak
MAPS = "https://www.google.com/maps"


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("0.1216, 110.5975", SANGGAU),
        ("0.1216,110.5975", SANGGAU),
        ("(0.1216, 110.5975)", SANGGAU),
        ("0.1216 110.5975", SANGGAU),
        ("0,1216, 110,5975", SANGGAU),
        ("0,1216; 110,5975", SANGGAU),
        ("0,1216,110,5975", SANGGAU),
        ("-0,0263,109,3425", SOUTH),
        ("\u22120.0263, 109.3425", SOUTH),
        ("\u200e-0.0263,\u00a0109.3425", SOUTH),
        ("Lat: -0.0263, Long: 109.3425", SOUTH),
        ("Lintang -0,0263 Bujur 109,3425", SOUTH),
        ("geo:-0.0263,109.3425", SOUTH),
        ("0.1216° N, 110.5975° E", SANGGAU),
        ("0.0263° S, 109.3425° E", SOUTH),
        ("0.0263 LS 109.3425 BT", SOUTH),
        ("0,0263 LS, 109,3425 BT", SOUTH),
        ("LS 0,0263 BT 109,3425", SOUTH),
        ("109.3425 BT, 0.0263 LS", SOUTH),
        ("0°01'34.68\"S 109°20'33\"E", SOUTH),
        ("0°1'34,68\" LS, 109°20'33\" BT", SOUTH),
        ("0º 1′ 34.68″ LS 109º 20′ 33″ BT", SOUTH),
        ("0 1 34.68 LS 109 20 33 BT", SOUTH),
        ("LS 0°1'34.68\" BT 109°20'33\"", SOUTH),
        ("S 0° 1.578' E 109° 20.55'", SOUTH),
        ("0°1.578' ls 109°20.55' bt", SOUTH),
        ("-0°1'34.68\", 109°20'33\"", SOUTH),
        (f"{MAPS}/@-0.0263,109.3425,15z", SOUTH),
        (f"{MAPS}/place/Klinik/@-0.5,109.9,17z/data=!3m1!8m2!3d-0.0263!4d109.3425", SOUTH),
        (f"{MAPS}/search/?api=1&query=-0.0263%2C109.3425", SOUTH),
        ("https://maps.google.com/?q=-0.0263,109.3425", SOUTH),
        ("https://maps.google.com/maps?q=loc:-0.0263,109.3425&z=17", SOUTH),
        ("maps.google.com/?ll=-0.0263,109.3425", SOUTH),
        (f"{MAPS}/place/0%C2%B001'34.68%22S+109%C2%B020'33%22E/", SOUTH),
        (f"{MAPS}/search/-0.0263,+109.3425", SOUTH),
        ("https://www.openstreetmap.org/#map=17/-0.0263/109.3425", SOUTH),
        ("https://www.openstreetmap.org/?mlat=-0.0263&mlon=109.3425#map=5/1.0/99.0", SOUTH),
    ],
)
def test_a_place_is_read_in_the_notations_people_use(typed, point):
    assert read_point(typed) == pytest.approx(point, abs=1e-6)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("dekat pasar", "Titik ini belum terbaca."),
        ("0.1216", "Titik ini belum terbaca."),
        ("0.1216 LU 0.0263 LS", "Titik ini belum terbaca."),
        ("0°75'00\" LU 110°35'51\" BT", "Titik ini belum terbaca."),
        (f"{MAPS}/place/Pasar+Sanggau", "Titik ini belum terbaca."),
        ("https://maps.app.goo.gl/AbCdEf", "Tautan pendek tidak memuat titiknya."),
        ("110.5975, 0.1216", "Titik ini di luar Indonesia."),
        ("52.37, 4.89", "Titik ini di luar Indonesia."),
        ("9" * 300, "Titik ini belum terbaca."),
        ("https://[::1", "Titik ini belum terbaca."),
    ],
)
def test_what_is_no_place_gets_one_sentence(typed, words):
    with override("id"), pytest.raises(BadPoint) as refused:
        read_point(typed)

    assert refused.value.message.startswith(words)
