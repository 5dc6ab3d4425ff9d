"""Faults: armed, shown and disarmed."""

from typing import Any

from ...faults.arming import fault_of
from ...request.call import Call
from ..plane import ControlPlane


def list_faults(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """List the armed faults that have yet to strike, in their order."""
    return {"faults": [each.as_json() for each in plane.double.faults.armed]}


def arm_fault(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """Arm a fault, behind the others. Raises ValueError for one that can't be."""
    fault = fault_of(call.body, plane.double.document)
    with plane.double.lock:
        plane.double.faults.arm(fault)
        return {"fault": plane.double.faults.armed[-1].as_json()}


def clear_faults(plane: ControlPlane, call: Call) -> None:
    """Disarm every fault."""
    with plane.double.lock:
        plane.double.faults.clear()


OPERATIONS = {
    "Faults#List": list_faults,
    "Faults#Create": arm_fault,
    "Faults#Clear": clear_faults,
}
