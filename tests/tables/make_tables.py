#!/usr/bin/env python3
"""Writes aki.csv and news2.csv beside this file (--check: fails if they would change).

Every rule is implemented here a second time, as plainly as possible and in exact fractions, from
docs/clinical/aki.md and docs/clinical/news2.md. Cases at a boundary carry a result typed by hand;
if the plain implementation disagrees with one, nothing is written.
"""
import csv, io, pathlib, random, sys
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

HERE = pathlib.Path(__file__).parent
LONDON = ZoneInfo("Europe/London")
REPEAT = "?AKI ?CKD – suggest repeat"
RISE = "rise – suggest repeat"

INTERVALS = [  # from age, male, female
    (0, (14, 81), (14, 81)), (1, (15, 31), (15, 31)), (3, (23, 37), (23, 37)),
    (5, (25, 42), (25, 42)), (7, (30, 48), (30, 48)), (9, (28, 57), (28, 57)),
    (11, (36, 64), (36, 64)), (12, (36, 67), (36, 67)), (13, (38, 76), (38, 74)),
    (14, (40, 83), (43, 75)), (15, (47, 98), (44, 79)), (16, (54, 99), (48, 81)),
    (17, (59, 104), (45, 84))]


def number(text):
    return Fraction(text.lstrip("<>="))


def instant(text):
    when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    assert when.tzinfo is not None
    return when.astimezone(timezone.utc)


def day(when):
    return when.astimezone(LONDON).date()


def median(values):
    values = sorted(values)
    n = len(values)
    return values[n // 2] if n % 2 else (values[n // 2 - 1] + values[n // 2]) / 2


def aki(row):
    age = int(Fraction(row["age"])) if row["age"] else None
    male, female = next((m, f) for start, m, f in reversed(INTERVALS)
                        if age is None or age >= start)
    interval = {"M": male, "F": female}.get(
        row["sex"], (min(male[0], female[0]), max(male[1], female[1])))
    low = number(row["llri"]) if row["llri"] else interval[0]
    high = number(row["ulri"]) if row["ulri"] else interval[1]
    c1, t0 = number(row["c1_umol_l"]), instant(row["collected"])
    flag = "L" if c1 < low else "H" if c1 > high else ""

    by_time = {}
    for part in filter(None, row["history"].split(";")):
        value, when = part.split("@")
        when = instant(when)
        if when < t0 and (day(t0) - day(when)).days <= 365:
            by_time[when] = min(number(value), by_time.get(when, number(value)))
    if not by_time:
        return 0, flag, REPEAT if flag == "H" else ""
    week = [v for t, v in by_time.items() if (day(t0) - day(t)).days <= 7]
    older = [v for t, v in by_time.items() if (day(t0) - day(t)).days >= 8]
    two_days = [v for t, v in by_time.items() if t0 - t <= timedelta(hours=48)]
    ratios = []
    if week:
        ratios.append(c1 / min(week))
    if older:
        ratios.append(c1 / median(older))
    ratio = max(ratios)
    if ratio >= Fraction(3, 2):
        if age is not None and age < 18:
            extreme = c1 > 3 * high
        else:
            extreme = c1 > 354
        stage = 3 if extreme or ratio >= 3 else 2 if ratio >= 2 else 1
        return stage, flag, ""
    if two_days and c1 - min(two_days) > 26:
        return 1, flag, ""
    if week and c1 - min(week) > 26:
        return 0, flag, RISE
    return 0, flag, ""


T0 = "2026-03-10T09:00:00Z"


def before(index=T0, **delta):
    return (instant(index) - timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def typed_aki():
    """(why, row parts, expected stage, flag, comment)"""
    adult = dict(age="60", sex="M", llri="59", ulri="104")
    child = dict(age="10", sex="F", llri="28", ulri="57")
    d3, d7, d8, d30 = before(days=3), before(days=7), before(days=8), before(days=30)
    cases = []

    def add(why, c1, history, stage, flag, comment="", collected=T0, **person):
        cases.append((why, {**(person or adult), "c1_umol_l": c1, "collected": collected,
                            "history": history}, stage, flag, comment))

    # 3.3 no previous result: the reference limits themselves are normal
    for c1, flag, comment in [("58.9", "L", ""), ("59", "", ""), ("104", "", ""),
                              ("104.1", "H", REPEAT)]:
        add("no history; limits are normal", c1, "", 0, flag, comment)
    add("a high value with history gets no ?CKD comment", "110", f"100@{d3}", 0, "H")
    # ratio 1.5, 2.0, 3.0 inclusive, against RV1 and against RV2
    for when in (d3, d7, d8, d30):
        add("ratio 1.5 inclusive", "150", f"100@{when}", 1, "H")
        add("ratio just below 2", "199.9", f"100@{when}", 1, "H")
        add("ratio 2.0 inclusive", "200", f"100@{when}", 2, "H")
        add("ratio just below 3", "299.9", f"100@{when}", 2, "H")
        add("ratio 3.0 inclusive (others: > 3)", "300", f"100@{when}", 3, "H")
    add("149.9/100 never warns; a rise in 7 days", "149.9", f"100@{d3}", 0, "H", RISE)
    add("149.9/100 never warns; no rise comment from RV2", "149.9", f"100@{d30}", 0, "H")
    add("many decimals", "149.99999999999997", f"100@{d30}", 0, "H")
    add("many decimals", "150.00000000000003", f"100@{d30}", 1, "H")
    add("exact where doubles fail: 1.5 x 66.6 = 99.9", "99.9", f"66.6@{d30}", 1, "")
    add("exact: 99.8/66.6", "99.8", f"66.6@{d30}", 0, "")
    add("exact where doubles fail: 3 x 70.1 = 210.3", "210.3", f"70.1@{d30}", 3, "H")
    add("exact: 210.2/70.1", "210.2", f"70.1@{d30}", 2, "H")
    add("trailing zeros change nothing", "150.00", f"100.0@{d30}", 1, "H")
    # median of 8 to 365 days
    add("even median x.5: (100+101)/2, 150.75 warns", "150.75", f"100@{d8};101@{d30}", 1, "H")
    add("even median x.5: 150.74 does not", "150.74", f"100@{d8};101@{d30}", 0, "H")
    add("even median of four ignores the extremes", "150",
        f"10@{d8};99@{d30};101@{before(days=40)};900@{before(days=50)}", 1, "H")
    add("odd median is the middle one", "150", f"100@{d8};90@{d30};180@{before(days=40)}", 1, "H")
    add("median, not mean", "150", f"100@{d8};100@{d30};400@{before(days=40)}", 1, "H")
    # the higher ratio decides
    add("RV1 gives the higher ratio", "200", f"100@{d3};180@{d30}", 2, "H")
    add("RV2 gives the higher ratio (others use the last interval only)", "200",
        f"180@{d3};100@{d30}", 2, "H")
    add("RV1 is the lowest of 7 days, not the last", "150", f"100@{d7};140@{d3}", 1, "H")
    # > 354, adults
    add("354 is not > 354", "354", f"200@{d30}", 1, "H")
    add("354.1 with ratio 1.5 is stage 3", "354.1", f"200@{d30}", 3, "H")
    add("> 354 with ratio < 1.5 and no rise: CKD, no stage", "400", f"390@{d30}", 0, "H")
    add("> 354 with ratio < 1.5, rise > 26 in 48 h: stage 1", "400",
        f"370@{before(hours=24)}", 1, "H")
    add("354 uses C1, not the rise (others test the rise)", "360", f"236@{d30}", 3, "H")
    # children: > 3 x ULRI
    add("child: 3 x ULRI is not above", "171", f"100@{d30}", 1, "H", **child)
    add("child: above 3 x ULRI", "171.1", f"100@{d30}", 3, "H", **child)
    add("child: the adult 354 does not apply", "400", f"250@{d30}", 1, "H",
        age="17.99", sex="M", llri="59", ulri="140")
    add("adult from 18: 354 applies", "400", f"250@{d30}", 3, "H",
        age="18", sex="M", llri="59", ulri="140")
    add("adult: 3 x ULRI does not apply", "320", f"200@{d30}", 1, "H", **adult)
    add("unknown birth date: adult rule", "360", f"200@{d30}", 3, "H", age="", sex="M", llri="",
        ulri="")
    # rise within 48 h and 7 days
    add("rise of 26 in 48 h is not > 26", "126", f"100@{before(hours=47)}", 0, "H")
    add("rise of 26.1 in 48 h", "126.1", f"100@{before(hours=47)}", 1, "H")
    add("rise of 26.0000001", "126.0000001", f"100@{before(hours=1)}", 1, "H")
    add("exactly 48 h counts (others: strictly below)", "130", f"100@{before(hours=48)}", 1, "H")
    add("48 h and one second", "130", f"100@{before(hours=48, seconds=1)}", 0, "H", RISE)
    add("rise of 26 in 7 days: no comment", "126", f"100@{d3}", 0, "H")
    add("rise of 26.1 in 7 days, not in 48 h: comment", "126.1", f"100@{d3}", 0, "H", RISE)
    add("rise of 26.1 since day 8: no comment", "126.1", f"100@{d8}", 0, "H")
    add("lowest of 48 h counts, not the last", "130",
        f"103@{before(hours=40)};125@{before(hours=5)}", 1, "H")
    add("rise within the reference interval still warns", "95", f"68@{before(hours=20)}", 1, "")
    add("rise from 48 h ago while the 7-day low is older", "131",
        f"100@{before(hours=60)};106@{before(hours=30)}", 0, "H", RISE)
    # calendar days, hospital's zone
    add("day 7 at 00:00 is RV1", "130", "100@2026-03-03T00:00:00Z", 0, "H", RISE,
        collected="2026-03-10T23:59:00Z")
    add("day 8 at 23:59 is RV2: no rise comment", "130", "100@2026-03-02T23:59:00Z", 0, "H",
        collected="2026-03-10T00:00:00Z")
    add("7.5 days, day 7 by calendar (others round to 8)", "130", "100@2026-03-03T01:00:00Z", 0,
        "H", RISE, collected="2026-03-10T13:00:00Z")
    add("7.5 days, day 8 by calendar", "130", "100@2026-03-02T13:00:00Z", 0, "H",
        collected="2026-03-10T01:00:00Z")
    add("day 8 exactly is not lost (others: < -8)", "150", f"100@{d8}", 1, "H")
    add("day 365 counts", "150", f"100@{before(days=365)}", 1, "H")
    add("day 365 at 00:00", "150", "100@2025-03-10T00:00:00Z", 1, "H")
    add("day 366 does not: as without history", "150", "100@2025-03-09T23:59:59Z", 0, "H", REPEAT)
    add("day 366 beside a valid one", "150", f"100@{before(days=366)};140@{d30}", 0, "H")
    add("365 days over a leap day", "150", "100@2023-03-11T12:00:00Z", 1, "H",
        collected="2024-03-10T12:00:00Z")
    add("366 days over a leap day, same date a year ago", "150", "100@2023-03-10T12:00:00Z", 0,
        "H", REPEAT, collected="2024-03-10T12:00:00Z")
    # summer time: 2026-03-29 01:00Z, 2026-10-25 01:00Z in London
    add("summer: 23:30Z is already the next local day, day 8 becomes 7", "130",
        "100@2026-06-02T23:30:00Z", 0, "H", RISE, collected="2026-06-10T12:00:00Z")
    add("summer: 22:59Z is still the local day before, day 8", "130", "100@2026-06-02T22:59:00Z",
        0, "H", collected="2026-06-10T12:00:00Z")
    add("summer: the index at 23:30Z is the next local day", "130", "100@2026-06-03T12:00:00Z", 0,
        "H", collected="2026-06-10T23:30:00Z")
    add("winter result of summer index: zones differ", "130", "100@2026-03-24T23:30:00Z", 0, "H",
        RISE, collected="2026-03-31T23:15:00+01:00")
    add("48 h over the spring change are elapsed hours", "130", "100@2026-03-28T12:00:00Z", 1, "H",
        collected="2026-03-30T13:00:00+01:00")
    add("49 wall-clock hours, 48 elapsed", "130", "100@2026-03-28T12:00:00+00:00", 0, "H", RISE,
        collected="2026-03-30T13:00:01+01:00")
    add("48 h over the autumn change", "130", "100@2026-10-24T13:00:00+01:00", 1, "H",
        collected="2026-10-26T12:00:00+00:00")
    add("autumn: same wall clock two days on is 49 h", "130", "100@2026-10-24T12:00:00+01:00", 0,
        "H", RISE, collected="2026-10-26T12:00:00+00:00")
    # comparators
    add("<20 is taken as 20", "30", f"<20@{d30}", 1, "L")
    add("<20 is taken as 20: 29.9", "29.9", f"<20@{d30}", 0, "L")
    add(">1500 is taken as 1500", ">1500", f"500@{d30}", 3, "H")
    add("index <20", "<20", f"40@{d30}", 0, "L")
    # what does not count
    add("the index itself in the history", "150", f"150@{T0}", 0, "H", REPEAT)
    add("same time as the index with another value", "150", f"50@{T0}", 0, "H", REPEAT)
    add("future results are ignored", "150", f"50@{before(hours=-1)};50@{before(days=-9)}", 0, "H",
        REPEAT)
    add("a future result beside a valid one", "150", f"50@{before(hours=-1)};140@{d3}", 0, "H")
    add("one second before the index counts", "150", f"100@{before(seconds=1)}", 1, "H")
    add("the same specimen twice counts once in the median", "150",
        f"100@{d30};110@{before(days=40)};110@{before(days=40)}", 0, "H")
    add("... different specimens of equal value count each", "165",
        f"100@{d30};110@{before(days=40)};110@{before(days=41)}", 1, "H")
    add("one specimen, two values: the lowest counts", "150", f"100@{d30};140@{d30}", 1, "H")
    add("one specimen, two values, the other order", "150", f"140@{d30};100@{d30}", 1, "H")
    add("equal instants in different zones are one specimen", "150",
        "100@2026-02-01T10:00:00Z;140@2026-02-01T11:00:00+01:00;140@2026-01-20T10:00:00Z", 0, "H")
    add("order of the history does not matter", "150", f"140@{d3};100@{d7};900@{d30}", 1, "H")
    # table of reference intervals
    for age, sex, c1, flag in [
            ("40", "M", "104", ""), ("40", "M", "105", "H"), ("40", "M", "58", "L"),
            ("40", "F", "84", ""), ("40", "F", "85", "H"), ("40", "F", "44", "L"),
            ("40", "F", "45", ""), ("40", "", "104", ""), ("40", "", "105", "H"),
            ("40", "U", "45", ""), ("40", "U", "44", "L"), ("", "", "45", ""),
            ("", "", "44.9", "L"), ("17", "M", "104", ""), ("16.99", "M", "104", "H"),
            ("16", "M", "99", ""), ("16", "F", "82", "H"), ("15", "M", "98", ""),
            ("15", "F", "80", "H"), ("14", "M", "39", "L"), ("14", "F", "42", "L"),
            ("14", "U", "40", ""), ("13", "M", "76", ""), ("13", "F", "75", "H"),
            ("12", "M", "67", ""), ("11", "M", "65", "H"), ("10", "F", "57", ""),
            ("9", "F", "58", "H"), ("8.5", "M", "49", "H"), ("7", "M", "30", ""),
            ("6", "F", "43", "H"), ("5", "F", "24", "L"), ("4", "M", "38", "H"),
            ("3", "M", "23", ""), ("2", "M", "32", "H"), ("1", "F", "31", ""),
            ("0.99", "F", "81", ""), ("0", "M", "82", "H")]:
        add("reference interval by age and sex", c1, "", 0, flag, REPEAT if flag == "H" else "",
            age=age, sex=sex, llri="", ulri="")
    add("only one limit given: the other from the table", "100", "", 0, "H", REPEAT, age="40",
        sex="M", llri="", ulri="99")
    add("only one limit given: the other from the table", "100", "", 0, "L", age="40", sex="M",
        llri="101", ulri="")
    add("child with limits from the table: 3 x 57", "171.1", f"110@{d30}", 3, "H", age="10",
        sex="F", llri="", ulri="")
    return cases


def random_aki(rng, count):
    for _ in range(count):
        index = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(
            seconds=rng.randrange(365 * 86400))
        base = rng.choice([40, 60, 80, 100, 120, 200, 250]) + rng.choice(
            [0, 0, Fraction(1, 10), Fraction(1, 2), Fraction(33, 100)])

        def text(value):
            value = Fraction(round(value * 1000), 1000)
            return f"{float(value):.3f}".rstrip("0").rstrip(".")

        history = []
        for _ in range(rng.choice([0, 1, 1, 2, 3, 4, 6, 9])):
            back = rng.choice([
                timedelta(hours=rng.choice([1, 24, 47, 48, 49])),
                timedelta(hours=48, seconds=rng.choice([-1, 0, 1])),
                timedelta(days=rng.choice([6, 7, 8, 9]), seconds=rng.randrange(-50000, 50000)),
                timedelta(days=rng.choice([30, 200, 364, 365, 366]),
                          seconds=rng.randrange(-50000, 50000)), timedelta(hours=-3)])
            value = base + rng.choice([0, 0, 1, -1, 5, Fraction(1, 10), 20, -20])
            history.append(f"{text(value)}@{(index - back).strftime('%Y-%m-%dT%H:%M:%SZ')}")
        factor = rng.choice([1, Fraction(3, 2), 2, 3, Fraction(11, 10), Fraction(13, 10)])
        c1 = base * factor + rng.choice([0, 0, Fraction(1, 10), -Fraction(1, 10), 26,
                                         Fraction(261, 10), -Fraction(1, 1000)])
        if rng.random() < 0.1:
            c1 = rng.choice([354, Fraction(3541, 10), 400])
        given = rng.random() < 0.5
        yield {
            "age": rng.choice(["", "0.5", "1", "4", "8", "10", "12", "13", "15", "16", "17",
                               "17.9", "18", "45", "80"]),
            "sex": rng.choice(["M", "F", "M", "F", "U", ""]),
            "llri": text(Fraction(rng.randrange(30, 60))) if given else "",
            "ulri": text(Fraction(rng.randrange(60, 130))) if given else "",
            "c1_umol_l": rng.choice(["", "", "", "", "", "<", ">"]) + text(c1),
            "collected": index.strftime("%Y-%m-%dT%H:%M:%SZ"), "history": ";".join(history)}


MONITORING = {"none": "12-hourly", "low": "4-6-hourly", "low_medium": "1-hourly",
              "medium": "1-hourly", "high": "continuous"}


def news2_points(row):
    """Points per parameter in column order; None where missing."""
    def value(name):
        return int(row[name]) if row[name] else None
    oxygen = {"true": True, "false": False, "": None}[row["on_o2"]]
    points = []
    rr = value("rr")
    points.append(None if rr is None else
                  3 if rr <= 8 else 1 if rr <= 11 else 0 if rr <= 20 else 2 if rr <= 24 else 3)
    spo2 = value("spo2")
    if spo2 is None:
        points.append(None)
    elif row["scale"] in ("", "1"):
        points.append(3 if spo2 <= 91 else 2 if spo2 <= 93 else 1 if spo2 <= 95 else 0)
    elif spo2 <= 92:
        points.append(3 if spo2 <= 83 else 2 if spo2 <= 85 else 1 if spo2 <= 87 else 0)
    elif oxygen is None:
        points.append(None)
    elif not oxygen:
        points.append(0)
    else:
        points.append(1 if spo2 <= 94 else 2 if spo2 <= 96 else 3)
    points.append(None if oxygen is None else 2 if oxygen else 0)
    sbp = value("sbp")
    points.append(None if sbp is None else 3 if sbp <= 90 else 2 if sbp <= 100 else
                  1 if sbp <= 110 else 0 if sbp <= 219 else 3)
    pulse = value("pulse")
    points.append(None if pulse is None else 3 if pulse <= 40 else 1 if pulse <= 50 else
                  0 if pulse <= 90 else 1 if pulse <= 110 else 2 if pulse <= 130 else 3)
    points.append({"": None, "A": 0}.get(row["acvpu"], 3))
    if row["temp"]:
        tenth = (Fraction(row["temp"]) * 10 + Fraction(1, 2)).__floor__()
        points.append(3 if tenth <= 350 else 1 if tenth <= 360 else 0 if tenth <= 380 else
                      1 if tenth <= 390 else 2)
    else:
        points.append(None)
    return points


def news2(row):
    points = news2_points(row)
    known = [p for p in points if p is not None]
    total, red, complete = sum(known), 3 in known, len(known) == 7
    band = ("high" if total >= 7 else "medium" if total >= 5 else "low_medium" if red else
            "low" if total else "none")
    if not complete and band in ("none", "low"):
        return total, red, "", "", True
    return total, red, band, MONITORING[band], not complete


def typed_news2():
    """(why, changed cells, points of the changed parameter) against a set that scores 0."""
    cases = []

    def add(why, points, **cells):
        cases.append((why, cells, points))

    for rr, p in [(0, 3), (7, 3), (8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2),
                  (25, 3), (60, 3)]:
        add("respiration", p, rr=rr)
    for s, p in [(50, 3), (90, 3), (91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0), (100, 0)]:
        add("SpO2 scale 1", p, spo2=s)
        add("SpO2 scale 1 on oxygen", p + 2, spo2=s, on_o2="true")
        add("no scale given is scale 1", p, spo2=s, scale="")
    for s, p in [(83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0), (93, 0), (94, 0),
                 (95, 0), (96, 0), (97, 0), (100, 0)]:
        add("SpO2 scale 2 on air", p, spo2=s, scale=2)
    for s, p in [(83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0), (93, 1), (94, 1),
                 (95, 2), (96, 2), (97, 3), (100, 3)]:
        add("SpO2 scale 2 on oxygen", p + 2, spo2=s, scale=2, on_o2="true")
    for s, p in [(40, 3), (89, 3), (90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0),
                 (219, 0), (220, 3), (300, 3)]:
        add("systolic", p, sbp=s)
    for s, p in [(20, 3), (40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2),
                 (130, 2), (131, 3), (220, 3)]:
        add("pulse", p, pulse=s)
    for c, p in [("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)]:
        add("consciousness; C is new confusion", p, acvpu=c)
    for t, p in [("34.9", 3), ("35", 3), ("35.0", 3), ("35.04", 3), ("35.05", 1), ("35.1", 1),
                 ("36.0", 1), ("36.04", 1), ("36.05", 0), ("36.1", 0), ("38.0", 0), ("38.04", 0),
                 ("38.05", 1), ("38.1", 1), ("39.0", 1), ("39.04", 1), ("39.05", 2), ("39.1", 2),
                 ("41.5", 2)]:
        add("temperature, rounded half up to 0.1", p, temp=t)
    return cases


NORMAL = {"rr": 16, "spo2": 97, "scale": 1, "on_o2": "false", "sbp": 120, "pulse": 70,
          "acvpu": "A", "temp": "37.0"}


def whole_sets():
    """(why, cells, expected total, red, band, monitoring, incomplete), all typed."""
    yield "all normal", {}, 0, False, "none", "12-hourly", False
    yield "1", {"rr": 10}, 1, False, "low", "4-6-hourly", False
    yield "4 without red", {"rr": 22, "spo2": 93}, 4, False, "low", "4-6-hourly", False
    yield "4 with red", {"rr": 25, "pulse": 91}, 4, True, "low_medium", "1-hourly", False
    yield "3 from one", {"acvpu": "C"}, 3, True, "low_medium", "1-hourly", False
    yield "3 from three is not red", {"rr": 10, "spo2": 95, "pulse": 91}, 3, False, "low", "4-6-hourly", False
    yield "5", {"rr": 22, "spo2": 93, "pulse": 91}, 5, False, "medium", "1-hourly", False
    yield "5 with red is medium", {"rr": 25, "spo2": 93}, 5, True, "medium", "1-hourly", False
    yield "6: vector of the emergency department guide: rr 2, pulse 1, SpO2 2, temp 1", \
        {"rr": 22, "pulse": 100, "spo2": 93, "temp": "38.5"}, 6, False, "medium", "1-hourly", False
    yield "7", {"rr": 22, "spo2": 93, "pulse": 120, "temp": "38.5"}, 7, False, "high", "continuous", False
    yield "20 is the most", {"rr": 30, "spo2": 80, "on_o2": "true", "sbp": 80, "pulse": 150,
                             "acvpu": "U", "temp": "34"}, 20, True, "high", "continuous", False
    for name in ("rr", "spo2", "on_o2", "sbp", "pulse", "acvpu", "temp"):
        yield f"{name} missing: nothing is known to be urgent, nothing is called low", {name: ""}, \
            0, False, "", "", True
        other = {"acvpu": "V"} if name != "acvpu" else {"rr": 25}
        yield f"{name} missing, another is red: at least low_medium", {name: "", **other}, \
            3, True, "low_medium", "1-hourly", True
    yield "missing, 2 points known: no band", {"temp": "", "rr": 22}, 2, False, "", "", True
    yield "missing, 5 points known: at least medium", \
        {"temp": "", "rr": 22, "spo2": 93, "pulse": 91}, 5, False, "medium", "1-hourly", True
    yield "missing, 7 points known: high whatever is missing", \
        {"temp": "", "rr": 25, "spo2": 91, "pulse": 91}, 7, True, "high", "continuous", True
    yield "scale 2, 97 %, oxygen unknown: SpO2 cannot be scored", \
        {"scale": 2, "on_o2": ""}, 0, False, "", "", True
    yield "scale 2, 85 %, oxygen unknown: SpO2 can", \
        {"scale": 2, "spo2": 85, "on_o2": ""}, 2, False, "", "", True
    yield "everything missing", {k: "" for k in NORMAL}, 0, False, "", "", True


def random_news2(rng, count):
    for _ in range(count):
        row = {"rr": rng.choice([8, 9, 11, 12, 20, 21, 24, 25, rng.randrange(4, 50)]),
               "spo2": rng.choice([83, 84, 85, 86, 87, 88, 91, 92, 93, 94, 95, 96, 97,
                                   rng.randrange(70, 101)]),
               "scale": rng.choice([1, 1, 2, ""]), "on_o2": rng.choice(["true", "false"]),
               "sbp": rng.choice([90, 91, 100, 101, 110, 111, 219, 220, rng.randrange(50, 260)]),
               "pulse": rng.choice([40, 41, 50, 51, 90, 91, 110, 111, 130, 131,
                                    rng.randrange(25, 200)]),
               "acvpu": rng.choice("AAAAAACVPU"), "temp": f"{rng.randrange(3390, 4010) / 100:.2f}"}
        if rng.random() < 0.15:
            row[rng.choice(list(row))] = ""
        yield {k: str(v) for k, v in row.items()}


def table(columns, rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for i, row in enumerate(rows, 1):
        writer.writerow({"id": f"{i:04}", **row})
    return out.getvalue()


def word(flag):
    return "true" if flag else "false"


def aki_table():
    rows = []
    for why, row, *expected in typed_aki():
        assert aki(row) == tuple(expected), (why, row, expected, aki(row))
        rows.append({**row, "expect_stage": expected[0], "expect_flag": expected[1],
                     "expect_comment": expected[2], "why": why})
    for row in random_aki(random.Random(20261121), 600):
        stage, flag, comment = aki(row)
        rows.append({**row, "expect_stage": stage, "expect_flag": flag, "expect_comment": comment,
                     "why": "random"})
    return table(["id", "age", "sex", "llri", "ulri", "c1_umol_l", "collected", "history",
                  "expect_stage", "expect_flag", "expect_comment", "why"], rows)


def news2_table():
    rows = []

    def put(why, row, result):
        total, red, band, monitoring, incomplete = result
        rows.append({**row, "expect_total": total, "expect_red": word(red), "expect_band": band,
                     "expect_min_monitoring": monitoring, "expect_incomplete": word(incomplete),
                     "why": why})

    for why, cells, points in typed_news2():
        row = {k: str(v) for k, v in {**NORMAL, **cells}.items()}
        assert news2(row)[0] == points, (why, row, points, news2(row))
        put(why, row, news2(row))
    for why, cells, *expected in whole_sets():
        row = {k: str(v) for k, v in {**NORMAL, **cells}.items()}
        assert news2(row) == tuple(expected), (why, row, expected, news2(row))
        put(why, row, expected)
    for row in random_news2(random.Random(20261122), 600):
        put("random", row, news2(row))
    return table(["id", "rr", "spo2", "scale", "on_o2", "sbp", "pulse", "acvpu", "temp",
                  "expect_total", "expect_red", "expect_band", "expect_min_monitoring",
                  "expect_incomplete", "why"], rows)


def main():
    stale = []
    for name, text in [("aki.csv", aki_table()), ("news2.csv", news2_table())]:
        path = HERE / name
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.exit("not as make_tables.py writes them: " + ", ".join(stale))


if __name__ == "__main__":
    main()
