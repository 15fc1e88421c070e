"""The tables of appeals and of calibration sessions. All of them are only added to, apart from when a session or a
rater's part of it ends."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, Table

from qc.store.columns import Moment, Words, tables

acknowledgements = Table(
    "acknowledgements",
    tables,
    Column("id", Integer, primary_key=True),
    Column("inspection_id", ForeignKey("inspections.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("author", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
"""The agent saw the result of a call."""

withdrawals = Table(
    "withdrawals",
    tables,
    Column("appeal", ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("author", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Appeals (rows of ``reviews``) that were taken back, each once."""

calibrations = Table(
    "calibrations",
    tables,
    Column("id", Integer, primary_key=True),
    Column("title", Words, nullable=False),
    Column("organiser", Words, nullable=False),
    Column("seed", BigInteger().with_variant(Integer, "sqlite"), comment="of the draw; NULL: chosen by hand"),
    Column("at", Moment, nullable=False),
    Column("closed_at", Moment, comment="NULL: open, and nobody sees answers"),
    Column("closed_by", Words),
)
"""Sessions in which several people rate the same calls, blind."""

calibration_raters = Table(
    "calibration_raters",
    tables,
    Column("calibration", ForeignKey("calibrations.id", ondelete="CASCADE"), primary_key=True),
    Column("rater", Words, primary_key=True, index=True),
    Column("handed_in_at", Moment, comment="NULL: still rating"),
)

calibration_calls = Table(
    "calibration_calls",
    tables,
    Column("calibration", ForeignKey("calibrations.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("inspection_id", ForeignKey("inspections.id", ondelete="CASCADE"), nullable=False, index=True),
)
"""What is rated, and by which judgement the machine answers."""

calibration_answers = Table(
    "calibration_answers",
    tables,
    Column("id", Integer, primary_key=True),
    Column("calibration", ForeignKey("calibrations.id", ondelete="CASCADE"), nullable=False),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("item", Words, nullable=False),
    Column("rater", Words, nullable=False),
    Column("value", Float, comment="0..1; NULL: does not apply"),
    Column("note", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_calibration_answers_rater", "calibration", "rater"),
)
"""What raters answered; of the same call, item and rater the last one counts."""

KEPT_OF_CALIBRATIONS = {
    "calibrations": "title, organiser and times of a session; its calls and answers go with their recordings",
    "calibration_raters": "who took part in a session and when; says nothing of a call",
}
