"""A store with very many calls, made from distributions without any sound: for `tests.benchmarks.queries`.

One call in `MODELS` is made whole and written by the store itself, once; the others are copies of its rows with their
own ids, people, times and scores, inserted many at a time. So rows are as long as real ones, and no column is missed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from qc.call import Role
from qc.follow_up import DueBy, TaskKind, TaskState
from qc.interval import Interval
from qc.result import CheckResult, Inspection, ItemKind, ItemResult, Message
from qc.store import Store
from qc.store.database import Database
from qc.store.marking import mark_all
from qc.store.schema import calls, findings, inspections, item_results, measures, names, recordings, reviews, spoken
from qc.store.schema_queue import assignments, doubts
from qc.store.schema_tasks import tasks
from tests.store.samples import make_call, make_inspection

MODELS = 200
TURNS, ITEMS, SHORT_WITH_EVIDENCE = 40, 30, 2
FIRST, DAYS = datetime(2026, 1, 1, 8), 90
TEAMS, AGENTS, QUEUES, CLASSES = 12, 240, ("repair", "billing", "new", "moving"), ("home", "shop", "works", None)
_PAIRS = (
    "您好请问停电电费账单户号地址师傅上门今天明天小区单元电表跳闸欠费缴费发票投诉经理谢谢麻烦稍等查询办理登记恢复送电抢修"
    "通知短信反映问题处理时间上午下午已经没有可以不行怎么线路故障检修"
)
_WORDS = ("为什么", "变压器", "工作人员", *(_PAIRS[place : place + 2] for place in range(0, len(_PAIRS), 2)))
_AT_ONCE = 2000


def model(number: int, chance: random.Random) -> Inspection:
    """A call of about five minutes with `TURNS` utterances and `ITEMS` items."""
    call = make_call(f"model-{number}")
    said = call.transcript.utterances[0]
    utterances = tuple(
        replace(
            said,
            index=turn,
            role=(Role.AGENT, Role.CUSTOMER)[turn % 2],
            interval=Interval(7.0 * turn, 7.0 * turn + 6.0),
            text="，".join("".join(chance.choices(_WORDS, k=3)) for _ in range(3)) + "。",
            words=said.words * 10,
        )
        for turn in range(TURNS)
    )
    made = make_inspection(replace(call, transcript=replace(call.transcript, utterances=utterances)))
    scored = made.score.results[0]
    items = [replace(scored, item=f"item_{place:02}") for place in range(ITEMS - 2)]
    for check, threshold in (("customer_sentiment", -1.0), ("complaint_risk", 2.0)):
        result = CheckResult(check, 1.0, 0.0, "points", Message(f"{check}.pass", {"trend": 0.0}), (), threshold)
        items.append(ItemResult(check, "conduct", ItemKind.ADVICE, 1.0, 0.0, 0.0, result))
    return replace(made, score=replace(made.score, results=tuple(items)), hits=())


def fill(url: str, number: int, seed: int = 1) -> None:
    """Make the store at `url`, with so many calls: the same for the same seed, but for what is random in the order of
    a database's own numbers."""
    chance = random.Random(seed)
    with Store(url) as store:
        store.save(*(model(one, chance) for one in range(MODELS)))
    database = Database(url)
    with database.reading() as connection:
        models = _rows_of_models(connection)
        first = connection.scalar(select(func.max(calls.c.id))) or 0
    for start in range(0, number - MODELS, _AT_ONCE):
        rows: dict[Table, list[dict[str, Any]]] = {table: [] for table in _TABLES}
        for one in range(start, min(start + _AT_ONCE, number - MODELS)):
            for table, row in _copied(models[one % MODELS], first + 1 + one, one, chance):
                rows[table].append(row)
        with database.writing() as connection:
            for table, made in rows.items():
                if made:
                    connection.execute(insert(table), made)
    with database.writing() as connection:
        mark_all(connection)
    database.analyse()
    database.close()


_TABLES = (
    *(recordings, names, calls, measures, inspections, item_results, findings, spoken, reviews),
    *(doubts, tasks, assignments),
)


def _rows_of_models(connection: Connection) -> list[dict[Table, list[dict[str, Any]]]]:
    found = []
    for call in connection.execute(calls.select().order_by(calls.c.id)).mappings().all():
        one: dict[Table, list[dict[str, Any]]] = {calls: [dict(call)]}
        key = connection.scalar(select(inspections.c.id).where(inspections.c.call == call["id"]))
        for table, condition in (
            (recordings, recordings.c.id == call["recording_id"]),
            (names, names.c.recording_id == call["recording_id"]),
            (inspections, inspections.c.id == key),
            (item_results, item_results.c.inspection_id == key),
            (findings, findings.c.inspection_id == key),
            (spoken, spoken.c.inspection_id == key),
        ):
            one[table] = [dict(row) for row in connection.execute(table.select().where(condition)).mappings()]
        one[findings] = [row for row in one[findings] if row["item_position"] < SHORT_WITH_EVIDENCE]
        found.append(one)
    return found


def _copied(
    rows: dict[Table, list[dict[str, Any]]], key: int, number: int, chance: random.Random
) -> Iterator[tuple[Table, dict[str, Any]]]:
    """The rows of a call like the model, of other people at another time, with other scores."""
    recording, name = sha256(f"call-{number}".encode()).hexdigest(), f"call-{number:06}"
    inspection, agent = f"{recording[:16]}-L1-J1", chance.randrange(AGENTS)
    scorable = chance.random() > 0.02
    percent = min(100.0, max(0.0, round(chance.gauss(76 + agent % 9, 11), 1))) if scorable else None
    critical = scorable and chance.random() < 0.03
    metadata = {
        "agent": f"A{agent:03}",
        "agent_name": f"坐席{agent:03}",
        "team": f"Team {agent % TEAMS:02}",
        "start": FIRST + timedelta(days=chance.randrange(DAYS), seconds=chance.randrange(12 * 3600)),
        "queue": chance.choice(QUEUES),
        "customer_class": chance.choice(CLASSES),
        "duration": round(chance.lognormvariate(5.2, 0.6), 1),
        "roles": "doubtful" if chance.random() < 0.02 else None,
    }
    outcome = {
        "percent": percent,
        "passed": None if percent is None else percent >= 60 and not critical,
        "critical_failed": critical,
        "not_scorable": None if scorable else json.dumps({"key": "too_short", "values": {"seconds": 3.0}}),
    }
    yield recordings, rows[recordings][0] | {"id": recording}
    path = {"path": f"/calls/{name}.wav", "file_name": f"{name}.wav", "recording_id": recording}
    yield names, {column: value for column, value in (rows[names][0] | path).items() if column != "id"}
    yield calls, rows[calls][0] | {"id": key, "recording_id": recording, "call_id": name} | metadata
    items = [row | {"inspection_id": inspection} | _answer(row, chance) for row in rows[item_results]]
    yield measures, {"call": key, "silence": round(metadata["duration"] * chance.betavariate(2, 12), 1)}
    yield inspections, rows[inspections][0] | {"id": inspection, "call": key} | outcome
    yield from ((item_results, row) for row in items)
    for row in rows[findings]:
        yield findings, row | {"inspection_id": inspection}
    said = {column: value for column, value in rows[spoken][0].items() if column != "id"}
    rare = f"{said['text']}\n编号{number:06}已经记录"
    turns = json.loads(said["turns"])
    last = json.dumps([*turns, [len(turns), "agent", 300.0, 304.0]])
    yield spoken, {"inspection_id": inspection, "text": rare, "folded": rare, "turns": last}
    if chance.random() < 0.05:
        review = {"item": "item_00", "kind": "review", "value": 1.0, "author": "Li", "reason": "heard it again"}
        yield reviews, review | {"inspection_id": inspection, "at": rows[inspections][0]["saved_at"]}
    yield from _work(recording, inspection, metadata["start"], rows[inspections][0]["saved_at"], chance)


def _work(
    recording: str, inspection: str, start: datetime, at: datetime, chance: random.Random
) -> Iterator[tuple[Table, dict[str, Any]]]:
    """What people still have to do: of 100 calls 15 are doubtful, 20 owe a promise or look like a complaint, 2 are
    given to a reviewer."""
    if chance.random() < 0.15:
        reasons = [{"code": "threshold", "item": f"item_{place:02}"} for place in range(chance.randint(1, 3))]
        yield doubts, {"inspection_id": inspection, "number": len(reasons), "reasons": json.dumps(reasons)}
    if chance.random() < 0.2:
        promise = chance.random() < 0.8
        state = chance.choices(list(TaskState), (30, 10, 50, 10))[0]
        yield (
            tasks,
            {
                "recording_id": recording,
                "kind": (TaskKind.PROMISE if promise else TaskKind.RISK).value,
                "start": 9.0,
                "end": 12.0,
                "grade": None if promise else chance.randint(2, 3),
                "inspection_id": inspection,
                "item_position": 0,
                "position": 0,
                "found": True,
                "due": start + timedelta(hours=chance.choice((4, 24, 48, 72))),
                "due_by": (DueBy.SAID if promise else DueBy.TERM).value,
                "state": state.value,
                "assignee": None if state is TaskState.OPEN else chance.choice(("li", "wang")),
                "version": 1 if state is TaskState.OPEN else 2,
                "opened_at": at,
                "changed_at": at,
                "changed_by": None if state is TaskState.OPEN else "li",
            },
        )
    if chance.random() < 0.02:
        given = {"recording_id": recording, "reviewer": chance.choice(("li", "wang", None)), "why": "assigned"}
        state = chance.choice(("open", "done"))
        yield (
            assignments,
            given | {"plan_id": None, "by": "lead", "at": at, "state": state, "changed_by": "lead", "changed_at": at},
        )


def _answer(row: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    if row["check_name"] == "customer_sentiment":
        trend = round(chance.gauss(0.1, 0.8), 2)
        return {"measured": trend, "value": float(trend > -1.0)}
    if row["check_name"] == "complaint_risk":
        grade = chance.choices((0, 1, 2, 3), (85, 10, 3, 2))[0]
        return {"measured": float(grade), "value": float(grade < 2)}
    applies = chance.random() < 0.8
    value = (1.0 if chance.random() < 0.6 + row["position"] / 100 else 0.0) if applies else None
    return {"value": value, "earned": 10.0 * (value or 0.0)}
