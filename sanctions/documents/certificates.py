"""The certificate with which documents are signed.

A city sets ``SARBIDE_SIGNING_CERTIFICATE`` to its seal (Ley 40/2015, article 42). Without it a
test certificate is derived from the root secret, so that all processes have the same one and
nothing has to be stored; production refuses it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from core.encryption import KeyRing
from core.errors import SetupProblem
from core.settings import Settings

TEST_UNIT = "TEST CERTIFICATE, PROVES NOTHING"
_FROM, _UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class SigningIdentity:
    key: PrivateKeyTypes
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def is_test(self) -> bool:
        units = self.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        return any(unit.value == TEST_UNIT for unit in units)

    @property
    def name(self) -> str:
        names = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else self.certificate.subject.rfc4514_string()


def signing_identity(settings: Settings, keys: KeyRing) -> SigningIdentity:
    """Who signs documents here.

    Raises SetupProblem: the file can't be used, or production has only a test certificate.
    """
    file = settings.signing_certificate
    identity = specimen_identity(keys) if file is None else _from_file(file, settings)
    if settings.is_production and identity.is_test:
        raise SetupProblem(
            "Production signs no document with a test certificate: set "
            "SARBIDE_SIGNING_CERTIFICATE to the city's seal (PKCS#12) and "
            "SARBIDE_SIGNING_PASSWORD to its password."
        )
    return identity


def _from_file(file: Path, settings: Settings) -> SigningIdentity:
    password = settings.signing_password
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(
            file.read_bytes(),
            password.get_secret_value().encode() if password else None,
        )
    except (OSError, ValueError) as error:
        raise SetupProblem(
            "SARBIDE_SIGNING_CERTIFICATE %(file)s cannot be opened: check path and password.",
            file=str(file),
        ) from error
    if key is None or certificate is None:
        raise SetupProblem(
            "SARBIDE_SIGNING_CERTIFICATE %(file)s holds no key with its certificate.",
            file=str(file),
        )
    return SigningIdentity(key, certificate, tuple(chain))


def specimen_identity(keys: KeyRing) -> SigningIdentity:
    """The same for the same root secret: key, serial number and dates are all derived."""
    secret = int.from_bytes(keys.derive("test document signing"), "big")
    key = ec.derive_private_key(secret % (2**255) + 1, ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "Sarbide demonstration seal"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TEST_UNIT),
        ]
    )
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(int.from_bytes(keys.derive("test document serial")[:16], "big") | 1)
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_only(), critical=True)
    )
    return SigningIdentity(key, builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True))


def _signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
