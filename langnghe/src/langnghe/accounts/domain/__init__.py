from langnghe.accounts.domain.devices import (
    DEVICE_COOKIE,
    choose_password,
    device_of,
    enrol_device,
    revoke_devices,
    start_enrolment,
    unlock_device,
)
from langnghe.accounts.domain.factors import needs_second_factor

__all__ = [
    "DEVICE_COOKIE",
    "choose_password",
    "device_of",
    "enrol_device",
    "needs_second_factor",
    "revoke_devices",
    "start_enrolment",
    "unlock_device",
]
