"""When a promise falls due: the words of a deadline ("within three working days", "明天") as a moment. Pure.

Only what can be understood for certain has a moment: an amount of time, a day, a weekday, a part of this or the next
day. "By the end of the month" or "before six" (of which day?) has none, and is shown in its own words.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from qc.phrases.text import normalise

_ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    "es": "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis "
    "diecisiete dieciocho diecinueve veinte veintiun veintidos veintitres veinticuatro veinticinco",
}
_TEN = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
}
_SMALL = {code: {word: number for number, word in enumerate(text.split())} for code, text in _ONES.items()}
_SMALL["en"] |= {"a": 1, "an": 1, "couple": 2}
_SMALL["es"] |= {"una": 1, "uno": 1, "par": 2, "veintiuna": 21}
_TENS = {code: {word: 10 * n for n, word in enumerate(text.split(), 2)} for code, text in _TEN.items()}
_ZH = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"两": 2}

_MINUTE, _HOUR, _DAY, _WORKING, _WEEK = "minute", "hour", "day", "working", "week"
_UNITS = {
    "zh": (
        (r"工作日", _WORKING),
        (r"分钟", _MINUTE),
        (r"小时|钟头", _HOUR),
        (r"星期|礼拜|周", _WEEK),
        (r"自然日|天|日", _DAY),
    ),
    "en": (
        (r"(?:working|business) days?", _WORKING),
        (r"minutes?", _MINUTE),
        (r"hours?", _HOUR),
        (r"days?", _DAY),
        (r"weeks?", _WEEK),
    ),
    "es": (
        (r"dias? (?:laborables?|habiles|habil)", _WORKING),
        (r"minutos?", _MINUTE),
        (r"horas?", _HOUR),
        (r"dias?", _DAY),
        (r"semanas?", _WEEK),
    ),
}
_HALF_HOUR = {"zh": r"半个?(?:小时|钟头)", "en": r"half an hour", "es": r"media hora"}
_DAYS = {
    "zh": (
        (r"大后天", 3),
        (r"后[天儿]", 2),
        (r"[明次]天|明[早晚日儿]|第二天|隔天", 1),
        (r"今[天晚日儿早]|当[天日]", 0),
    ),
    "en": ((r"day after tomorrow", 2), (r"tomorrow", 1), (r"today|tonight|this (?:morning|afternoon|evening)", 0)),
    "es": (
        (r"pasado manana", 2),
        (r"esta (?:misma )?(?:manana|tarde|noche)|hoy", 0),
        (r"(?<!la )(?<!de )manana", 1),
    ),
}
_WEEK_OF = {
    "zh": " ".join(f"(?:周|星期|礼拜){sign}" for sign in ("一", "二", "三", "四", "五", "六", "[日天]")),
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "es": "lunes martes miercoles jueves viernes sabado domingo",
}
_WEEKDAYS = {code: {name: number for number, name in enumerate(text.split())} for code, text in _WEEK_OF.items()}
_NEXT_WEEK = {"zh": r"下个?(?:周|星期|礼拜)", "en": r"next ", "es": r"proxim[oa] |que viene"}


def due(deadline: str, language: str, said: datetime) -> datetime | None:
    """The latest moment of a deadline that was said at `said`; None where its words do not tell one.

    An amount of hours or minutes counts from `said`; days, working days (Monday to Friday, holidays are not known),
    weeks and weekdays end at 23:59 of the last day. A weekday is the first of its name after the day of `said`.
    """
    text = normalise(deadline, language)
    if language not in _UNITS:
        return None
    if re.search(_HALF_HOUR[language], text):
        return said + timedelta(minutes=30)
    for pattern, unit in _UNITS[language]:
        amount = _amount(text, pattern, language)
        if amount is not None:
            return _after(said, amount, unit)
    for pattern, days in _DAYS[language]:
        if re.search(pattern, text):
            return _end(said, days)
    for pattern, weekday in _WEEKDAYS[language].items():
        if re.search(pattern, text):
            if re.search(_NEXT_WEEK[language], text):
                return None  # the coming one, or the one of the week after: people differ
            return _end(said, (weekday - said.weekday() - 1) % 7 + 1)
    return None


def _after(said: datetime, amount: int, unit: str) -> datetime:
    if unit == _MINUTE:
        return said + timedelta(minutes=amount)
    if unit == _HOUR:
        return said + timedelta(hours=amount)
    if unit != _WORKING:
        return _end(said, amount * (7 if unit == _WEEK else 1))
    days = 0
    while amount > 0:
        days += 1
        amount -= (said.weekday() + days) % 7 < 5
    return _end(said, days)


def _end(said: datetime, days: int) -> datetime:
    return datetime.combine((said + timedelta(days=days)).date(), time(23, 59), said.tzinfo)


def _amount(text: str, unit: str, language: str) -> int | None:
    """The number before a unit: numerals, or words; None without one."""
    if language == "zh":
        found = re.search(rf"([0-9]{{1,3}}|[零一二三四五六七八九十两百]+)个?(?:{unit})", text)
        return _chinese(found[1]) if found else None
    found = re.search(rf"((?:\w+ ){{1,4}})(?:{unit})\b", text)
    return _spoken(found[1].split(), language) if found else None


def _chinese(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    total, digit = 0, None
    for character in text:
        if character in _ZH:
            if digit:  # "三四天": three or four
                return None
            digit = _ZH[character]
        else:
            total += (1 if digit is None else digit) * (10 if character == "十" else 100)
            digit = None
    return total + (digit or 0)


def _spoken(words: list[str], language: str) -> int | None:
    """The number that the last words say: "the next forty eight" -> 48."""
    while words and words[-1] in ("of", "de", "the"):
        words = words[:-1]
    if not words:
        return None
    last, before = words[-1], words[:-1]
    if last.isdecimal() and len(last) <= 3:
        return int(last)
    if last in _TENS[language]:
        return _TENS[language][last]
    small = _SMALL[language].get(last)
    if small is None or (before and before[-1] in ("or", "o")):
        return None  # "two or three days"
    if before and before[-1] == "y":
        before = before[:-1]
    return small + (_TENS[language].get(before[-1], 0) if before and 0 < small < 10 else 0)
