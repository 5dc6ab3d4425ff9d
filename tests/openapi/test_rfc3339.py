from datetime import UTC, datetime, timedelta, timezone

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_double.openapi.rfc3339 import day, day_of, instant, written

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_INSTANT = instant("1970-01-01T00:00:00Z")
OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
AWARE = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - Hypothesis adds the offset
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=OFFSETS,
)
VALIDATOR = jsonschema_rs.Draft4Validator({"format": "date-time"}, validate_formats=True)


@given(AWARE)
def test_an_instant_is_as_far_from_the_epoch_as_datetime_has_it(moment: datetime) -> None:
    since = moment - EPOCH

    seconds, nanoseconds = instant(moment.isoformat())

    assert seconds - EPOCH_INSTANT[0] == since.days * 86400 + since.seconds
    assert nanoseconds == since.microseconds * 1000


@given(AWARE, AWARE)
def test_instants_are_ordered_as_points_in_time_are(one: datetime, other: datetime) -> None:
    assert (instant(one.isoformat()) < instant(other.isoformat())) == (one < other)


@given(AWARE)
def test_the_day_of_an_instant_is_its_day_in_utc(moment: datetime) -> None:
    assert day_of(instant(moment.isoformat())) == day(moment.astimezone(UTC).date().isoformat())


@given(AWARE)
def test_what_is_written_names_the_same_instant_in_utc_without_trailing_zeros(moment: datetime) -> None:
    text = written(moment)

    assert instant(text) == instant(moment.isoformat())
    assert text.endswith("Z")
    assert "." not in text or text[-2] != "0"


DIGITS = st.integers(0, 99).map("{:02}".format)


@given(
    st.builds(
        "{}{}-{}-{}{}{}:{}:{}{}{}".format,
        DIGITS,
        DIGITS,
        st.integers(0, 14).map("{:02}".format),
        st.integers(0, 32).map("{:02}".format),
        st.sampled_from("Tt "),
        st.integers(20, 25).map("{:02}".format),
        st.integers(57, 61).map("{:02}".format),
        st.integers(57, 62).map("{:02}".format),
        st.sampled_from(("", ".", ".0", ".123456789012")),
        st.sampled_from(("Z", "z", "", "+00:00", "-00:00", "+23:59", "-24:00", "+01:60", "+0100", "+01")),
    )
)
@example("0000-02-29T23:59:60Z")
@example("1900-02-29T00:00:00Z")
@example("2026-03-17T24:00:00Z")
@example("2026-03-17T09:60:00Z")
@example("2026-03-17T09:12:05+24:00")
@example("2026-03-17T09:12:05+01:60")
@example("2026-03-17T09:12:05.Z")
@example("2026-03-17T09:12:05")
@example("2016-12-31T15:59:60-08:00")
@example("2016-12-31T15:58:60-08:00")
def test_it_accepts_what_the_validator_accepts(text: str) -> None:
    try:
        instant(text)
    except ValueError:
        accepted = False
    else:
        accepted = True

    assert accepted == VALIDATOR.is_valid(text)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("0000-01-01T00:00:00Z", "0000-02-29T00:00:00Z"),
        ("0000-02-29T00:00:00Z", "0000-03-01T00:00:00Z"),
        ("0000-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
        ("0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00Z"),
        ("2016-12-31T23:59:59.999999999Z", "2016-12-31T23:59:60Z"),
        ("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.100000001Z"),
    ],
)
def test_what_datetime_can_not_name_is_in_order_too(earlier: str, later: str) -> None:
    assert instant(earlier) < instant(later)


def test_a_leap_second_is_the_first_second_of_the_next_day() -> None:
    assert instant("2016-12-31T23:59:60.5Z") == instant("2017-01-01T00:00:00.5Z")
    assert instant("2017-01-01T00:59:60+01:00") == instant("2017-01-01T00:00:00Z")


def test_digits_beyond_the_ninth_decimal_are_dropped() -> None:
    assert instant("2026-01-01T00:00:00.1234567899Z") == instant("2026-01-01T00:00:00.123456789Z")


@pytest.mark.parametrize(
    "text", ["2026-1-1", "2026-02-30", "2026-13-01", "20260101", "٢٠٢٦-01-01", "2026-01-01T", ""]
)
def test_anything_but_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        day(text)


def test_days_count_up_by_one_over_a_leap_day() -> None:
    days = [day(text) for text in ("2024-02-28", "2024-02-29", "2024-03-01", "2100-02-28", "2100-03-01")]

    assert (days[1] - days[0], days[2] - days[1], days[4] - days[3]) == (1, 1, 1)


@pytest.mark.shows("timestamps-utc")
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 3, 17, 9, 12, 5, 204000, tzinfo=UTC), "2026-03-17T09:12:05.204Z"),
        (datetime(2026, 3, 17, 9, 12, 50, tzinfo=UTC), "2026-03-17T09:12:50Z"),
        (datetime(2026, 3, 17, 9, 12, tzinfo=timezone(timedelta(hours=2))), "2026-03-17T07:12:00Z"),
        (datetime(999, 1, 1, tzinfo=UTC), "0999-01-01T00:00:00Z"),
    ],
)
def test_times_are_written_as_the_vendor_writes_them(moment: datetime, text: str) -> None:
    assert written(moment) == text


def test_a_time_without_an_offset_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="offset"):
        written(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test
