"""Words for the codes of the register: message ids, translated where they are shown."""

from core.words import N_
from permits.access import Movement, PointHealth, PointMode, Reason
from permits.states import AuthorisationState

S = AuthorisationState

STATES = {
    S.DRAFT: N_("draft"),
    S.SUBMITTED: N_("submitted"),
    S.UNDER_REVIEW: N_("under review"),
    S.INFORMATION_REQUESTED: N_("information requested"),
    S.GRANTED: N_("granted"),
    S.ACTIVE: N_("active"),
    S.SUSPENDED: N_("suspended"),
    S.EXPIRED: N_("expired"),
    S.REVOKED: N_("revoked"),
    S.WITHDRAWN: N_("withdrawn"),
    S.REFUSED: N_("refused"),
    S.APPEALED: N_("appealed"),
}
STATE_TONES = {
    S.GRANTED: "ok",
    S.ACTIVE: "ok",
    S.SUBMITTED: "pending",
    S.UNDER_REVIEW: "pending",
    S.INFORMATION_REQUESTED: "pending",
    S.APPEALED: "pending",
    S.SUSPENDED: "alert",
    S.REVOKED: "alert",
    S.REFUSED: "alert",
}
"""Class of the status mark; what is missing here is ``off``."""

CHANGED = {
    S.SUSPENDED: N_("Authorisation %(reference)s is suspended."),
    S.ACTIVE: N_("Authorisation %(reference)s is active."),
    S.REVOKED: N_("Authorisation %(reference)s is revoked."),
}
"""What the desk may do with one button, and how the page confirms it."""

EVENTS = {
    "created": N_("Created"),
    "state_changed": N_("State changed"),
    "vehicle_added": N_("Vehicle added"),
    "vehicle_changed": N_("Vehicle changed"),
    "vehicle_removed": N_("Vehicle taken off"),
    "validity_changed": N_("Validity changed"),
}
CHANNELS = {
    "app": N_("in the app"),
    "desk": N_("at the service desk"),
    "import": N_("from the municipal register"),
    "register-file": N_("from a register file"),
}
VEHICLE_CLASSES = {
    "car": N_("car"),
    "taxi": N_("taxi"),
    "van": N_("van"),
    "mixed_two_seat": N_("two-seat mixed vehicle"),
    "lorry": N_("lorry"),
    "motorcycle": N_("motorcycle"),
    "bus": N_("bus"),
    "cargo_bicycle": N_("cargo bicycle"),
    "emergency": N_("emergency vehicle"),
    "loading": N_("loading vehicle"),
    "oversize": N_("loading vehicle beyond the limits"),
    "other": N_("other vehicle"),
}
EVIDENCE = {
    "identity": N_("identity document"),
    "residence": N_("certificate of residence"),
    "business_licence": N_("business licence"),
    "garage_title": N_("title or lease of the garage space"),
    "booking": N_("booking or invoice"),
    "technical_card": N_("technical card of the vehicle"),
    "badge": N_("disabled badge"),
    "service_licence": N_("licence of the service"),
    "works_licence": N_("works licence"),
    "event_permit": N_("permit of the event"),
    "school_letter": N_("letter of the school"),
    "purchase": N_("receipt of the purchase"),
    "removal_contract": N_("contract of the removal"),
}
"""What an applicant may have to show."""
MODES = {
    PointMode.PLANNED: N_("planned"),
    PointMode.TEST: N_("test"),
    PointMode.WARNING: N_("warning"),
    PointMode.ENFORCING: N_("enforcing"),
}
HEALTH = {PointHealth.OK: N_("in order"), PointHealth.FAULT: N_("fault")}
DIRECTIONS = {Movement.ENTRY: N_("entry"), Movement.EXIT: N_("exit")}
OFFENCES = {
    Reason.NO_PERMIT: N_("Entry without a permit"),
    Reason.OUTSIDE_WINDOW: N_("Entry outside the permitted hours"),
    Reason.QUOTA_EXCEEDED: N_("More entries than permitted"),
    Reason.OVERSTAY: N_("Stay longer than permitted"),
    Reason.WRONG_GATE: N_("Entry at another control point than permitted"),
    Reason.VEHICLE_CLASS: N_("Vehicle of a class that is not permitted"),
}
EXPLAIN_OUTCOMES = {
    "authorised": N_("Authorised"),
    "not_authorised": N_("Not authorised"),
    "read_review": N_("A person looks at the read"),
    "vehicle_check": N_("A person checks the vehicle"),
    "count_only": N_("Counted only"),
}
