"""Keys in files: one PEM file holds the private key and then its certificates, leaf first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from satupintu.documents.signing import cms
from satupintu.lib.keys import BadKeyFile, write_once

# Fixed, because a certificate made by a machine whose clock runs ahead would not be valid yet.
_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL = datetime(2049, 12, 31, tzinfo=UTC)
_SHA256 = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class FileKey:
    """A P-256 key in memory, parsed once."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    algorithm: bytes = cms.ECDSA_SHA256

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data, _SHA256)


def certificate_name(common_name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def make_key(subject: x509.Name, issuer: FileKey | None, *, is_ca: bool) -> FileKey:
    """Return a new P-256 key with its certificate, by `issuer` or, when None, by itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    signs = not is_ca
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(
            x509.BasicConstraints(ca=is_ca, path_length=0 if is_ca else None), critical=True
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=signs,
                content_commitment=signs,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_ca,
                crl_sign=is_ca,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(
                (issuer.private if issuer else private).public_key()
            ),
            critical=False,
        )
        .sign(issuer.private if issuer else private, hashes.SHA256())
    )
    chain = (issuer.certificate, *issuer.chain) if issuer else ()
    return FileKey(private, certificate, chain)


def to_pem(key: FileKey) -> str:
    pem = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for certificate in (key.certificate, *key.chain):
        pem += certificate.public_bytes(serialization.Encoding.PEM)
    return pem.decode()


@lru_cache(maxsize=256)
def read_key(path: Path) -> FileKey:
    """Return the key in a PEM file, kept parsed in memory. Raises BadKeyFile."""
    try:
        pem = path.read_bytes()
        private = serialization.load_pem_private_key(pem, password=None)
        certificate, *chain = x509.load_pem_x509_certificates(pem)
    except (OSError, ValueError) as error:
        raise BadKeyFile(f"{path} holds no usable key. Restore it from the backup.") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise BadKeyFile(f"{path} holds a key of another kind; a P-256 key is expected.")
    return FileKey(private, certificate, tuple(chain))


def read_or_make_key(
    path: Path, subject: x509.Name, issuer: FileKey | None, *, is_ca: bool
) -> FileKey:
    """Return the key in `path`; makes one (mode 0600) when there is none."""
    if not path.exists():
        write_once(path, to_pem(make_key(subject, issuer, is_ca=is_ca)))
    return read_key(path)
