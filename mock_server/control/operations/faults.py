"""Faults: armed, shown and disarmed."""

from typing import Any

from ...faults.arming import fault_of
from ...request.call import Call
from ...request.problem import not_found
from ..plane import ControlPlane


def list_faults(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """List the armed faults that have yet to strike, in their order."""
    armed = plane.double.faults.numbered
    return {"faults": [{"number": number, **each.as_json()} for number, each in armed.items()]}


def arm_fault(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """Arm a fault, behind the others. Raises ValueError for one that can't be."""
    fault = fault_of(call.body, plane.double.document)
    with plane.double.lock:
        plane.double.faults.arm(fault)
        number, armed = list(plane.double.faults.numbered.items())[-1]
        return {"fault": {"number": number, **armed.as_json()}}


def disarm_fault(plane: ControlPlane, call: Call) -> None:
    """One less. Raises the 404 Problem where there is none of that number."""
    number = call.path["number"]
    with plane.double.lock:
        try:
            plane.double.faults.disarm(int(number) if number.isdecimal() and len(number) < 16 else 0)
        except KeyError:
            raise not_found("fault") from None


def clear_faults(plane: ControlPlane, call: Call) -> None:
    """Disarm every fault."""
    with plane.double.lock:
        plane.double.faults.clear()


OPERATIONS = {
    "Faults#List": list_faults,
    "Faults#Create": arm_fault,
    "Faults#Clear": clear_faults,
    "Faults#Delete": disarm_fault,
}
