"""Words of the rules' screens: message ids, translated where they are shown."""

from core.words import N_
from permits.access import Tier
from permits.rules.contents import RuleKind

KINDS = {
    RuleKind.ZONE: N_("Zone"),
    RuleKind.PROFILE: N_("Profile"),
    RuleKind.CONTROL_POINT: N_("Control point"),
}
TIERS = {
    Tier.EXEMPT: N_("exempt: always, before everything else"),
    Tier.UNLIMITED: N_("unlimited right, such as a garage"),
    Tier.SPECIFIC: N_("permit for an occasion"),
    Tier.LOADING: N_("loading in its hours"),
    Tier.QUOTA: N_("right with counted entries, used last"),
}
DAYS = (N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"), N_("Su"), N_("hol."))
SAVED = N_("Saved as version %(number)s.")
