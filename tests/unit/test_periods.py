from datetime import date

import pytest

from pipelines.methods.periods import Period, PeriodError, period


@pytest.mark.parametrize(
    ("printed", "kind", "start", "end"),
    [
        ("2023", "stock", date(2023, 12, 31), date(2023, 12, 31)),
        ("2023", "flow", date(2023, 1, 1), date(2023, 12, 31)),
        ("2024-02", "stock", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-02", "rate", date(2024, 2, 1), date(2024, 2, 29)),
        ("2021/2025-04", "cumulative", date(2021, 1, 1), date(2025, 4, 30)),
        ("2021/2025", "flow", date(2021, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_printed_period_means_these_days(printed: str, kind: str, start: date, end: date) -> None:
    assert period(printed, kind) == Period(start, end)


@pytest.mark.parametrize(
    "printed", ["", "23", "2023-13", "2023-00", "0000", "9999", "2025/2021", "2023 ", "二〇二三", "2023/"]
)
def test_what_is_not_a_period_is_refused(printed: str) -> None:
    with pytest.raises(PeriodError):
        period(printed, "flow")
