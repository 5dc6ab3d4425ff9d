"""The log of deliveries: bounded, and what is still to be delivered is forgotten last."""

from datetime import UTC, datetime

from incident_double.mock_server.webhooks.deliveries import (
    ATTEMPTS_LIMIT,
    BODIES_LIMIT,
    LOG_LIMIT,
    Attempt,
    Delivery,
    DeliveryLog,
    Key,
)

NOW = datetime(2026, 3, 17, tzinfo=UTC)


def delivery(number: int, *, size: int = 2) -> Delivery:
    return Delivery(Key(f"msg_{number}", "ep"), "type", b"x" * size, NOW)


def numbers(log: DeliveryLog) -> list[int]:
    return [int(each.key.message.removeprefix("msg_")) for each in log]


def test_the_oldest_is_forgotten() -> None:
    log = DeliveryLog()
    for number in range(LOG_LIMIT + 3):
        log.put(delivery(number).after(Attempt(NOW, 200)))

    assert numbers(log) == list(range(3, LOG_LIMIT + 3))


def test_what_is_pending_is_forgotten_last() -> None:
    log = DeliveryLog()
    for number in range(LOG_LIMIT):
        log.put(delivery(number))
    log.put(delivery(2).after(Attempt(NOW, 200)))
    log.put(delivery(LOG_LIMIT))
    assert numbers(log)[:3] == [0, 1, 3]

    log.put(delivery(LOG_LIMIT + 1))
    assert numbers(log)[:3] == [1, 3, 4]


def test_large_bodies_count_for_what_they_weigh() -> None:
    log = DeliveryLog()
    for number in range(5):
        log.put(delivery(number, size=BODIES_LIMIT // 4))
        log.put(delivery(number, size=BODIES_LIMIT // 4).after(Attempt(NOW, 500)))
    assert numbers(log) == [1, 2, 3, 4]

    log.put(delivery(5, size=BODIES_LIMIT + 1))
    assert numbers(log) == [5]
    log.put(delivery(6))
    assert numbers(DeliveryLog(log.snapshot())) == [6]


def test_a_delivery_remembers_its_last_attempts() -> None:
    each = delivery(1)
    for number in range(ATTEMPTS_LIMIT + 2):
        each = each.anew(NOW).after(Attempt(NOW, 500 + number))

    assert [attempt.status for attempt in each.attempts] == [502 + number for number in range(ATTEMPTS_LIMIT)]
