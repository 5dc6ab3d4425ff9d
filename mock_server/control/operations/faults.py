"""Faults: armed, shown and disarmed."""

from typing import Any

from ...faults.arming import fault_of
from ...request.call import Call
from ...request.problem import not_found
from ..view import View


def list_faults(view: View, call: Call) -> dict[str, Any]:
    """List the armed faults that have yet to strike, in their order."""
    armed = view.double.faults.numbered
    return {"faults": [{"number": number, **each.as_json()} for number, each in armed.items()]}


def arm_fault(view: View, call: Call) -> dict[str, Any]:
    """Arm a fault, behind the others. Raises ValueError for one that can't be."""
    fault = fault_of(call.body, view.double.document)
    with view.double.lock:
        view.double.faults.arm(fault)
        number, armed = list(view.double.faults.numbered.items())[-1]
        return {"fault": {"number": number, **armed.as_json()}}


def disarm_fault(view: View, call: Call) -> None:
    """Give one less. Raises the 404 Problem where there is none of that number."""
    number = call.path["number"]
    with view.double.lock:
        try:
            view.double.faults.disarm(int(number) if number.isdecimal() and len(number) < 16 else 0)
        except KeyError:
            raise not_found("fault") from None


def clear_faults(view: View, call: Call) -> None:
    """Disarm every fault."""
    with view.double.lock:
        view.double.faults.clear()


OPERATIONS = {
    "Faults#List": list_faults,
    "Faults#Create": arm_fault,
    "Faults#Clear": clear_faults,
    "Faults#Delete": disarm_fault,
}
