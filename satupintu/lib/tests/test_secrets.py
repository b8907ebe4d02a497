"""Keys in files, encryption of columns, lookups, settings from the environment."""

import re
import stat

import pytest

from satupintu.lib import crypto, env, ids, keys


def test_a_ring_is_made_once_and_private(tmp_path):
    path = tmp_path / "keys" / "field.keys"

    assert keys.read_ring(path) is None
    first = keys.make_ring(path)

    assert keys.make_ring(path) == keys.read_ring(path) == first
    assert re.fullmatch("k[0-9a-f]{6}", first.current)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no key"),
        ("k1 zz\n", "line 1: expected"),
        ("k1 " + "0" * 64 + "\nk2 00\n", "64 hex digits, this one 2"),
    ],
)
def test_a_damaged_ring_says_where(tmp_path, text, words):
    path = tmp_path / "field.keys"
    path.write_text(text)

    with pytest.raises(keys.BadKeyFile, match=words):
        keys.read_ring(path)


@pytest.fixture
def rings(settings):
    old = keys.Ring({"k1": b"1" * 32}, "k1")
    settings.FIELD_KEYS = old
    return old, keys.Ring({"k1": b"1" * 32, "k2": b"2" * 32}, "k2")


def test_text_is_unreadable_and_comes_back_after_a_rotation(rings, settings):
    stored = crypto.encrypt("6103014107909999")
    settings.FIELD_KEYS = rings[1]

    assert "6103" not in stored
    assert crypto.decrypt(stored) == "6103014107909999"
    assert crypto.encrypt("x").startswith("k2:")
    assert crypto.encrypt("") == ""


def test_altered_or_foreign_text_is_refused(rings, settings):
    stored = crypto.encrypt("rahasia")
    altered = stored[:-2] + ("AA" if not stored.endswith("AA") else "BB")

    with pytest.raises(crypto.CannotDecrypt):
        crypto.decrypt(altered)
    settings.FIELD_KEYS = keys.Ring({"k9": b"9" * 32}, "k9")
    with pytest.raises(crypto.CannotDecrypt, match="No key 'k1'"):
        crypto.decrypt(stored)


def test_lookups_find_under_every_key_and_forgive_punctuation(rings, settings):
    old_hash = crypto.lookup_hash("6103 0141-0790.9999", "whole")
    settings.FIELD_KEYS = rings[1]

    assert old_hash in crypto.lookup_hashes("6103014107909999", "whole")
    assert crypto.lookup_hash("6103014107909999", "last4") != crypto.lookup_hash(
        "6103014107909999", "whole"
    )
    assert crypto.lookup_hash(" ", "whole") == ""


def test_keys_sort_by_time_and_have_their_version():
    made = [ids.uuid7() for _ in range(3)]

    assert {key.version for key in made} == {7}
    assert len(set(made)) == 3


@pytest.mark.parametrize(
    ("value", "read"), [("1", True), ("true", True), ("0", False), ("False", False), ("", True)]
)
def test_a_switch_from_the_environment(monkeypatch, value, read):
    monkeypatch.setenv("X", value)

    assert env.env_bool("X", default=True) is read


def test_a_senseless_setting_is_refused_with_its_name(monkeypatch, tmp_path):
    monkeypatch.setenv("X", "ya")
    with pytest.raises(env.BadSetting, match="X=ya"):
        env.env_bool("X", default=False)
    with pytest.raises(env.BadSetting, match="not a whole number"):
        env.env_int("X", 1)
    monkeypatch.setenv("X_FILE", str(tmp_path / "none"))
    with pytest.raises(env.BadSetting, match="X_FILE"):
        env.env_secret("X")
    (tmp_path / "some").write_text("rahasia\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "some"))
    assert env.env_secret("X") == "rahasia"


def test_addresses_of_the_same_letters_have_different_hashes():
    assert crypto.lookup_hash("sari@contoh.id", "whole") != crypto.lookup_hash(
        "s@aricontoh.id", "whole"
    )
    assert crypto.lookup_hash(" Sari@Contoh.id ", "whole") == crypto.lookup_hash(
        "sari@contoh.id", "whole"
    )


@pytest.mark.parametrize(
    ("base_url", "hosts", "alone"),
    [
        ("http://localhost:8000", ["localhost", "127.0.0.1", "[::1]"], True),
        ("http://127.0.0.1:9000", ["localhost"], True),
        ("https://izin.contoh.go.id", ["localhost"], False),
        ("http://localhost:8000", ["localhost", "izin.contoh.go.id"], False),
        ("http://localhost:8000", ["*"], False),
        ("http://10.0.0.7:8000", ["localhost"], False),
    ],
)
def test_office_that_others_can_reach_is_no_demo_unless_asked(base_url, hosts, alone):
    assert env.only_this_machine(base_url, hosts) is alone
