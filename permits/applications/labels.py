"""Words for codes of applications: message ids, translated where they are shown."""

from core.words import N_
from permits.applications.registry import Act

REFUSALS = {
    "not_entitled": N_("The register does not show the right that this authorisation needs."),
    "evidence_insufficient": N_("The papers do not show what the authorisation needs."),
    "vehicle_not_admitted": N_("The vehicle is not of a kind that this authorisation takes."),
    "no_place_left": N_("The dwelling, garage or licence has no place for another vehicle."),
    "outside_rules": N_("The ordinance does not provide for an authorisation like this one."),
    "duplicate": N_("There is an authorisation for the same purpose already."),
    "other": N_("For the reason that the officer adds."),
}
"""Reasons for a refusal, as the citizen reads them."""

ACTS = {
    Act.ENROLLED: N_("Enrolment"),
    Act.APPLIED: N_("Application for an authorisation"),
    Act.INFORMED: N_("Information and papers handed in"),
    Act.APPEALED: N_("Appeal against a refusal"),
    Act.WITHDREW: N_("Withdrawal"),
    Act.REGISTERED_FLEET: N_("Registration of a fleet"),
    Act.CHANGED_PLATE: N_("Change of vehicle"),
    Act.ADDED_VEHICLE: N_("Another vehicle"),
    Act.CHANGED_DETAILS: N_("Change of contact details"),
    Act.PUT_RIGHT: N_("Application to put an entry right"),
}

SUBMITTED = N_("Application registered")
TAKEN_UP = N_("The review has begun")
ASKED = N_("Something is missing")
INFORMED = N_("The applicant answered")
GRANTED = N_("The conditions are met")
KNOWN = N_("The city's register shows the right")
APPEALED = N_("The applicant appeals")
APPEAL_UPHELD = N_("The appeal is upheld")
WITHDRAWN = N_("Withdrawn by the holder")
UNANSWERED = N_("The question was not answered in time: this counts as withdrawal")
ENDED = N_("Its validity has ended")
BEGUN = N_("Its validity has begun")
NOT_HANDED_IN = N_("The draft was never handed in")
