"""Settings of every process, read from the environment (``SARBIDE_*``)."""

import hashlib
import os
import tempfile
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.clock import DomainClock

_LONGEST_SOCKET_PATH = 100
PLACEHOLDER_SECRET = "development-only-secret-never-use-in-production"  # noqa: S105


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PREPRODUCTION = "preproduction"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """One class, no other source of configuration. Every field is named in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="SARBIDE_", extra="ignore", frozen=True)

    environment: Environment = Environment.DEVELOPMENT
    """Outside production nothing can be enforced or sent to the outside, and pages say so."""
    data_dir: Path = Path("var")
    """Where databases, keys, pictures and the embedded store live by default."""
    database_url: str | None = None
    """SQLAlchemy URL; without it SQLite in the data directory."""
    redis_url: str | None = None
    """Broker and cache; without it the embedded Valkey of the demo or `control_center serve`."""
    secret_key: SecretStr = SecretStr(PLACEHOLDER_SECRET)
    """Root secret from which encryption, hash and form keys are derived; 32 characters or more."""
    recogniser_model: str | None = None
    """Name or path of another plate recogniser (fast-plate-ocr)."""
    detector_model: str | None = None
    """Name or path of another plate detector (open-image-models)."""
    staff_host: str = "127.0.0.1"
    staff_port: int = 8000
    """Address of the control centre's web application."""
    app_host: str = "127.0.0.1"
    app_port: int = 8001
    """Address of the residents' app."""
    regularisation_hours: int = 72
    """Time to put an unauthorised entry right before a case opens; 48 to 120."""
    stay_unknown_hours: int = Field(default=24, ge=1, le=72)
    """How long a stay waits for its exit before it is closed as unknown."""
    second_review_percent: int = Field(default=0, ge=0, le=100)
    """Share of the agents' decisions that another agent reviews blindly; 0 turns it off."""
    case_retention_days: int = Field(default=1826, ge=30)
    """How long a case is kept after its end when an agent validated it (P4)."""
    visit_retention_days: int = Field(default=365, ge=30)
    """How long it is kept who came to the service desk, and who came for them."""
    unsanctioned_retention_days: int = Field(default=90, ge=1)
    """The same for cases that ended without a validation."""
    default_language: str = "es"
    public_url: str | None = None
    """Address of the residents' app as people reach it; links in letters begin with it."""
    municipality_code: str = "48020"
    """The city's code in the national statistics institute's list (five digits)."""
    sanction_procedure: Literal["own", "handed_over"] = "own"
    """Who conducts the procedure after the agent's validation: Sarbide, or the city's existing
    sanction system, to which validated cases are then handed over."""
    handover_url: str | None = None
    """The city's existing sanction system; unset: not configured."""
    handover_key: SecretStr | None = None
    handover_territory: str = "48"
    """SERVEI_TERRIT of every case handed over."""
    handover_issuer: str = "8500514"
    """Issuer number from which control digits are computed."""
    handover_first_number: int = 5_000_000
    handover_last_number: int = 5_999_999
    """The range of case numbers that the sanction system gave the city."""
    holders_url: str | None = None
    """The vehicle register; unset: not configured."""
    holders_key: SecretStr | None = None
    electronic_notification_url: str | None = None
    """The electronic road address (DEV); unset: not configured."""
    electronic_notification_key: SecretStr | None = None
    post_url: str | None = None
    """The printing and post provider; unset: not configured."""
    post_key: SecretStr | None = None
    payment_url: str | None = None
    """The payment gateway; unset: not configured."""
    payment_key: SecretStr | None = None
    """Shared secret that signs payment orders and callbacks."""
    smtp_url: SecretStr | None = None
    """Mail server for notices, ``smtps://user:password@host:465``; unset: e-mail waits."""
    mail_from: str = "sarbide@localhost"
    """Sender of notices."""
    register_sources: dict[str, str] = {}
    """Kind of municipal register to its CSV file or address; imported every night."""
    duty_source: str | None = None
    """CSV file or address that says which taxis are in service; read every five minutes."""
    register_token: SecretStr | None = None
    """Bearer token for registers that are read over the network."""
    timestamp_url: str | None = None
    """RFC 3161 timestamp authority; unset: sealed evidence waits for its timestamp."""
    timestamp_roots: Path | None = None
    """PEM file with the root certificates of the authority, for the trust file."""
    signing_certificate: Path | None = None
    """PKCS#12 file with the city's seal for documents; unset: a test certificate, which
    production refuses."""
    signing_password: SecretStr | None = None
    legal_texts: Path | None = None
    """TOML file with authority, bodies and legal texts of documents; unset: the shipped example."""

    @model_validator(mode="after")
    def _refuse_placeholders(self) -> "Settings":
        secret = self.secret_key.get_secret_value()
        if self.environment is not Environment.DEVELOPMENT and secret == PLACEHOLDER_SECRET:
            raise ValueError(
                f"SARBIDE_SECRET_KEY is the placeholder: {self.environment.value} refuses it. "
                "Set it to 32 random characters or more."
            )
        if len(secret) < 32:
            raise ValueError("SARBIDE_SECRET_KEY is shorter than 32 characters.")
        if not 48 <= self.regularisation_hours <= 120:
            raise ValueError("SARBIDE_REGULARISATION_HOURS must be between 48 and 120.")
        return self

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'sarbide.sqlite3').resolve()}"

    @property
    def valkey_socket(self) -> Path:
        """Unix socket of the embedded store; elsewhere when the data directory's path is too long
        for one (108 bytes with the closing zero on Linux)."""
        wanted = (self.data_dir / "valkey" / "valkey.sock").resolve()
        if len(os.fsencode(wanted)) <= _LONGEST_SOCKET_PATH:
            return wanted
        name = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"sarbide-{os.getuid()}-{name}" / "valkey.sock"

    @property
    def effective_redis_url(self) -> str:
        """Redis URL as redis-py and RedBeat spell it (``unix://`` for the embedded store)."""
        return self.redis_url or f"unix://{self.valkey_socket}"

    @property
    def domain_clock(self) -> DomainClock:
        return DomainClock(self.data_dir / "domain-clock.json", movable=not self.is_production)


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings; tests clear the cache with ``get_settings.cache_clear()``."""
    return Settings()
