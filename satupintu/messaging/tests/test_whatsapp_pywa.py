"""
Against PyPI pywa 4.5, which others wrote: it sends to our simulator, reads its webhooks, and builds the same bodies.

What pywa demands and Meta's documents do not: every contact has a `user_id`; it reads the first change of the first
entry only. Its base address is fixed, so it is set after it was made.
"""

import hashlib

import httpx
import pytest
from pywa import WhatsApp
from pywa import errors as pywa_errors
from pywa.types import (
    Button,
    CallbackButton,
    CallbackSelection,
    Message,
    MessageStatus,
    Section,
    SectionList,
    SectionRow,
)
from pywa.types.system import PhoneNumberChange
from pywa.types.templates import BodyText, TemplateLanguage
from pywa.utils import webhook_updates_validator

from satupintu.messaging.channels.port import Choice, IncomingKind, Sent
from satupintu.messaging.channels.whatsapp_cloud import templates
from satupintu.messaging.channels.whatsapp_cloud.errors import ERRORS
from satupintu.messaging.channels.whatsapp_cloud.simulator import Approved
from satupintu.messaging.tests.whatsapp_bench import outgoing, running

SARI = "6281234567890"


class Heard:
    """What pywa made of the webhooks."""

    def __init__(self, cloud):
        self.updates = []
        self.wa = WhatsApp(
            phone_id=cloud.phone_id,
            token=cloud.token,
            server=None,
            verify_token=cloud.verify_token,
            app_secret=cloud.app_secret,
            session=httpx.Client(),
            skip_duplicate_updates=False,
        )
        self.wa.api._session.base_url = f"{cloud.url}/v24.0"
        for register in (
            self.wa.on_message,
            self.wa.on_callback_button,
            self.wa.on_callback_selection,
            self.wa.on_message_status,
            self.wa.on_phone_number_change,
        ):
            register(lambda _wa, update: self.updates.append(update))

    def read(self, cloud):
        """Let pywa check and read every webhook that the simulator posted."""
        self.updates.clear()
        for body, signature in cloud.posted:
            assert self.wa.webhook_update_validator(body, signature) is None
            assert self.wa.webhook_update_handler(body) == ("ok", 200)
        return self.updates


@pytest.fixture
def bench(socket_enabled):
    with running() as (cloud, transport, office):
        yield cloud, transport, office, Heard(cloud)


@pytest.fixture
def chat(bench):
    cloud, transport, office, heard = bench
    sari = cloud.handset(SARI, name="Sari")
    sari.write("halo")
    cloud.settle()
    return cloud, transport, office, heard, sari


# --- pywa sends to the simulator ------------------------------------------------------------------
def test_pywa_sends_text_buttons_and_lists(chat):
    _cloud, _transport, _office, heard, sari = chat
    wa = heard.wa

    sent = wa.send_message(to=SARI, text="Halo", tracker="t1", reply_to_message_id="wamid.X")
    wa.send_message(to=SARI, text="Pilih", buttons=[Button(title="Lacak", callback_data="track")])
    rows = SectionRow(title="SIP", callback_data="sip", description="Perawat")
    wa.send_message(
        to=SARI,
        text="Daftar",
        buttons=SectionList(button_title="Pilih", sections=[Section(title="Izin", rows=[rows])]),
    )

    text, buttons, rows = sari.arrived
    assert (text.id, text.text, text.reference, text.reply_to) == (sent.id, "Halo", "t1", "wamid.X")
    assert (buttons.choices, buttons.label) == ([("track", "Lacak", "")], "")
    assert (rows.choices, rows.label) == ([("sip", "SIP", "Perawat")], "Pilih")


def test_pywa_writes_to_a_user_id(chat):
    _cloud, _transport, _office, heard, sari = chat
    sari.hide_number("sari.dewi")

    heard.wa.send_message(to=sari.user, text="Halo")

    assert sari.arrived[0].text == "Halo"


def test_pywa_sends_templates_with_names_and_with_numbers(bench):
    cloud, _transport, _office, heard = bench
    sari = cloud.handset(SARI)
    cloud.templates["nomor", "id"] = Approved("Nomor {{1}}, {{2}}.")
    cloud.templates["nama", "id"] = Approved("Nama {{name}}.")

    heard.wa.send_template(
        to=SARI, name="nomor", language=TemplateLanguage.INDONESIAN,
        params=[BodyText.params("SGU-1", "lengkap")],
    )  # fmt: skip
    heard.wa.send_template(
        to=SARI, name="nama", language=TemplateLanguage.INDONESIAN,
        params=[BodyText.params(name="Sari")],
    )  # fmt: skip

    assert [one.text for one in sari.arrived] == ["Nomor SGU-1, lengkap.", "Nama Sari."]


def test_pywa_stores_and_fetches_media(chat):
    cloud, _transport, _office, heard, _sari = chat
    media = heard.wa.upload_media(
        b"%PDF-1.7 denah", mime_type="application/pdf", filename="denah.pdf"
    )

    told = heard.wa.get_media_url(media.id)

    assert cloud.files[media.id]["content"] == b"%PDF-1.7 denah"
    assert heard.wa.get_media_bytes(told.url) == b"%PDF-1.7 denah"


@pytest.mark.parametrize(
    "code", sorted(set(ERRORS) & {4, 190, 368, 80007, 130429, 131026, 131048, 131056, 132000, 132001, 132015, 133016})
)  # fmt: skip
def test_pywa_knows_the_simulators_errors_by_name(chat, code):
    cloud, _transport, _office, heard, _sari = chat
    cloud.refuse[SARI] = code

    with pytest.raises(pywa_errors.WhatsAppError) as caught:
        heard.wa.send_message(to=SARI, text="x")

    assert caught.value.code == code
    assert type(caught.value) is not pywa_errors.WhatsAppError


# --- pywa reads the simulator's webhooks ----------------------------------------------------------
def test_pywa_reads_what_a_handset_sends(chat):
    cloud, transport, _office, heard, sari = chat
    transport.send(outgoing("Pilih", f"+{SARI}", choices=(Choice("track", "Lacak"),)))
    sari.press("track")
    transport.send(outgoing("Pilih", f"+{SARI}", choices=(Choice("sip", "SIP", "Perawat"),)))
    sari.press("SIP")
    note = b"OggS suara"
    sari.send_file(note, "audio/ogg; codecs=opus", kind="audio", voice=True)
    sari.send_place(0.13, 110.6, "Kantor")
    sari.change_number("6289999999999")
    cloud.settle()

    updates = [one for one in heard.read(cloud) if not isinstance(one, MessageStatus)]

    text, pressed, picked, voice, place, moved = updates
    assert isinstance(text, Message)
    assert (text.text, text.from_user.wa_id, text.from_user.name) == ("halo", SARI, "Sari")
    assert isinstance(pressed, CallbackButton)
    assert (pressed.data, pressed.title) == ("track", "Lacak")
    assert pressed.reply_to_message.id == sari.arrived[0].id
    assert isinstance(picked, CallbackSelection)
    assert (picked.data, picked.description) == ("sip", "Perawat")
    assert voice.audio.voice
    assert heard.wa.get_media_bytes(heard.wa.get_media_url(voice.audio.id).url) == note
    assert (place.location.latitude, place.location.name) == (0.13, "Kantor")
    assert isinstance(moved, PhoneNumberChange)
    assert (moved.old_wa_id, moved.new_wa_id) == (SARI, "6289999999999")


def test_both_readers_say_the_same(chat):
    cloud, _transport, office, heard, sari = chat
    sari.hide_number("sari.dewi")
    sari.write("tanpa nomor")
    sari.send_file(b"gambar", "image/jpeg", kind="image", caption="denah")
    cloud.settle()

    theirs = heard.read(cloud)
    ours = office.messages

    assert [one.id for one in theirs] == [one.external_id for one in ours]
    assert [one.timestamp for one in theirs] == [one.at for one in ours]
    assert [one.from_user.wa_id for one in theirs] == [SARI, None, None]
    assert [one.from_user.bsuid for one in theirs[1:]] == [one.sender for one in ours[1:]]
    assert theirs[2].caption == ours[2].text == "denah"
    assert ours[2].kind is IncomingKind.MEDIA
    assert ours[2].media[0].sha256 == hashlib.sha256(b"gambar").hexdigest()


def test_pywa_reads_the_reports(chat):
    cloud, transport, office, heard, sari = chat
    transport.send(outgoing("x", f"+{SARI}"))
    cloud.fail[SARI] = 131026
    transport.send(outgoing("y", f"+{SARI}", reference="r2.satupintu"))
    sari.read()
    cloud.settle()

    theirs = [one for one in heard.read(cloud) if isinstance(one, MessageStatus)]

    assert [(one.id, str(one.status), one.tracker) for one in theirs] == [
        (one.external_id, str(one.state), one.reference) for one in office.reports
    ]
    assert theirs[0].pricing.billable is office.reports[0].billed is False
    failed = next(one for one in theirs if one.error)
    assert isinstance(failed.error, pywa_errors.MessageUndeliverable)


def test_pywa_refuses_what_we_refuse(chat):
    cloud, _transport, _office, heard, _sari = chat
    body, signature = cloud.posted[0]

    assert webhook_updates_validator(cloud.app_secret, body, signature)
    assert heard.wa.webhook_update_validator(body + b" ", signature)[1] == 403
    assert heard.wa.webhook_update_validator(body, None)[1] == 401
    assert heard.wa.webhook_challenge_handler(vt=cloud.verify_token, ch="7") == ("7", 200)


# --- Both write the same --------------------------------------------------------------------------
def written_by_both(cloud, ours, theirs):
    """Return the two requests, without what only one of them carries and Meta does not ask for."""
    before = len(cloud.calls)
    assert isinstance(ours(), Sent)
    theirs()
    return cloud.calls[before:]


def test_both_write_the_same_text(chat):
    cloud, transport, _office, heard, _sari = chat

    ours, theirs = written_by_both(
        cloud,
        lambda: transport.send(outgoing("Halo", f"+{SARI}", in_reply_to="wamid.Q")),
        lambda: heard.wa.send_message(
            to=SARI, text="Halo", tracker="r1.satupintu", reply_to_message_id="wamid.Q"
        ),
    )

    assert ours == theirs


def test_both_write_the_same_buttons(chat):
    cloud, transport, _office, heard, _sari = chat

    ours, theirs = written_by_both(
        cloud,
        lambda: transport.send(outgoing("Pilih", f"+{SARI}", choices=(Choice("a", "Lacak"),))),
        lambda: heard.wa.send_message(
            to=SARI, text="Pilih", tracker="r1.satupintu", buttons=[Button("Lacak", "a")]
        ),
    )

    assert ours == theirs


def test_both_write_the_same_list(chat):
    cloud, transport, _office, heard, _sari = chat
    rows = [SectionRow("SIP", "a", "Perawat"), SectionRow("SITU", "b")]

    ours, theirs = written_by_both(
        cloud,
        lambda: transport.send(
            outgoing("Pilih", f"+{SARI}", choices=(Choice("a", "SIP", "Perawat"), Choice("b", "SITU")))
        ),
        lambda: heard.wa.send_message(
            to=SARI, text="Pilih", tracker="r1.satupintu",
            buttons=SectionList("Pilih", [Section("", rows)]),
        ),
    )  # fmt: skip

    for one in (ours, theirs):  # a title of the only section is not asked for
        one["interactive"]["action"]["sections"][0].pop("title", None)
        for row in one["interactive"]["action"]["sections"][0]["rows"]:
            if not row.get("description"):
                row.pop("description", None)
    assert ours == theirs


@pytest.mark.parametrize("language", ["id", "en"])
def test_both_write_the_same_template(bench, language):
    cloud, transport, _office, heard = bench
    cloud.handset(SARI)
    words = ("7", "https://x.id/1", "Sari", "503/1", "SIP", "2026-12-31")
    filled = templates.components(templates.template_of("expiring", language), words)
    named = {one["parameter_name"]: one["text"] for one in filled[0]["parameters"]}

    ours, theirs = written_by_both(
        cloud,
        lambda: transport.send(
            outgoing("x", f"+{SARI}", template="expiring", parameters=words, free=False, language=language)
        ),
        lambda: heard.wa.send_template(
            to=SARI, name="expiring", language=TemplateLanguage(language),
            params=[BodyText.params(**named)], tracker="r1.satupintu",
        ),
    )  # fmt: skip

    for part in theirs["template"]["components"]:  # pywa writes BODY, Meta's documents body
        part["type"] = part["type"].lower()
    assert ours == theirs


def test_both_write_to_a_user_id_in_the_same_way(chat):
    cloud, transport, _office, heard, sari = chat

    ours, theirs = written_by_both(
        cloud,
        lambda: transport.send(outgoing("Halo", sari.user)),
        lambda: heard.wa.send_message(to=sari.user, text="Halo", tracker="r1.satupintu"),
    )

    assert ours == theirs
