"""Made-up people: names that many bear, a NIK with serial 9999, telephone numbers nobody has."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

GIVEN = (
    "Adi", "Agnes", "Agus", "Albertus", "Aminah", "Andi", "Anita", "Antonius", "Asih", "Bambang", "Bernadeta",
    "Budiman", "Cahyono", "Dahlia", "Damianus", "Dedi", "Desi", "Dominikus", "Eka", "Elisabet", "Emilia", "Fajar",
    "Fitri", "Fransiska", "Gregorius", "Halimah", "Hendri", "Herman", "Ignasius", "Indra", "Intan", "Irfan",
    "Joko", "Julianus", "Kartika", "Kristina", "Lestari", "Lukas", "Marlina", "Marsel", "Melati", "Mulyadi",
    "Nanang", "Ningsih", "Nurhayati", "Oktavia", "Paulina", "Paskalis", "Putra", "Rahmat", "Ratih", "Rini",
    "Robertus", "Rosalia", "Saiful", "Salmah", "Sekar", "Stefanus", "Sulastri", "Surya", "Susanti", "Tarsisius",
    "Teguh", "Theresia", "Tri", "Umar", "Utami", "Valentina", "Wahyu", "Wulandari", "Yanti", "Yosef", "Yudi",
    "Yuliana", "Yusuf", "Zainal", "Zulkifli",
)  # fmt: skip
FAMILY = (
    "Akbar", "Ananda", "Aprilia", "Ariyanto", "Atmaja", "Bayu", "Darmawan", "Dharma", "Effendi", "Firmansyah",
    "Gunawan", "Hakim", "Handayani", "Hartanto", "Hidayat", "Iskandar", "Kurniawan", "Kusuma", "Lubis", "Mahendra",
    "Maulana", "Nugroho", "Pangestu", "Permadi", "Prabowo", "Prasetyo", "Purnama", "Rahayu", "Ramadhan", "Saputra",
    "Sari", "Setiawan", "Simatupang", "Sitompul", "Suhendra", "Sukmawati", "Suryadi", "Tanjung", "Wibowo", "Widodo",
    "Wijaya", "Winarto", "Yulianto",
)  # fmt: skip
STREETS = (
    "Ahmad Yani", "Anggrek", "Cempaka", "Diponegoro", "Flamboyan", "Gajah Mada", "Hasanuddin", "Imam Bonjol",
    "Jenderal Sudirman", "Kamboja", "Kartini", "Kenanga", "Mawar", "Merdeka", "Nusa Indah", "Pahlawan", "Pancasila",
    "Pattimura", "Pemuda", "Rajawali", "Sutomo", "Teratai", "Veteran",
)  # fmt: skip
_OLDEST, _DAYS = date(1956, 1, 1), 18_000
_SERIAL = "9999"  # of every NIK that is made up


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Somebody who does not exist."""

    key: str  # ends the user name
    name: str
    identity: str
    phone: str
    email: str
    birth_date: date
    address: str


def make_up(number: int, districts: list[str], chance: Random) -> MadeUp:
    """Return the person of that number: each number has a telephone, an address and a user name of its own."""
    born = _OLDEST + timedelta(days=chance.randrange(_DAYS))
    day = born.day + (40 if chance.random() < 0.5 else 0)  # noqa: PLR2004  a woman's NIK: day and 40
    district = chance.choice(districts)
    return MadeUp(
        key=f"warga{number}",
        name=f"{chance.choice(GIVEN)} {chance.choice(GIVEN)} {chance.choice(FAMILY)}",
        identity=f"{district}{day:02}{born:%m%y}{_SERIAL}",
        phone=f"+62812{number:08}",
        email=f"warga{number}@contoh.id",
        birth_date=born,
        address=f"Jalan {chance.choice(STREETS)} {chance.randrange(1, 300)}",
    )
