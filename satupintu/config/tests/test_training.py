"""The training office: made from settings only, marked everywhere, replaced in one step, apart from the real one."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from django.db import transaction

from satupintu.config import settings as product
from satupintu.config.cli.errors import Failed
from satupintu.config.training import replacing
from satupintu.config.training.making import MARK, make_office
from satupintu.config.training.pattern import NoOfficeYet, Pattern, read_pattern
from satupintu.documents.render import render_pdf
from satupintu.lib.kept import forget_kept
from satupintu.lib.training import Account, Copy, Place
from satupintu.office.models import NumberSeries, NumberTaken, OfficeProfile
from satupintu.people.models import Party, User
from satupintu.permits.models import Permit
from satupintu.permits.tests.officer_cases import MONDAY, make_world
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case
from satupintu.workflow.services import run_readers

BACKEND = "satupintu.people.backends.PasswordBackend"


def pattern_of_a_real_office():
    """Return the pattern of an office with people and cases in it, and every personal word it holds."""
    with transaction.atomic():
        world = make_world()
        world.issued(world.apply())
        while run_readers(at=MONDAY, limit=500):
            pass
        pattern = read_pattern(MONDAY)
        words = set()
        for one in [*Party.objects.all(), *User.objects.all()]:
            kept = ("name", "identity", "phone", "email", "address", "nip", "password")
            words |= {str(getattr(one, key, "") or "") for key in kept}
        words |= set(Case.objects.values_list("number", flat=True))
        words |= set(Permit.objects.values_list("number", "check_code").get())
        transaction.set_rollback(True)
    forget_kept()
    assert not User.objects.exists()
    return pattern, {word for word in words if len(word) > 3}


def test_the_pattern_holds_settings_and_no_person(db):
    pattern, words = pattern_of_a_real_office()

    text = json.dumps(pattern.to_json())
    assert [word for word in words if f'"{word}"' in text or (" " in word and word in text)] == []
    assert "Dinas Kesehatan Kabupaten Sanggau" in text
    assert "sip-bidan" in text
    assert Pattern.from_json(json.loads(text)).profile == pattern.profile


def test_without_an_office_there_is_nothing_to_copy(db):
    with pytest.raises(NoOfficeYet):
        read_pattern(MONDAY)


@pytest.mark.slow
def test_the_training_office_has_made_up_people_marked_numbers_and_a_true_log(db, settings):
    pattern, words = pattern_of_a_real_office()
    settings.TRAINING = settings.DEMO = True
    told = []

    made = make_office(pattern, at=MONDAY, progress=told.append)

    assert audit().broken == []
    states = set(Case.objects.values_list("state", flat=True))
    assert states >= {
        "submitted", "returned", "review", "ready", "proposed", "issued", "handed_over",
    }  # fmt: skip
    assert Case.objects.count() >= 20
    assert all(one.is_demo for one in Party.objects.all())
    assert Permit.objects.exists()
    assert not Permit.objects.filter(is_demo=False).exists()
    numbers = list(NumberTaken.objects.values_list("number", flat=True))
    assert [one for one in numbers if not one.startswith(MARK)] == []
    assert {one.code for one in NumberSeries.objects.all()} == {
        one["code"] for one in pattern.series
    }
    assert OfficeProfile.objects.get().short_name.startswith("LATIHAN ")
    assert any(what.startswith("permohonan contoh") for what in told)

    accounts = {one["username"] for one in made["accounts"]}
    assert {"loket", "verifikator", "kabid", "kepala", "pengelola", "teknis-dinkes"} <= accounts
    assert User.objects.get(username="kepala").check_password(made["password"])
    people = {one.name for one in User.objects.all()} | {one.name for one in Party.objects.all()}
    assert people.isdisjoint(words)

    permit = Permit.objects.select_related("document__file").first()
    from satupintu.documents.files import path_of

    assert "LATIHAN" in pdf_text(path_of(permit.document.file.sha256).read_bytes())


def pdf_text(content):
    found = pypdfium2.PdfDocument(BytesIO(content))
    return " ".join(one.get_textpage().get_text_range() for one in found)


def test_every_page_and_paper_of_it_is_marked(db, client, settings):
    from satupintu.documents.rules import SlipsPage
    from satupintu.permits.services.pages import letterhead

    assert "LATIHAN" not in client.get("/layanan/").content.decode()
    settings.TRAINING = settings.DEMO = True

    for address in ("/layanan/", "/masuk/petugas/", "/cek/", "/tidak-ada/", "/survei/"):
        text = client.get(address).content.decode()
        assert '<p class="training"' in text, address
        assert "satupintu</p>" not in text
    assert "LATIHAN" in pdf_text(render_pdf("slips", SlipsPage(letterhead(), "S-1", ())))


# --- The copy in use ------------------------------------------------------------------------------


def a_copy(generation="g1"):
    return Copy(generation, "2026-11-23T09:00:00+07:00", (Account("loket", "Andi", "Loket"),), "p")


def test_asking_twice_is_asking_once(tmp_path):
    place = Place(tmp_path)

    assert place.ask()
    assert not place.ask()
    with place.making() as mine:
        assert mine
        assert not place.is_asked_for()
        assert Place(tmp_path).is_being_made()
        assert not Place(tmp_path).ask()
        with Place(tmp_path).making() as again:
            assert not again
    assert not place.is_being_made()
    assert place.ask()


def test_the_copy_in_use_changes_in_one_step_and_the_one_before_it_stays_a_while(
    tmp_path, monkeypatch, settings, db
):
    settings.HOME = tmp_path
    place = Place(tmp_path)

    def make(here, generation, at):
        here.home_of(generation).mkdir(parents=True)
        return a_copy(generation)

    monkeypatch.setattr(replacing, "_make", make)
    monkeypatch.setattr(replacing, "_schema", lambda _statement: None)

    first, second, third = (replacing.replace(at=MONDAY).generation for _n in range(3))

    assert place.current() == a_copy(third)
    assert set(place.generations()) == {second, third}
    assert place.told() == ("", False)

    def fail(here, generation, at):
        here.home_of(generation).mkdir(parents=True)
        raise Failed("no room")

    monkeypatch.setattr(replacing, "_make", fail)
    with pytest.raises(Failed):
        replacing.replace(at=MONDAY)
    assert place.current() == a_copy(third)
    assert set(place.generations()) == {second, third}
    assert place.told() == ("no room", True)
    assert first not in place.generations()


def test_its_processes_know_nothing_that_signs_sends_or_opens(monkeypatch, settings, db):
    settings.TRAINING_URL = "https://latihan.contoh.id"
    secrets = {
        "SATUPINTU_SMTP_HOST": "mail", "SATUPINTU_SMTP_PASSWORD_FILE": "/x", "SATUPINTU_BSRE_PASSWORD": "x",
        "SATUPINTU_PKCS11_MODULE": "/m", "SATUPINTU_SECRET_KEY": "x", "SATUPINTU_TSA_URL": "http://tsa",
    }  # fmt: skip
    for key, value in secrets.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h/real")

    given = replacing.environment("g1")

    assert given.keys().isdisjoint(secrets)
    assert given["SATUPINTU_HOME"].endswith("/latihan/g1")
    assert given["DATABASE_URL"] != os.environ["DATABASE_URL"]
    assert (given["SATUPINTU_TRAINING"], given["SATUPINTU_SIGNER"]) == ("1", "demo")
    assert "latihan.contoh.id" in given["SATUPINTU_HOSTS"].split(",")


def test_a_schema_of_postgresql_is_named_in_the_address():
    found = product.database("postgres://u:p@h:5432/real?schema=latihan_g1")

    assert found["NAME"] == "real"
    assert found["OPTIONS"]["options"] == "-c jit=off -c search_path=latihan_g1"
    assert product.database("postgres://u:p@h:5432/real")["OPTIONS"]["options"] == "-c jit=off"


# --- Whole, by processes ----------------------------------------------------------------------------


@pytest.mark.slow
def test_a_new_copy_leaves_every_row_of_the_real_office_as_it_was(migrated_database, tmp_path):
    home = tmp_path / "office"
    environment = {
        **os.environ,
        "SATUPINTU_HOME": str(home),
        "DATABASE_URL": migrated_database(),
        "SATUPINTU_DEMO": "0",
        "SATUPINTU_TRAINING_PORT": "8999",
        "SATUPINTU_ADMIN_PASSWORD": "sandi-panjang-sekali",
    }

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "satupintu.config.cli", *arguments],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    run("office", "init", "--region", "61.03", "--address", "Jalan Contoh 1", "--admin", "yuni",
        "--admin-name", "Yuni Rahasia", "--publish")  # fmt: skip
    before = rows(environment)

    said = run("training", "reset")

    assert "kepala" in said
    assert rows(environment) == before
    place = Place(Path(home))
    copy = place.current()
    there = replacing_environment(environment, home, copy.generation)
    inside = rows(there)
    assert inside["workflow_case"][0] >= 8  # an office that has no other units yet
    assert inside["people_user"][0] > before["people_user"][0]
    assert "Yuni Rahasia" not in said


def replacing_environment(environment, home, generation):
    url = environment["DATABASE_URL"]
    there = home / "latihan" / generation
    own = f"sqlite:///{there / 'db.sqlite3'}"
    if not url.startswith("sqlite"):
        own = f"{url.partition('?')[0]}?schema=latihan_{generation}"
    return {**environment, "SATUPINTU_HOME": str(there), "DATABASE_URL": own}


ROWS = """
import django, hashlib, json
django.setup()
from django.db import connection
found = {}
with connection.cursor() as cursor:
    for table in connection.introspection.table_names():
        cursor.execute(f'SELECT * FROM {connection.ops.quote_name(table)}')
        lines = sorted(map(repr, cursor.fetchall()))
        found[table] = [len(lines), hashlib.sha256(repr(lines).encode()).hexdigest()]
print(json.dumps(found))
"""


def rows(environment):
    """Return how many rows each table has, and a digest of them all."""
    done = subprocess.run(
        [sys.executable, "-c", ROWS],
        env={**environment, "DJANGO_SETTINGS_MODULE": "satupintu.config.settings"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)
