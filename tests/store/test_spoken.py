"""Searching what is said: masked, on both databases alike, and nothing in what is asked is an operator."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import pytest
from psycopg import sql
from sqlalchemy import text as sql_text

from qc.call import Role
from qc.errors import UsageError
from qc.private import Hit, Kind
from qc.result import Inspection
from qc.store import Found, Selection, Sort, Store, searching
from qc.store.database import Database
from qc.store.spoken import fold
from tests.postgresql import Server
from tests.store.samples import make_call, make_inspection
from tests.store.test_database import downgrade

NUMBER = "13812345678"
HOSTILE = [
    *(
        '"',
        "'",
        "%",
        "_",
        "*",
        "\\",
        "\\%",
        "%%%",
        "***",
        "^abc",
        '"""',
        "a AND b",
        "NEAR(电 停)",
        "folded:停电",
        "-停电",
    ),
    *("x" * 10_000, "停电" * 5_000, '"' * 10_000, "%" * 10_000, "\0\0\0", "\ud800\ud800x", "'; DROP TABLE spoken; --"),
]


def said(name: str, lines: Sequence[str], hits: tuple[Hit, ...] | None = (), **options: str) -> Inspection:
    """A judged call in which agent and customer say these lines in turn."""
    call = make_call(name)
    first = call.transcript.utterances[0]
    roles = (Role.AGENT, Role.CUSTOMER)
    utterances = tuple(
        replace(first, index=place, role=roles[place % 2], text=line, words=()) for place, line in enumerate(lines)
    )
    inspection = make_inspection(replace(call, transcript=replace(call.transcript, utterances=utterances)), **options)
    return replace(inspection, hits=hits)


def found(store: Store, text: str) -> set[str]:
    return {row.call_id for row in store.lists.page(Selection(text=text)).rows}


TALKS = {
    "zh": ["您好，请讲。", "我们家停电了，昨天也停电了"],
    "en": ["Good morning", "There was a POWER CUT; 100% sure, a_b 'x' \"y\" NEAR(a, b) *"],
    "es": ["¿Cuál es su teléfono?", "Mañana llamo, ＡＢＣ１２３"],
}


@pytest.fixture
def talks(store_url: str) -> str:
    with Store(store_url) as store:
        store.save(*(said(name, lines) for name, lines in TALKS.items()))
    return store_url


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("停电了", {"zh"}),
        ("停电", {"zh"}),
        ("电", {"zh"}),
        ("讲。我们", set()),
        ("power cut", {"en"}),
        ("  Power Cut ", {"en"}),
        ("100%", {"en"}),
        ("0% s", {"en"}),
        ("1%s", set()),
        ("a_b", {"en"}),
        ("a_", {"en"}),
        ("a b", set()),
        ("'x' \"y\"", {"en"}),
        ("NEAR(a, b) *", {"en"}),
        ("TELEFONO", {"es"}),
        ("teléfono", {"es"}),
        ("manana", set()),
        ("mañana", {"es"}),
        ("man\u0303ana", {"es"}),
        ("abc123", {"es"}),
        ("", {"zh", "en", "es"}),
        (" \t", {"zh", "en", "es"}),
    ],
)
def test_a_text_is_found(talks: str, text: str, calls: set[str]) -> None:
    with Store(talks) as store:
        assert found(store, text) == calls


def test_short_and_long_texts_take_turns(talks: str) -> None:
    """Statements are kept compiled: what was asked before must not matter."""
    with Store(talks) as store:
        for _ in range(2):
            assert [found(store, text) for text in ("停电", "停电了", "电", "power cut")] == [{"zh"}] * 3 + [{"en"}]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_asked_is_text(talks: str, text: str) -> None:
    known = "\n".join(fold(line) for lines in TALKS.values() for line in lines)
    with Store(talks) as store:
        assert bool(found(store, text)) == (fold(text).strip() in known)
        assert found(store, "停电了") == {"zh"}


def test_a_match_tells_where(talks: str) -> None:
    with Store(talks) as store:
        page = store.lists.page(Selection(text="停电"))
        ((match,),) = page.matches.values()
        assert (match.utterance, match.role, match.start, match.end) == (1, Role.CUSTOMER, 1.0, 1.5)
        assert (match.text, match.spans) == (TALKS["zh"][1], ((3, 5), (10, 12)))
        ((match,),) = store.lists.page(Selection(text="telefono")).matches.values()
        assert [match.text[start:end] for start, end in match.spans] == ["teléfono"]


def test_what_is_private_is_not_there_to_be_found(store_url: str) -> None:
    hit = Hit(Kind.PHONE, 0, 3, 14, None, 1.0)
    with Store(store_url) as store:
        store.save(said("masked", [f"电话是{NUMBER}吗"], (hit,)), said("unlooked", [f"电话是{NUMBER}吗"], None))
        assert found(store, "电话是") == {"masked"}
        assert found(store, "是[电话]吗") == {"masked"}
        assert [found(store, NUMBER[:length]) for length in (1, 2, 3, 7, 11)] == [set()] * 5
        ((match,),) = store.lists.page(Selection(text="电话是")).matches.values()
        assert match.text == "电话是[电话]吗"
        assert store.life.rows_with([NUMBER]).keys() == {"calls.call"}


def test_the_last_judgement_counts(store_url: str) -> None:
    """As `qc rescore` does, with what is private found better; and back again."""
    hit = Hit(Kind.PHONE, 0, 3, 14, None, 1.0)
    lines = [f"电话是{NUMBER}吗"]
    with Store(store_url) as store:
        store.save(said("one", lines))
        assert found(store, NUMBER) == {"one"}
        store.save(said("one", lines, (hit,), judging="J2"))
        assert found(store, NUMBER) == set() and found(store, "[电话]") == {"one"}
        store.save(said("one", lines))
        assert found(store, NUMBER) == {"one"} and found(store, "[电话]") == set()


def sound(url: str) -> None:
    """SQLite's index says what the table says."""
    if url.startswith("sqlite"):
        database = Database(url)
        with database.writing() as connection:
            connection.execute(sql_text("INSERT INTO spoken_index(spoken_index, rank) VALUES ('integrity-check', 1)"))
        database.close()


def test_it_goes_with_the_call_and_with_its_words(talks: str) -> None:
    with Store(talks) as store:
        ids = {row.call_id: row.recording_id for row in store.call_rows()}
        sound(talks)
        store.life.erase(Found(frozenset([ids["zh"]])), "dsr-1")
        store.life.take_words([ids["en"]])
        assert [found(store, text) for text in ("停电", "停电了", "power cut")] == [set()] * 3
        assert found(store, "teléfono") == {"es"}
        store.save(said("en", TALKS["en"], judging="J2"))
        assert found(store, "power cut") == set()
        store.delete(ids["es"])
        store.life.compact()
        assert not any(found(store, text) for text in ("e", "teléfono"))
    sound(talks)


def test_the_index_keeps_nothing_of_what_was_erased(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its parts hold trigrams of deleted rows until they are made one."""
    file = tmp_path_factory.mktemp("store") / "qc.db"
    with Store(f"sqlite:///{file}") as store:
        made = said("gone", ["qzxjkw vqyp"])
        store.save(made, said("stays", ["hello there"]))
        assert b"zxj" in file.read_bytes() + file.with_name("qc.db-wal").read_bytes()
        store.life.erase(Found(frozenset([made.call.recording.id])), "dsr-1")
        store.life.compact()
    assert b"zxj" not in file.read_bytes() and b"qzx" not in file.read_bytes()


def test_an_older_database_is_filled_with_what_is_stored(talks: str) -> None:
    hit = Hit(Kind.PHONE, 0, 3, 14, None, 1.0)
    with Store(talks) as store:
        store.save(said("masked", [f"电话是{NUMBER}吗"], (hit,)), said("unlooked", ["电话是吗"], None))
        store.save(said("bare", ["电话是哪个"]))
        store.life.take_words([said("bare", []).call.recording.id])
    downgrade(talks, "0008")
    with Store(talks) as store:
        assert found(store, "停电了") == {"zh"}
        assert found(store, "电话是") == found(store, "[电话]") == {"masked"}
        assert found(store, NUMBER) == set()
    sound(talks)


def test_without_the_extension_it_is_slow_and_said_once(
    postgresql_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """A user who may not make extensions in a database that is somebody else's."""
    with postgresql_server.database(migrated=False) as url:
        name = url.split("/")[3].split("?")[0]
        postgresql_server.execute(sql.SQL("DROP ROLE IF EXISTS plain"))
        postgresql_server.execute(sql.SQL("CREATE ROLE plain LOGIN"))
        postgresql_server.execute(sql.SQL("GRANT ALL ON SCHEMA public TO plain"), name)
        plain = url.replace("//qc@", "//plain@")
        with caplog.at_level(logging.WARNING):
            for _ in range(2):
                with Store(plain) as store:
                    store.save(said("zh", TALKS["zh"]))
                    assert [found(store, text) for text in ("停电", "停电了", "%", "停%")] == [
                        {"zh"},
                        {"zh"},
                        set(),
                        set(),
                    ]
        assert len([one for one in caplog.records if "pg_trgm" in one.message]) == 1


def test_postgresql_uses_its_index(postgresql_server: Server) -> None:
    with postgresql_server.database() as url:
        database = Database(url)
        with database.reading() as connection:
            connection.execute(sql_text("SET LOCAL enable_seqscan = off"))
            plan = connection.execute(sql_text("EXPLAIN SELECT id FROM spoken WHERE folded LIKE '%停电了%'")).scalars()
            assert "ix_spoken_trigrams" in "".join(plan)
        database.close()


def test_folding_keeps_every_character_one() -> None:
    text = "".join(map(chr, range(0x20, 0x30000)))
    assert len(fold(text)) == len(text)
    assert fold("ÀÉñÑ ＡＢ１ ﬁ ß İ") == "aeññ ab1 ﬁ ß i"


@pytest.mark.parametrize("descending", [True, False])
def test_a_common_text_is_looked_for_along_the_list(
    store_url: str, monkeypatch: pytest.MonkeyPatch, descending: bool
) -> None:
    """The same calls in the same order, whether the index names them or the list is walked; the walk has an end."""
    lines = {0: ["停电了吗"], 1: ["没有"]}
    with Store(store_url) as store:
        store.save(*(said(f"c{number:02}", lines[number % 2]) for number in range(12)))
        asked = Selection(text="停电了")
        known = store.lists.page(asked, Sort.CALL, descending=descending)
        monkeypatch.setattr(searching, "RARE", 3)
        monkeypatch.setattr(searching, "CHUNK", 5)
        pages = [store.lists.page(asked, Sort.CALL, descending=descending, offset=at, size=2) for at in (0, 2, 4, 6)]
        assert [row for page in pages for row in page.rows] == list(known.rows)
        assert [page.more for page in pages] == [True, True, False, False]
        assert (pages[2].total, pages[3].total, pages[2].looked) == (6, 6, None)
        monkeypatch.setattr(searching, "LOOKED", 4)
        for text in ("停电了", "停电"):
            page = store.lists.page(Selection(text=text), Sort.CALL, descending=descending)
            assert (page.rows, page.total) == (known.rows[:2], 2)
            assert (page.more, page.looked) == (True, 4)
        with pytest.raises(UsageError, match="the list would not be whole"):
            store.lists.first(asked, Sort.CALL, descending=descending, most=9)
