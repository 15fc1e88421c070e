"""What is owed to callers: tasks, and what happened to each.

The tables begin empty; `qc follow-up find` opens the tasks of calls that were judged before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="promise or risk"),
        sa.Column("start", sa.Float(), nullable=True, comment="seconds"),
        sa.Column("end", sa.Float(), nullable=True, comment="seconds"),
        sa.Column("grade", sa.Integer(), nullable=True, comment="of a risk, 1..3"),
        sa.Column("inspection_id", sa.String(length=255), nullable=False, comment="the last judgement that found it"),
        sa.Column("item_position", sa.Integer(), nullable=False, comment="the finding there"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False, comment="whether the current judgement still finds it"),
        sa.Column(
            "due", sa.DateTime(), nullable=True, comment="wall clock of the centre; NULL: the call's start is not known"
        ),
        sa.Column("due_by", sa.String(length=16), nullable=True, comment="said, term or person"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="open, work, done or dropped"),
        sa.Column("assignee", sa.Text(), nullable=True, comment="who works on it; NULL: nobody yet"),
        sa.Column("version", sa.Integer(), nullable=False, comment="raised by every move of a person"),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False, comment="the last move of a person, or the opening"),
        sa.Column("changed_by", sa.Text(), nullable=True, comment="who made it"),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_tasks_recording_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_recording_id", "tasks", ["recording_id"], unique=False)
    op.create_index("ix_tasks_state_due", "tasks", ["state", "due"], unique=False)
    op.create_table(
        "task_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True, comment="NULL: judging did it"),
        sa.Column("move", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="after it"),
        sa.Column("assignee", sa.Text(), nullable=True, comment="after it"),
        sa.Column("due", sa.DateTime(), nullable=True, comment="after it"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["tasks.id"], name="fk_task_moves_task", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_task_moves"),
    )
    op.create_index("ix_task_moves_task", "task_moves", ["task"], unique=False)


def downgrade() -> None:
    """What people did for callers is forgotten."""
    op.drop_table("task_moves")
    op.drop_table("tasks")
