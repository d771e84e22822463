"""Words for codes on the centre's screens: message ids, translated where they are shown."""

from control_center.passages.passage_states import PassageStatus
from permits.access import Movement, Outcome, Reason


def N_(message: str) -> str:
    """Marks a message id for extraction."""
    return message


STATUS = {
    PassageStatus.RECEIVED: N_("Being decided"),
    PassageStatus.COUNTED: N_("Counted only"),
    PassageStatus.AUTHORISED: N_("Authorised"),
    PassageStatus.READ_REVIEW: N_("Read to review"),
    PassageStatus.VEHICLE_CHECK: N_("Vehicle to check"),
    PassageStatus.PENDING: N_("Pending regularisation"),
    PassageStatus.REGULARISED: N_("Regularised"),
    PassageStatus.CASE_OPENED: N_("Possible infraction"),
}

STATUS_TONE = {
    PassageStatus.RECEIVED: "off",
    PassageStatus.COUNTED: "off",
    PassageStatus.AUTHORISED: "ok",
    PassageStatus.READ_REVIEW: "pending",
    PassageStatus.VEHICLE_CHECK: "pending",
    PassageStatus.PENDING: "pending",
    PassageStatus.REGULARISED: "ok",
    PassageStatus.CASE_OPENED: "alert",
}
"""Class of the status mark; the words beside it say the same."""

MOVEMENT = {
    Movement.ENTRY: N_("Entry"),
    Movement.EXIT: N_("Exit"),
    Movement.UNKNOWN: N_("Direction unknown"),
    Movement.REVERSED_OUT: N_("Turned back"),
}

REASON = {
    Reason.PLATE_UNREAD: N_("Plate not read"),
    Reason.PLATE_DOUBTFUL: N_("Read in doubt"),
    Reason.PLATE_SYNTAX: N_("Fits no plate format"),
    Reason.SECOND_CANDIDATE: N_("Another candidate is registered"),
    Reason.MOVEMENT_UNKNOWN: N_("Direction unknown"),
    Reason.DID_NOT_PASS: N_("Turned back"),
    Reason.EXIT: N_("Exit"),
    Reason.POINT_NOT_ENFORCING: N_("Point does not enforce"),
    Reason.POINT_FAULT: N_("Point has a fault"),
    Reason.ZONE_OPEN: N_("Zone open to all"),
    Reason.EXEMPT: N_("Exempt vehicle"),
    Reason.UNLIMITED: N_("Unlimited right"),
    Reason.SPECIFIC_PERMIT: N_("Specific permit"),
    Reason.LOADING_WINDOW: N_("Loading hours"),
    Reason.QUOTA_RIGHT: N_("Within the quota"),
    Reason.VEHICLE_CLASS_UNKNOWN: N_("Kind of vehicle unknown"),
    Reason.NO_PERMIT: N_("No permit"),
    Reason.OUTSIDE_WINDOW: N_("Outside permitted hours"),
    Reason.QUOTA_EXCEEDED: N_("Quota used up"),
    Reason.OVERSTAY: N_("Stayed too long"),
    Reason.WRONG_GATE: N_("Wrong control point"),
    Reason.VEHICLE_CLASS: N_("Wrong kind of vehicle"),
}

OUTCOME = {
    Outcome.AUTHORISED: N_("Authorised"),
    Outcome.NOT_AUTHORISED: N_("Not authorised"),
    Outcome.READ_REVIEW: N_("Read to review"),
    Outcome.VEHICLE_CHECK: N_("Vehicle to check"),
    Outcome.COUNT_ONLY: N_("Counted only"),
}

CAUSE = {
    "arrival": N_("on arrival"),
    "correction": N_("after a person's answer"),
    "register": N_("after a change of the register"),
    "stay": N_("when the stay was complete"),
    "deadline": N_("at the deadline"),
    "order": N_("when an earlier entry was reported"),
}

PLATE_COLOUR = {
    "white": N_("White plate"),
    "yellow": N_("Yellow plate"),
    "blue": N_("Blue plate"),
    "green": N_("Green plate"),
    "red": N_("Red plate"),
}

QUALITY = {
    "good": N_("Good picture"),
    "dark": N_("Too dark"),
    "covered": N_("Covered"),
    "moved": N_("Moved"),
    "blurred": N_("Blurred"),
}

CAMERA_STATE = {
    "running": N_("Running"),
    "reconnecting": N_("Reconnecting"),
    "ended": N_("Ended"),
    "failed": N_("Failed"),
}

ALARM = {
    "box_silent": (
        N_("The edge box does not report"),
        N_(
            "Check its power and its network. As long as it has power it keeps the passages and "
            "sends them later. If it stays silent, send somebody."
        ),
    ),
    "camera_failed": (
        N_("The camera failed"),
        N_("Check the camera's power, cable and address, then restart the worker on the edge box."),
    ),
    "camera_silent": (
        N_("The edge box reports, but not this camera"),
        N_(
            "Look whether the camera is still in the configuration of the edge box, and restart "
            "its worker."
        ),
    ),
    "camera_lost": (
        N_("The camera gives no picture"),
        N_(
            "Check the camera's power, cable and address. The edge box keeps trying and goes on "
            "by itself."
        ),
    ),
    "covered": (
        N_("Something covers the camera"),
        N_("Send somebody to look at the lens. Until it is free, vehicles may pass unread there."),
    ),
    "moved": (
        N_("The camera was moved"),
        N_("Have it turned back to where it looked when it was set up."),
    ),
    "dark": (
        N_("The picture is too dark"),
        N_("Have the infrared lamp and the street's lighting checked."),
    ),
    "blurred": (
        N_("The picture is blurred"),
        N_("Have the lens cleaned; if that does not help, have it focused."),
    ),
    "clock": (
        N_("The clock of the edge box is more than a second wrong"),
        N_(
            "Nothing it reports can be enforced until its clock is right: have its time server "
            "checked."
        ),
    ),
    "disk": (
        N_("The disk of the edge box is nearly full"),
        N_("Have space made on it before pictures and passages can no longer be kept."),
    ),
    "gate_quiet": (
        N_("Nobody has passed for far longer than usual"),
        N_(
            "Find out whether the street is closed. If it is not, send somebody to see where the "
            "camera looks."
        ),
    ),
    "box_never_heard": (
        N_("The edge box is enrolled and was never heard"),
        N_("Start its worker. On the box, python -m control_points doctor says what is missing."),
    ),
}
"""What is wrong on the street, and what to do about it, by kind of alarm."""

PICTURE = {
    "plate": N_("Number plate"),
    "context": N_("Vehicle (surroundings masked)"),
}

MODE = {
    "planned": N_("Planned"),
    "test": N_("Test"),
    "warning": N_("Warning only"),
    "enforcing": N_("Enforcing"),
}

FROZEN = {
    "application": N_("An application for the vehicle waits for its answer"),
    "outage": N_("The app or the service desk was out of order"),
}
"""Why the time to put an entry right stands still."""
