import json
import os
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from satupintu.documents import simulator
from satupintu.documents.rules import Officer, Standing
from satupintu.documents.signing import keyfiles, pdf, seal
from satupintu.documents.signing.port import SignerUnavailable, SigningRefused, WrongSecret
from satupintu.documents.signing.registry import signer
from satupintu.documents.tests import making
from satupintu.documents.tests.conftest import AT, RATNA
from satupintu.documents.verify import verify_pdf


def need(program: str, package: str) -> str:
    found = shutil.which(program)
    if not found:
        pytest.fail(f"{program} is missing. Install it: apt-get install {package}")
    return found


def pdfsig(content: bytes, tmp_path: Path) -> str:
    path = tmp_path / "checked.pdf"
    path.write_bytes(content)
    done = subprocess.run(
        [need("pdfsig", "poppler-utils"), "-nocert", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def sign(content, code="demo", officer=RATNA, secret="demo"):
    key = signer(code).unlock(officer, secret)
    try:
        return key.sign(content, reason="Penerbitan izin", location="Sanggau", at=AT)
    finally:
        key.close()


def change_a_byte(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


# --- Demo -------------------------------------------------------------------------------
def test_a_demo_signature_is_accepted_by_pyhanko_and_by_poppler(permit_pdf, tmp_path):
    signed = sign(permit_pdf)

    assert (signed.level, signed.code) == ("B-B", "demo")
    assert signed.signer.startswith("CN=Ratna Contoh\\, M.Si. (CONTOH)")
    verdict = verify_pdf(signed.content)
    assert (verdict.state, verdict.demo, verdict.signed_at) == (Standing.VALID, True, AT)
    assert verdict.what == (
        "Berkas ini utuh, tetapi hanya CONTOH: sertifikatnya tidak berlaku secara hukum."
    )
    report = pdfsig(signed.content, tmp_path)
    assert "Signature is Valid." in report
    assert "Total document signed" in report
    assert "Signature Type: ETSI.CAdES.detached" in report


def test_the_signed_file_is_still_pdf_a_with_tags(permit_pdf, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(sign(permit_pdf).content)

    report = subprocess.run(
        [need("pdfinfo", "poppler-utils"), str(path)], capture_output=True, text=True, check=False
    ).stdout
    metadata = subprocess.run(
        ["pdfinfo", "-meta", str(path)], capture_output=True, text=True, check=False
    ).stdout
    assert "Tagged:          yes" in report
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    checked = subprocess.run(
        [need("qpdf", "qpdf"), "--check", str(path)], capture_output=True, check=False
    )
    assert checked.returncode == 0


def test_one_changed_byte_is_found_by_both(permit_pdf, tmp_path):
    content = sign(permit_pdf).content

    for place in (len(content) // 2, len(content) - 300):
        altered = change_a_byte(content, place)
        verdict = verify_pdf(altered)
        assert verdict.state == Standing.ALTERED
        assert "Signature is Valid" not in pdfsig(altered, tmp_path)
    assert "Digest Mismatch" in pdfsig(change_a_byte(content, len(content) - 300), tmp_path)


def test_a_wrong_secret_signs_nothing(permit_pdf):
    with pytest.raises(WrongSecret) as refused:
        sign(permit_pdf, secret="salah")

    assert refused.value.message == "Kata sandi tanda tangan salah. Periksa lalu ketik ulang."


def test_keys_are_private_files_and_made_once(permit_pdf, settings):
    first, second = sign(permit_pdf), sign(permit_pdf)

    assert first.serial == second.serial
    for path in settings.KEYS.rglob("*.pem"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_signed_already_is_not_written_again(permit_pdf):
    signed = sign(permit_pdf).content

    with pytest.raises(SigningRefused) as refused:
        sign(signed)

    assert refused.value.message == (
        "Dokumen ini tidak dapat ditandatangani: berkasnya sudah memuat formulir atau tanda tangan."
    )


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 rusak"])
def test_a_broken_file_is_not_signed(content):
    with pytest.raises(SigningRefused):
        sign(content)


def test_two_pages_in_two_sessions_carry_two_signatures(permit_pdf):
    one, other = sign(permit_pdf).content, sign(making.make_pdf()).content

    assert verify_pdf(one).state == verify_pdf(other).state == Standing.VALID


# --- The seal ---------------------------------------------------------------------------
def test_the_seal_signs_bytes_and_files(permit_pdf, tmp_path):
    signature = seal.seal_bytes(b"rantai 42")

    assert seal.verify_seal(b"rantai 42", signature)
    assert not seal.verify_seal(b"rantai 43", signature)
    assert not seal.verify_seal(b"rantai 42", b"\x30\x00")
    signed = sign(permit_pdf, code="seal", secret="")
    assert verify_pdf(signed.content).state == Standing.VALID
    assert "Signature is Valid." in pdfsig(signed.content, tmp_path)


def test_what_an_older_seal_signed_is_still_known(settings):
    signature = seal.seal_bytes(b"rantai")
    folder = settings.KEYS / "seal"
    (folder / "seal.pem").rename(folder / "2026.pem")
    keyfiles.read_key.cache_clear()

    assert seal.verify_seal(b"rantai", signature)
    assert seal.seal_bytes(b"rantai") != signature


def test_by_hand_says_what_to_do(permit_pdf):
    with pytest.raises(SigningRefused) as refused:
        sign(permit_pdf, code="manual")

    assert signer("manual").by_hand
    assert refused.value.message == (
        "Kantor ini menandatangani dengan tangan. Cetak dokumen, tanda tangani dan bubuhi cap, lalu"
        " unggah hasil pindainya."
    )


# --- A token (SoftHSM) ------------------------------------------------------------------
PIN = "246810"


@pytest.fixture(scope="module")
def softhsm(tmp_path_factory):
    """Give a token with an EC key (RATNA's NIP) and an RSA key ("rsa"), and its CA."""
    program = need("softhsm2-util", "softhsm2")
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    home = tmp_path_factory.mktemp("token")
    (home / "objects").mkdir()
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home / 'objects'}\n")
    os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")
    subprocess.run(
        [program, "--init-token", "--free", "--label", "kantor", "--pin", PIN, "--so-pin", "13579"],
        check=True, capture_output=True,
    )  # fmt: skip
    module = next(Path("/usr/lib").rglob("libsofthsm2.so"), None)
    assert module, "libsofthsm2.so is missing. Install it: apt-get install softhsm2"
    ca = keyfiles.make_key(keyfiles.certificate_name("CA uji token", "Uji"), None, is_ca=True)
    token = pkcs11.lib(str(module)).get_token(token_label="kantor")
    with token.open(rw=True, user_pin=PIN) as session:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        for number, label in enumerate((RATNA.nip, "rsa"), start=1):
            if label == "rsa":
                public, _private = session.generate_keypair(
                    pkcs11.KeyType.RSA, 2048, id=bytes([number]), label=label, store=True
                )
                from cryptography.hazmat.primitives.serialization import load_der_public_key
                from pkcs11.util.rsa import encode_rsa_public_key

                key = load_der_public_key(encode_rsa_public_key(public))
                assert isinstance(key, rsa.RSAPublicKey)
            else:
                public, _private = parameters.generate_keypair(
                    id=bytes([number]), label=label, store=True
                )
                from asn1crypto.core import OctetString

                point = OctetString.load(public[pkcs11.Attribute.EC_POINT]).native
                key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            certificate = issue(ca, key, f"Pejabat {label[-4:]}")
            session.create_object(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.LABEL: label,
                    pkcs11.Attribute.ID: bytes([number]),
                    pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
                    pkcs11.Attribute.VALUE: certificate.public_bytes(Encoding.DER),
                }
            )
    return str(module), ca.certificate.public_bytes(Encoding.PEM)


def issue(ca, public_key, name: str) -> x509.Certificate:
    from cryptography.hazmat.primitives import hashes

    return (
        x509.CertificateBuilder()
        .subject_name(keyfiles.certificate_name(name, "Uji"))
        .issuer_name(ca.certificate.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(ca.certificate.not_valid_before_utc)
        .not_valid_after(ca.certificate.not_valid_after_utc)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(ca.private, hashes.SHA256())
    )  # fmt: skip


@pytest.fixture
def token(softhsm, settings):
    settings.PKCS11_MODULE, root = softhsm
    settings.PKCS11_TOKEN = "kantor"
    (settings.KEYS / "trust").mkdir(parents=True)
    (settings.KEYS / "trust" / "uji.pem").write_bytes(root)


@pytest.mark.parametrize("label", [RATNA.nip, "rsa"], ids=["P-256", "RSA-2048"])
def test_a_key_in_a_token_signs(token, permit_pdf, tmp_path, label):
    officer = Officer(id=8, name="Pejabat", nip=label)

    signed = sign(permit_pdf, "pkcs11", officer, PIN)

    verdict = verify_pdf(signed.content)
    assert (verdict.state, verdict.trusted_by) == (Standing.VALID, "CA uji token")
    assert verdict.what == "Berkas ini utuh dan sama dengan yang ditandatangani."
    assert "Signature is Valid." in pdfsig(signed.content, tmp_path)


def test_a_wrong_pin_is_told(token, permit_pdf):
    with pytest.raises(WrongSecret):
        sign(permit_pdf, "pkcs11", RATNA, "000000")


def test_an_officer_without_a_key_in_the_token_is_told(token, permit_pdf):
    with pytest.raises(SignerUnavailable) as refused:
        sign(permit_pdf, "pkcs11", Officer(9, "Joko", nip="1"), PIN)

    assert refused.value.message == "Di token ditemukan 0 kunci untuk 1; harus tepat satu."


def test_a_missing_token_is_told(token, permit_pdf, settings):
    settings.PKCS11_TOKEN = "lain"

    with pytest.raises(SignerUnavailable) as refused:
        sign(permit_pdf, "pkcs11", RATNA, PIN)

    assert refused.value.message == (
        "Token tanda tangan tidak ditemukan. Pasang tokennya, lalu coba lagi."
    )


# --- BSrE -------------------------------------------------------------------------------
NIK = "6103011203709999"
PERSON = Officer(id=7, name="Ratna Contoh", nik=NIK)


@pytest.fixture
def bsre(settings):
    with simulator.BsreSimulator({NIK: "rahasia-sekali"}) as service:
        settings.BSRE_URL = service.url
        settings.BSRE_USER, settings.BSRE_PASSWORD = simulator.USER, simulator.PASSWORD
        (settings.KEYS / "trust").mkdir(parents=True)
        (settings.KEYS / "trust" / "bsre.pem").write_bytes(service.root_pem())
        yield service


@pytest.mark.parametrize("status", [200, 500])
def test_bsre_signs_also_when_it_answers_500(bsre, permit_pdf, tmp_path, status):
    bsre.status = status

    signed = sign(permit_pdf, "bsre", PERSON, "rahasia-sekali")

    assert (signed.code, signed.level) == ("bsre", "B-B")
    assert signed.signer.startswith("CN=Penanda tangan 9999")
    assert verify_pdf(signed.content).trusted_by == "CA Simulator BSrE"
    assert "Signature is Valid." in pdfsig(signed.content, tmp_path)


def test_a_wrong_bsre_passphrase_is_told_and_never_logged(bsre, permit_pdf, capfd):
    with pytest.raises(WrongSecret):
        sign(permit_pdf, "bsre", PERSON, "salah-sekali")

    out, err = capfd.readouterr()
    assert "salah-sekali" not in out + err
    assert NIK not in out + err


def test_an_unregistered_officer_is_told(bsre, permit_pdf):
    with pytest.raises(SigningRefused) as refused:
        sign(permit_pdf, "bsre", Officer(1, "Joko", nik="6103011203709998"), "x")

    assert refused.value.message == (
        "Anda belum terdaftar di BSrE. Hubungi admin sertifikat elektronik daerah."
    )


def test_a_500_without_a_file_can_be_tried_again(bsre, permit_pdf):
    bsre.broken = True

    with pytest.raises(SignerUnavailable) as refused:
        sign(permit_pdf, "bsre", PERSON, "rahasia-sekali")

    assert refused.value.message == (
        "Layanan BSrE menolak permintaan (kode 500). Dokumen belum ditandatangani; coba lagi nanti."
    )


def test_a_spoilt_file_from_bsre_does_not_count(bsre, permit_pdf):
    bsre.spoil = True

    with pytest.raises(SignerUnavailable) as refused:
        sign(permit_pdf, "bsre", PERSON, "rahasia-sekali")

    assert refused.value.message == (
        "Berkas yang dikirim kembali oleh BSrE tidak lolos pemeriksaan."
        " Dokumen belum ditandatangani."
    )


def test_an_unreachable_bsre_is_told(permit_pdf, settings, bsre):
    settings.BSRE_URL = "http://127.0.0.1:9"

    with pytest.raises(SignerUnavailable) as refused:
        sign(permit_pdf, "bsre", PERSON, "rahasia-sekali")

    assert refused.value.message == (
        "Layanan tanda tangan BSrE tidak menjawab. Dokumen menunggu; coba lagi beberapa menit lagi."
    )


def test_a_session_never_shows_its_secret(bsre):
    key = signer("bsre").unlock(PERSON, "rahasia-sekali")

    assert "rahasia-sekali" not in repr(key)
    key.close()
    assert key.secret == ""


# --- A timestamp authority (openssl ts) -------------------------------------------------
TS_CONF = """
[tsa]
default_tsa = t
[t]
serial = {home}/serial
signer_cert = {home}/tsa.pem
certs = {home}/ca.pem
signer_key = {home}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[req]
distinguished_name = dn
[dn]
[ca_ext]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[ts_ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
"""


@pytest.fixture(scope="module")
def tsa(tmp_path_factory):
    """Give the URL of `openssl ts` behind a small HTTP server, its root, a switch to spoil it."""
    program = need("openssl", "openssl")
    home = tmp_path_factory.mktemp("tsa")
    (home / "ts.cnf").write_text(TS_CONF.format(home=home))
    (home / "serial").write_text("01\n")

    def run(*arguments):
        subprocess.run([program, *arguments], check=True, capture_output=True, cwd=home)

    common = ["-newkey", "rsa:2048", "-nodes", "-config", "ts.cnf", "-days", "3650"]
    run("req", "-x509", *common, "-subj", "/CN=CA uji waktu", "-extensions", "ca_ext",
        "-keyout", "ca.key", "-out", "ca.pem")  # fmt: skip
    run("req", "-x509", *common, "-subj", "/CN=Waktu uji", "-extensions", "ts_ext",
        "-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "tsa.key", "-out", "tsa.pem")  # fmt: skip
    switch = {"old": None}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            (home / "query.tsq").write_bytes(query)
            run("ts", "-reply", "-config", "ts.cnf", "-queryfile", "query.tsq", "-out", "r.tsr")
            answer = switch["old"] or (home / "r.tsr").read_bytes()
            switch["last"] = (home / "r.tsr").read_bytes()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", (home / "ca.pem").read_bytes(), switch
    server.shutdown()


def test_with_a_timestamp_authority_the_level_is_b_t(tsa, permit_pdf, settings, tmp_path):
    settings.TSA_URL, root, _switch = tsa
    (settings.KEYS / "trust").mkdir(parents=True)
    (settings.KEYS / "trust" / "tsa.pem").write_bytes(root)

    signed = sign(permit_pdf)

    assert signed.level == "B-T"
    verdict = verify_pdf(signed.content)
    assert (verdict.state, verdict.timestamped) == (Standing.VALID, True)
    assert verdict.signed_at != AT
    assert "Signature is Valid." in pdfsig(signed.content, tmp_path)


def test_a_token_for_something_else_is_refused(tsa, permit_pdf, settings):
    settings.TSA_URL, _root, switch = tsa
    sign(permit_pdf)
    switch["old"] = switch["last"]
    try:
        with pytest.raises(SignerUnavailable) as refused:
            sign(permit_pdf)
    finally:
        switch["old"] = None

    assert refused.value.message == (
        "Otoritas stempel waktu tidak menjawab, jadi dokumen belum ditandatangani. Coba lagi."
    )


def test_a_silent_timestamp_authority_stops_the_signature(permit_pdf, settings):
    settings.TSA_URL = "http://127.0.0.1:9/"

    with pytest.raises(SignerUnavailable):
        sign(permit_pdf)


# --- The form ---------------------------------------------------------------------------
def test_the_place_fits_the_certificates(permit_pdf):
    key = keyfiles.make_key(keyfiles.certificate_name("n" * 64, "o" * 64), None, is_ca=False)

    signed = pdf.sign_pdf(permit_pdf, key, reason="r" * 500, location="Sanggau", name="é", at=AT)

    assert verify_pdf(signed).state == Standing.UNKNOWN_SIGNER
    assert json.dumps(len(signed) - len(permit_pdf) < 12_000) == "true"
