"""Messages of the hand-over, named as in SCT_REMESA (ConsorciAOC/SCT-DENUNCIES, 3.1 to 3.3).

Element names and value formats are the published ones. Assumed are the dress (JSON over HTTPS
instead of XML inside the PCI envelope), the batch's own id, the hashes of the original evidence
and the report of a day: docs/integrations.md marks each.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, field_validator

from core.clock import municipal
from sanctions.integrations.http import WIRE

MAX_ITEMS = 50
MAX_IMAGE_BYTES = 400 * 1024
NOT_NOTIFIED = "X"
CAUGHT_BY_IMAGE = "0019"
"""M_NO_NOTIF: image taken automatically."""
NEW, ANNULMENT = "A", "B"


class _Message(BaseModel):
    model_config = WIRE


class Ticket(_Message):
    """One case (BUTLLETA)."""

    ACCIO: str
    ID_BUTLLETA: str
    """Our case reference."""
    SERVEI_TERRIT: str
    NUM_EXPEDIENT: str
    DIGIT_CONTROL: str
    TIPUS_DENUNCIA: str = "G"
    DATA_DENUNCIA: str
    HORA_DENUNCIA: str
    IDIOMA_DENUNCIA: str = "E"
    NORMA_DENUNCIA: str
    ARTICLE_DENUNCIA: str
    SUBARTICLE_DENUNCIA: str
    OPCIO_DENUNCIA: str
    PUNTS: str = "0"
    NUM_DENUNCIANT: str
    """Professional number of the agent who validated."""
    TIPUS_VIA: str = "C"
    VIA: str
    VIA_NUMERO: str = "0"
    DIRECCIO_DENUNCIA: str
    IMPORT_NOMINAL: str
    IMPORT_PAGAT: str = "000000000000"
    IMPORT_DESCOMPTE: str
    DATA_LIMIT_DESCOMPTE: str | None = None
    IND_NOTIFICACIO: str = NOT_NOTIFIED
    M_NO_NOTIF: str = CAUGHT_BY_IMAGE
    DATA_HORA_ANULLACIO: str | None = None
    MOTIU_ANULLACIO: str | None = None
    MATRICULA_DENUNCIA: str
    DESCRIPCIO_PAIS: str
    FET_DENUNCIAT: str
    IMATGE: str | None = None
    """Base64; the picture itself has at most `MAX_IMAGE_BYTES`."""
    TIPUS_IMATGE: str | None = None
    EVIDENCIA_SHA256: str | None = None
    """Assumed: SHA-256 of the original that IMATGE was made from."""


class Header(_Message):
    FITXER_PDA: str
    NUM_BUTLLETES: int


class Remittance(_Message):
    """One batch."""

    ID_REMESA: str
    """Assumed: the batch's own id; stays the same when it is sent again."""
    CAPCALERA: Header
    BUTLLETES: tuple[Ticket, ...]


class Incident(_Message):
    CODI_INCIDENCIA: str
    DESCRIPCIO_INCIDENCIA: str = ""
    INFORMACIO_ADDICIONAL: str = ""


class TicketResult(_Message):
    ID_BUTLLETA: str
    NUM_EXPEDIENT: str
    RESULTAT: int = Field(ge=0, le=2)
    """0 in order, 1 errors that are not critical, 2 critical: not taken in."""
    DATA_LIMIT: str | None = None
    """Until when a critical one may be sent again (AAAAMMDD)."""
    INCIDENCIES: tuple[Incident, ...] = ()


class Receipt(_Message):
    """The answer to a batch."""

    ID_REMESA: str
    CAPCALERA: Header
    BUTLLETES: tuple[TicketResult, ...]
    codiResultat: str
    descripcio: str = ""

    @field_validator("codiResultat", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> str:
        return str(value)


class DayReport(_Message):
    """Assumed: what the other side took in on one municipal day."""

    DATA: str
    ACCEPTADES: tuple[str, ...]
    """Case numbers, annulments with a ``B`` before them."""
    REBUTJADES: tuple[str, ...]


class Norm(_Message):
    """An entry of the infraction catalogue (NORMATIVA, 3.3.2)."""

    CODI_NL: str
    ARTICLE: str
    SUBARTICLE: str
    OPCIO: str
    GRAVETAT: str
    HECHO_DENUNCIADO: str
    IMPORT_NOMINAL: str = Field(pattern=r"^\d{12}$")
    PUNTS: str = "0"
    CODI_INFRACCIO: str
    """Assumed: which of Sarbide's offences it is."""
    DATA_INICI: str
    """Assumed: first day on which it holds (AAAAMMDD)."""
    DATA_FI: str | None = None


class Catalogue(_Message):
    VERSIO: str
    """Assumed."""
    NORMATIVES: tuple[Norm, ...]


def amount_text(cents: int) -> str:
    """Twelve digits, the last two of them cents: 100 euros are ``000000010000``."""
    return f"{cents:012d}"


def day_text(moment: datetime) -> str:
    """AAAAMMDD of the municipal clock."""
    return municipal(moment).strftime("%Y%m%d")


def time_text(moment: datetime) -> str:
    """HHMISS of the municipal clock."""
    return municipal(moment).strftime("%H%M%S")
