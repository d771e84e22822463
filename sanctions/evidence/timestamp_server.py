"""A timestamp authority for demonstrations and tests: OpenSSL behind a small HTTP server.

Its certificates are made on the spot and prove nothing to anybody else; a city sets
``SARBIDE_TIMESTAMP_URL`` to a qualified authority instead.
"""

import subprocess
import tempfile
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from core.errors import SetupProblem

_YEARS = timedelta(days=3650)
_CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/authority.pem
certs = {folder}/root.pem
signer_key = {folder}/authority.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.57264.999.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
ROOT_FILE = "root.pem"


@dataclass(frozen=True)
class Authority:
    """A folder with certificates and configuration for ``openssl ts``."""

    folder: Path

    @property
    def root_pem(self) -> str:
        return (self.folder / ROOT_FILE).read_text()

    def reply(self, query: bytes) -> bytes:
        """The timestamp response to `query`. Raises SetupProblem when OpenSSL can't make one."""
        with tempfile.TemporaryDirectory() as folder:
            asked, answer = Path(folder, "query"), Path(folder, "answer")
            asked.write_bytes(query)
            command = ["openssl", "ts", "-reply", "-config", str(self.folder / "tsa.cnf")]
            command += ["-queryfile", str(asked), "-out", str(answer)]
            try:
                done = subprocess.run(command, capture_output=True, timeout=20, check=False)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise SetupProblem("The program openssl cannot be run: install it.") from error
            if done.returncode or not answer.exists():
                raise SetupProblem("OpenSSL made no timestamp out of this query.")
            return answer.read_bytes()


def authority_in(
    folder: Path, *, valid_from: datetime | None = None, valid_for: timedelta = _YEARS
) -> Authority:
    """The authority in `folder`, made when it is not there yet."""
    if (folder / "tsa.cnf").exists():
        return Authority(folder)
    folder.mkdir(parents=True, exist_ok=True)
    begin = valid_from or datetime.now(UTC) - timedelta(days=1)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name("Demonstration root, not for use")
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, begin, _YEARS)
    own_name = _name("Demonstration timestamp authority, not for use")
    own = _certificate(own_name, root_name, key.public_key(), root_key, begin, valid_for)
    (folder / ROOT_FILE).write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "authority.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))
    secret = folder / "authority.key"
    secret.touch(mode=0o600)
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder.resolve()))
    return Authority(folder)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    begin: datetime,
    length: timedelta,
) -> x509.Certificate:
    is_root = subject == issuer
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + length)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(_key_usage(is_root), critical=True)
    )
    if not is_root:
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(stamping, critical=True)
    return builder.sign(signer, hashes.SHA256())


def _key_usage(is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_root,
        crl_sign=is_root,
        encipher_only=False,
        decipher_only=False,
    )


def server_for(
    authority: Authority, *, host: str = "127.0.0.1", port: int = 0
) -> ThreadingHTTPServer:
    """An HTTP server that answers timestamp queries; `serve_forever` runs it."""
    one_at_a_time = threading.Lock()  # OpenSSL counts serial numbers in a file

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), 100_000)
            query = self.rfile.read(length)
            try:
                with one_at_a_time:
                    answer = authority.reply(query)
            except SetupProblem as error:
                self.send_error(500, str(error))
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            return

    return ThreadingHTTPServer((host, port), Handler)
