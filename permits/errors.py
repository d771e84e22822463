"""Errors of the register, below those of `core.errors`.

NotFound
├── UnknownAuthorisation    no such authorisation, or not yours
├── UnknownHolder
├── UnknownProfile
├── UnknownZone
├── UnknownControlPoint
├── UnknownApplication
├── UnknownDocument
└── UnknownImport
InvalidInput
├── VehicleNotAdmitted      the profile does not take this vehicle
├── BadDocument             a paper that can't be taken
├── EvidenceMissing         a paper that the profile asks for
└── UnreadableRegister      a register file that can't be imported
Conflict
├── CapacityReached         no room for another vehicle
├── PlateChangeLimit        no more changes today
├── PlateAlreadyAssigned    the vehicle is on this authorisation already
├── NotInForce              the authorisation's state allows no change of vehicles
└── NoSuchTransition        (also InvalidTransition)
"""

from core.errors import Conflict, InvalidInput, InvalidTransition, NotFound


class UnknownAuthorisation(NotFound):
    pass


class UnknownHolder(NotFound):
    pass


class UnknownVehicle(NotFound):
    pass


class UnknownReceipt(NotFound):
    pass


class UnknownProfile(NotFound):
    pass


class UnknownZone(NotFound):
    pass


class UnknownControlPoint(NotFound):
    pass


class UnknownApplication(NotFound):
    pass


class UnknownDocument(NotFound):
    pass


class UnknownImport(NotFound):
    pass


class BadDocument(InvalidInput):
    pass


class EvidenceMissing(InvalidInput):
    pass


class UnreadableRegister(InvalidInput):
    pass


class VehicleNotAdmitted(InvalidInput):
    pass


class CapacityReached(Conflict):
    pass


class AppliedAlready(Conflict):
    pass


class PlateChangeLimit(Conflict):
    pass


class PlateAlreadyAssigned(Conflict):
    pass


class NotInForce(Conflict):
    pass


class NoSuchTransition(InvalidTransition):
    pass
