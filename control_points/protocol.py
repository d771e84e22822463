"""The wire between control points and control centre: pydantic and `core` light only.

Requests are signed (`core.signing`); bodies are JSON of these models, each frozen, versioned and
with extra fields forbidden. Every time carries an offset. Ids stay the same over retries.

| request | body | answer |
|---|---|---|
| `POST /edge/v1/passages` | `PassageBatch` | `BatchReceipt` |
| `POST /edge/v1/pictures/instructions` | `PictureQuestion` | `PictureAnswer` |
| `PUT /edge/v1/passages/{id}/pictures/{kind}` | sealed bytes | `PictureReceipt` |
| `POST /edge/v1/heartbeats` | `Heartbeat` | `HeartbeatReceipt` |
| `GET /edge/v1/access-list?have=N` | - | `SignedAccessList` |
| `POST /edge/v1/keys` | `KeyRequest` | `KeyHandover` |
"""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from core.signing import canonical_json

PROTOCOL_VERSION = 1
MAX_BATCH = 100
MAX_PICTURE_BYTES = 4_000_000

PASSAGES_PATH = "/edge/v1/passages"
INSTRUCTIONS_PATH = "/edge/v1/pictures/instructions"
PICTURE_PATH = "/edge/v1/passages/{passage_id}/pictures/{kind}"
HEARTBEATS_PATH = "/edge/v1/heartbeats"
ACCESS_LIST_PATH = "/edge/v1/access-list"
KEYS_PATH = "/edge/v1/keys"

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
PixelBox = tuple[int, int, int, int]
"""Left, top, right, bottom; the latter two exclusive."""
PlateText = Annotated[str, Field(pattern=r"^[A-Z0-9]{0,12}$")]
Base64Text = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]*={0,2}$")]


class WireModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Direction(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"
    UNKNOWN = "unknown"
    REVERSED_OUT = "reversed_out"
    """Came in, stopped and backed out: it did not pass."""


class PictureKind(StrEnum):
    PLATE = "plate"
    CONTEXT = "context"


class PictureQuality(StrEnum):
    GOOD = "good"
    DARK = "dark"
    COVERED = "covered"
    MOVED = "moved"
    BLURRED = "blurred"


class PlateColour(StrEnum):
    """Of the plate's ground: taxis, hire cars with a driver, mopeds and trailers differ."""

    WHITE = "white"
    YELLOW = "yellow"
    BLUE = "blue"
    GREEN = "green"
    RED = "red"


class Candidate(WireModel):
    text: PlateText
    probability: Probability


class Vote(WireModel):
    """One frame's read, kept raw: evidence, never edited."""

    frame: int = Field(ge=0)
    at: AwareDatetime
    text: PlateText
    confidence: Probability
    box: tuple[int, int, int, int]


class Picture(WireModel):
    """A picture that waits at the edge. The hash is of the JPEG before sealing."""

    kind: PictureKind
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    width: int = Field(gt=0, le=20_000)
    height: int = Field(gt=0, le=20_000)
    plate_box: PixelBox | None = None
    """Where the plate is in the context picture, so that the centre can mask the rest."""
    other_plates: tuple[PixelBox, ...] = Field(default=(), max_length=24)
    """Where other vehicles' plates are in it: masked wherever they lie."""
    foreground: Annotated[Base64Text, Field(max_length=12_000)] | None = None
    """What the camera does not always see (`anpr.pictures.background.packed`), so that bystanders
    beside the vehicle are masked, too. None: the camera's background is not known (yet)."""


class EdgeDecision(WireModel):
    """What the edge decided on its access list; the centre decides again and its word counts."""

    outcome: str = Field(max_length=40)
    reason: str = Field(max_length=60)
    access_list_version: int = Field(ge=0)
    rule_version: str = Field(max_length=64)


LATER_FIELDS = frozenset({"plate_colour", "other_plates", "foreground"})
"""Of a report and its pictures, added after the first workers were in the street."""


class PassageReport(WireModel):
    """One vehicle that passed, or tried to. `plate` is None when no read gathered agreement."""

    version: Literal[1] = 1
    passage_id: UUID
    control_point: Identifier
    camera: Identifier
    direction: Direction
    plate: PlateText | None
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    confidence: Probability
    candidates: tuple[Candidate, ...] = Field(default=(), max_length=5)
    votes: tuple[Vote, ...] = Field(max_length=400)
    frames: int = Field(ge=1)
    first_seen_at: AwareDatetime
    seen_at: AwareDatetime
    """When the best frame was taken: the time of the passage."""
    last_seen_at: AwareDatetime
    clock_offset_ms: float | None
    """Edge clock minus centre clock when last measured; None if never."""
    camera_quality: PictureQuality
    pictures: tuple[Picture, ...] = Field(max_length=2)
    decision: EdgeDecision | None
    """None while the edge holds no access list key: the centre decides alone."""
    software: str = Field(max_length=64)
    models: str = Field(max_length=200)
    """Names and hashes of detector and recogniser."""
    plate_colour: PlateColour | None = None
    """Told to people beside the read, and no part of any decision: light misleads it. None:
    neither of these, or not to be told."""
    signature: Base64Text | None = None
    """The device's, over `signed_content`: stays with the passage as evidence, long after the
    signed request that brought it is gone."""


def signed_content(report: PassageReport) -> bytes:
    """The report as the device signs it: canonical JSON of everything but the signature.

    What came later than version 1 is left out where it says nothing, so that the signature of a
    worker who does not know it yet still holds.
    """
    content = report.model_dump(mode="json", exclude={"signature"})
    for part in (content, *content["pictures"]):
        for name in LATER_FIELDS & part.keys():
            if not part[name]:
                del part[name]
    return canonical_json(content)


class PassageBatch(WireModel):
    reports: tuple[PassageReport, ...] = Field(min_length=1, max_length=MAX_BATCH)


class ReceiptStatus(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    """Known already; nothing was changed. Harmless."""
    REJECTED = "rejected"
    """Never send it again; `problem` says why. The edge keeps it aside for a person."""


class PassageReceipt(WireModel):
    passage_id: UUID
    status: ReceiptStatus
    problem: str | None = None


class BatchReceipt(WireModel):
    receipts: tuple[PassageReceipt, ...]


class Instruction(StrEnum):
    SEND = "send"
    DISCARD = "discard"
    WAIT = "wait"
    """A stay with a limit is still open, or the centre has not decided yet: ask again."""


class PictureQuestion(WireModel):
    passage_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MAX_BATCH)


class PictureInstruction(WireModel):
    passage_id: UUID
    instruction: Instruction


class PictureAnswer(WireModel):
    instructions: tuple[PictureInstruction, ...]


class PictureReceipt(WireModel):
    passage_id: UUID
    kind: PictureKind
    stored: bool


class CameraHealth(WireModel):
    camera: Identifier
    control_point: Identifier
    state: Literal["running", "reconnecting", "ended", "failed"]
    frames_per_second: float = Field(ge=0)
    frames_dropped: int = Field(ge=0)
    quality: PictureQuality
    last_frame_at: AwareDatetime | None
    last_passage_at: AwareDatetime | None
    problem: str | None = Field(default=None, max_length=300)


class CameraGap(WireModel):
    """A time without pictures of a live camera; reported once it is over, until receipted."""

    camera: Identifier
    started_at: AwareDatetime
    ended_at: AwareDatetime
    reason: str = Field(max_length=200)


class Heartbeat(WireModel):
    version: Literal[1] = 1
    device: Identifier
    sent_at: AwareDatetime
    started_at: AwareDatetime
    read_latency_ms_median: float | None
    read_latency_ms_p99: float | None
    queue: int = Field(ge=0)
    """Passages in the spool that the centre has not receipted."""
    pictures_waiting: int = Field(ge=0)
    clock_offset_ms: float | None
    access_list_version: int = Field(ge=0)
    disk_free_mb: int = Field(ge=0)
    cameras: tuple[CameraHealth, ...] = Field(max_length=64)
    gaps: tuple[CameraGap, ...] = Field(default=(), max_length=100)
    """May be repeated when a receipt was lost: camera and start name a gap."""
    software: str = Field(max_length=64)


class HeartbeatReceipt(WireModel):
    centre_time: AwareDatetime
    access_list_version: int = Field(ge=0)
    """The newest at the centre: the edge syncs when its own is older."""


class KeyRequest(WireModel):
    """A one-time X25519 public key, so that the hash key crosses the wire sealed."""

    one_time_public_key: Base64Text


class KeyHandover(WireModel):
    """Handed over at start and kept in memory only; a stolen box holds no key."""

    sealed_plate_hash_key: Base64Text
    """Sealed for the one-time key, context ``plate-hash-key``."""
    picture_public_key: Base64Text
    """The centre's raw X25519 public key for sealing pictures."""


class WeeklyWindow(WireModel):
    """Days 0 (Monday) to 6, 7 for public holidays; minutes of the municipal day, end exclusive."""

    days: frozenset[int]
    start_minute: int = Field(ge=0, le=1440)
    end_minute: int = Field(ge=0, le=1440)


class ListedRight(WireModel):
    """Entry conditions as far as a gate needs them: no name, no reference. Many share them."""

    tier: str = Field(max_length=40)
    zones: tuple[str, ...]
    control_points: tuple[str, ...] = ()
    """Empty: every control point of the zones."""
    windows: tuple[WeeklyWindow, ...] = ()
    """Empty: any time."""
    limited: bool = False
    """A quota exists, which only the centre can count."""


class ListedGrant(WireModel):
    """A right with its time."""

    right: int = Field(ge=0)
    """Its place in `AccessList.rights`."""
    valid_from: AwareDatetime | None = None
    """None: it has begun."""
    valid_until: AwareDatetime | None = None


class ListedGroup(WireModel):
    """Vehicles that may do the same."""

    grants: tuple[ListedGrant, ...]
    plate_hashes: Base64Text
    """Their keyed hashes, 16 bytes each, one after another."""


class ListedControlPoint(WireModel):
    control_point: Identifier
    zones: tuple[str, ...]
    direction: Direction
    mode: str = Field(max_length=20)
    health: str = Field(max_length=20)
    warning_until: AwareDatetime | None = None


class AccessList(WireModel):
    """A snapshot (`base` is None) or the changes since version `base`.

    In a delta only `groups` (of vehicles new or changed) and `removed` are differences; everything
    else is given in full. `?have=0` asks for a snapshot.
    """

    version: int = Field(ge=0)
    base: int | None
    issued_at: AwareDatetime
    rule_version: str = Field(max_length=64)
    holidays: tuple[str, ...]
    """ISO dates of public holidays, previous and next year included."""
    control_points: tuple[ListedControlPoint, ...]
    loading_windows: tuple[tuple[str, tuple[WeeklyWindow, ...]], ...] = ()
    """Zone and its loading windows, in which an unknown vehicle goes to a vehicle-type check."""
    open_windows: tuple[tuple[str, tuple[WeeklyWindow, ...]], ...] = ()
    """Zone and when it restricts nobody."""
    rights: tuple[ListedRight, ...] = ()
    """What the grants of this list, and of no other one, refer to."""
    groups: tuple[ListedGroup, ...] = ()
    removed: Base64Text = ""
    """Plate hashes that are no longer listed, one after another; only in deltas."""


class SignedAccessList(WireModel):
    """`payload` is the canonical JSON of an `AccessList`; the signature is over these bytes."""

    payload: str
    signature: Base64Text
    key_id: str
