"""Codes of the instruction, and their words."""

from enum import StrEnum

from core.words import N_, Word


class SubmissionKind(StrEnum):
    ALLEGATIONS = "allegations"
    NEW_ALLEGATIONS = "new_allegations"
    """Against a proposal that rests on other facts (RDL 6/2015, article 95.3)."""
    RECONSIDERATION = "reconsideration"
    """Recurso de reposición (article 96)."""
    DRIVER = "driver"
    """Who drove (article 11.1.a)."""


class Channel(StrEnum):
    APP = "app"
    REGISTRY = "registry"
    PAPER = "paper"


class Outcome(StrEnum):
    SANCTION = "sanction"
    ANNUL = "annul"


SUBMISSION_LABELS: dict[SubmissionKind, Word] = {
    SubmissionKind.ALLEGATIONS: N_("Allegations"),
    SubmissionKind.NEW_ALLEGATIONS: N_("Allegations against the proposal"),
    SubmissionKind.RECONSIDERATION: N_("Reconsideration"),
    SubmissionKind.DRIVER: N_("Name of the driver"),
}
CHANNEL_LABELS: dict[Channel, Word] = {
    Channel.APP: N_("From the app"),
    Channel.REGISTRY: N_("At the registry"),
    Channel.PAPER: N_("On paper"),
}
OUTCOME_LABELS: dict[Outcome, Word] = {
    Outcome.SANCTION: N_("Impose the sanction"),
    Outcome.ANNUL: N_("Annul the case"),
}
