"""A call as a talk: what is spoken after each key, silence, a wrong key, a recording; no telephone, no database."""

import pytest

from satupintu.messaging.channels.port import Choice, Then
from satupintu.messaging.dialogues.book import BadDialogue, read_book
from satupintu.messaging.dialogues.call import MISSES, MOST_TURNS, RECORD_SECONDS, CallTalk
from satupintu.messaging.dialogues.talk import Outcome, Talk
from satupintu.messaging.wording import book

OUTCOMES = {
    "permits.track_by_keys": Outcome("found", {"cases": "Izin Praktik Bidan. Sedang diperiksa."}),
    "catalogue.most_asked": Outcome(
        "many", choices=(Choice("sip-bidan", "SIP Bidan"), Choice("reklame", "Reklame"))
    ),
    "catalogue.show": Outcome(
        "found", dict.fromkeys(("title", "needs", "time", "fee", "link"), "ya")
    ),
    "office.hours": Outcome(
        "told", dict.fromkeys(("office", "address", "hours", "now", "phone"), "x")
    ),
    "messaging.officer": Outcome("waiting", {"by": "Senin"}),
    "messaging.caller_number": Outcome("known"),
    "messaging.call_back": Outcome("waiting", {"by": "Senin"}),
    "messaging.text_me": Outcome("sent"),
    "desk.complain_by_voice": Outcome("filed", {"number": "A D U", "by": "Senin", "code": "7 K"}),
}


def call(*, officers=False, words=None, **outcomes):
    done = []

    def act(name, memory, heard):
        done.append((name, dict(memory), heard))
        found = outcomes.get(name.replace(".", "_"), OUTCOMES[name])
        return found.pop(0) if isinstance(found, list) else found

    def talk_in(language):
        return Talk(book(), language, act, (words or {}).get(language), voice=True)

    made = CallTalk(talk_in, "id", office="DPMPTSP Sanggau", officers=officers)
    made.done = done
    return made


def heard(spoken):
    return " ".join(prompt.text for prompt in spoken.prompts)


def walk(made, *keys):
    spoken = made.begin()
    for key in keys:
        spoken = made.pressed(key)
    return spoken


def test_a_caller_is_greeted_and_told_every_key():
    spoken = call().begin()

    assert spoken.then is Then.KEY
    said = heard(spoken)
    assert said.startswith("Selamat datang di DPMPTSP Sanggau.")
    assert "Tekan 1 untuk Cek permohonan." in said
    assert "Tekan 5 untuk Minta ditelepon." in said
    assert "Tekan nol untuk petugas" in said
    assert spoken.prompts[-1].text == "For English, press nine."
    assert spoken.prompts[-1].language == "en"


def test_files_that_an_office_may_speak_itself_are_named_where_the_text_is_the_same_for_everybody():
    names = [prompt.name for prompt in call().begin().prompts]

    assert names == [
        "", "menu.call_track", "menu.call_needs", "menu.hours", "menu.call_message", "menu.call_back",
        "menu.call_complain",
        "call_zero", "call_language",
    ]  # fmt: skip  # the greeting holds the office's name


@pytest.mark.parametrize(
    ("keys", "then", "says"),
    [
        (["1"], Then.KEYS, "nomor permohonan"),
        (["1", "42#"], Then.KEYS, "kode lacak"),
        (["1", "42#", "753962742#"], Then.KEY, "Sedang diperiksa"),
        (["1", "42#", "753962742#"], Then.KEY, "Ada lagi yang Anda perlukan?"),
        (["2"], Then.KEY, "Tekan 2 untuk Reklame."),
        (["2", "2"], Then.KEY, "Biaya: ya"),
        (["3"], Then.KEY, "Jam layanan: x"),
        (["4"], Then.KEY, "Suara Anda kami rekam"),
        (["4", "1"], Then.RECORD, "Sebutkan nama"),
        (["4", "2"], Then.KEY, "Ada lagi"),
        (["5"], Then.KEY, "nomor ini"),
        (["5", "1"], Then.KEY, "Petugas menelepon Anda paling lambat Senin"),
        (["5", "2"], Then.KEYS, "kode daerah"),
        (["5", "2", "0812#"], Then.KEY, "paling lambat Senin"),
        (["9"], Then.KEY, "Press 1 for Check application."),
        (["9", "9"], Then.KEY, "Tekan 1 untuk Cek permohonan."),
        (["9", "3"], Then.KEY, "Opening hours"),
        (["1", "*"], Then.KEYS, "nomor permohonan"),
        (["1", "4*"], Then.KEYS, "nomor permohonan"),
        (["*"], Then.KEY, "Selamat datang"),
        (["7"], Then.KEY, "Tombol itu tidak termasuk pilihan."),
        (["2", "9"], Then.KEY, "Tombol itu tidak termasuk pilihan."),  # not the language there
        ([""], Then.KEY, "belum mendengar tombol"),
        (["1", ""], Then.KEYS, "belum mendengar tombol"),
        (["1", "#"], Then.KEYS, "belum mendengar tombol"),
        (["0"], Then.KEY, "tidak dapat menerima telepon"),  # nobody there: be called back
        (["0", "1"], Then.KEY, "Petugas menelepon Anda"),
        (["1", "0#"], Then.KEY, "tidak dapat menerima telepon"),
        (["1", "0", "2"], Then.KEYS, "kode daerah"),
    ],
)
def test_keys_lead_where_they_should(keys, then, says):
    spoken = walk(call(), *keys)

    assert says in heard(spoken)
    assert spoken.then is then


def test_number_and_code_reach_the_action_as_they_were_pressed():
    made = call()
    walk(made, "1", "2026000042#", "753962742#")

    name, memory, _heard = made.done[0]
    assert name == "permits.track_by_keys"
    assert (memory["number"], memory["keys"]) == ("2026000042", "753962742")


def test_figures_that_look_like_a_code_or_a_menu_are_figures():
    """Nine figures begin a dialogue when they are written; by telephone they answer the question."""
    made = call()
    walk(made, "5", "2", "812000012#")

    assert made.done[-1][0] == "messaging.call_back"
    assert made.done[-1][1]["number"] == "812000012"


def test_a_wrong_code_is_asked_again_from_the_number_on():
    made = call(permits_track_by_keys=[Outcome("wrong"), Outcome("too_often")])
    wrong = walk(made, "1", "42#", "111111111#")
    assert "tidak cocok" in heard(wrong)
    assert wrong.then is Then.KEYS
    assert made.step == "call_track.number"

    made.pressed("42#")
    enough = made.pressed("222222222#")
    assert "terlalu sering" in heard(enough)
    assert made.step == ""


@pytest.mark.parametrize(("key", "does"), [("1", "messaging.text_me"), ("2", None)])
def test_the_status_is_sent_by_sms_only_to_whoever_wants_it(key, does):
    made = call(permits_track_by_keys=Outcome("sendable", {"cases": "Terbit."}))
    offered = walk(made, "1", "42#", "753962742#")
    assert heard(offered).startswith("Terbit. Apakah keadaan ini kami kirim juga lewat SMS")

    made.pressed(key)
    assert (made.done[-1][0] == "messaging.text_me") is (does is not None)


def test_a_message_is_recorded_after_consent_and_a_silent_one_is_asked_for_again():
    made = call()
    asked = walk(made, "4", "1")
    assert (asked.then, asked.seconds) == (Then.RECORD, RECORD_SECONDS)
    assert "setelah bunyi bip" in heard(asked)

    silent = made.recorded(())
    assert "belum mendengar suara" in heard(silent)
    assert silent.then is Then.RECORD
    assert made.done == []

    kept = made.recorded(("document",))
    assert "Pesan Anda sudah kami simpan" in heard(kept)
    assert made.done[0][1]["recording"] == ["document"]


def test_zero_puts_through_where_an_officer_is_there_and_else_offers_a_call_back():
    made = call(officers=True)
    through = walk(made, "0")
    assert through.then is Then.OFFICER
    assert "sambungkan ke petugas" in heard(through)

    nobody = made.no_officer()
    assert "tidak dapat menerima telepon" in heard(nobody)
    assert "Ke nomor mana petugas menelepon?" in heard(nobody)
    assert made.step == "call_back.which"


def test_a_withheld_number_is_asked_for():
    spoken = walk(call(messaging_caller_number=Outcome("unknown")), "5")

    assert spoken.then is Then.KEYS
    assert "nomor telepon Anda" in heard(spoken)


@pytest.mark.parametrize("key", ["", "7", "#"])
def test_three_misses_one_after_another_end_the_call(key):
    made = call()
    made.begin()
    for _miss in range(MISSES - 1):
        assert made.pressed(key).then is Then.KEY
    ended = made.pressed(key)

    assert ended.then is Then.END
    assert "Terima kasih" in heard(ended)


def test_a_right_key_forgives_the_misses_before_it():
    made = call()
    spoken = walk(made, "", "", "3", "", "")

    assert spoken.then is Then.KEY


def test_nobody_holds_the_line_for_ever():
    made = call()
    made.begin()
    spoken = [made.pressed("3") for _turn in range(MOST_TURNS + 1)]

    assert spoken[-2].then is Then.KEY
    assert spoken[-1].then is Then.END


def test_the_offices_own_words_are_spoken():
    own = {"id": {"call_zero": "Nol: petugas.", "hours.tell.voice:told": "Buka {hours}."}}
    made = call(words=own)

    assert "Nol: petugas." in heard(made.begin())
    assert "Buka x." in heard(made.pressed("3"))


def test_every_dialogue_of_the_telephone_can_be_answered_by_keys():
    written = 'title = { id = "A", en = "A" }\nkey = 1\n[[step]]\nid = "x"\nfills = "y"\n'
    written += 'say.ask = { id = "Ya?", en = "Yes?" }\n'
    read_book([("a", written + 'expects = "digits"\n')])
    for kind in ("words", "file"):
        with pytest.raises(BadDialogue, match="no letters"):
            read_book([("a", written + f'expects = "{kind}"\n')])
    with pytest.raises(BadDialogue, match="written nowhere"):
        read_book(
            [("a", written + 'expects = "digits"\nvoice.odd = { id = "Ya?", en = "Yes?" }\n')]
        )


def test_menus_of_keys_fit_a_telephone():
    assert 3 <= len(call()._talk.menu()) <= 8
    shown = [one.id for one in Talk(book(), "id", lambda *_: None).menu()]
    assert "menu:call_track" not in shown  # and what is pressed is not offered to whoever writes
