"""Settings: every number and path that a site may change. Only `qc.cli`, `app.py` and `qc.batch` build them from the
environment (``QC_…``) or a file (``qc.toml``, or the one that ``QC_CONFIG`` names); everything else is given them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from qc.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent
"""The project folder, where ``models/`` and ``recordings_sample/`` are."""
_RAW_FORMAT = re.compile(r"\w+=(g722|g729|(mu-law|a-law|pcm_(u8|s16|s24|s32|f32|f64))/[1-9]\d{0,6}/[1-9]\d?)")


class Settings(BaseSettings):
    """All settings with their defaults. Seconds carry no suffix."""

    model_config = SettingsConfigDict(env_prefix="QC_", extra="forbid", frozen=True)

    database: str = Field(
        default="sqlite:///qc.db",
        repr=False,  # it may hold a password
        description="URL of the store: sqlite:///FILE or postgresql://USER@HOST/NAME",
    )
    models: Path = Field(default=ROOT / "models", description="folder of the model manifest")
    model_manifest: Path | None = Field(
        default=None, description="the site's own manifest, written by `qc models pin`; none: own models as they are"
    )
    transcriber: str = Field(default="whisper", description="whisper, oracle or transcript")
    voice_detector: str = Field(default="silero", description="silero or oracle")
    diarizer: str = Field(
        default="builtin", description="speakers of a mono recording: builtin, pyannote, oracle or none"
    )
    diarizer_model: Path | None = Field(default=None, description="folder of the pipeline for diarizer pyannote")
    model: str = Field(default="builtin", description="recogniser: builtin, an official name, or a checkpoint's path")
    sentiment_model: str = Field(default="builtin", description="builtin, a folder, or a hub model's name")
    device: str = Field(default="cpu", description="cpu or cuda")
    threads: int = Field(default=1, ge=1, description="threads of one worker")
    languages: tuple[str, ...] = Field(default=("zh", "en", "es"), description="installed packs that may be chosen")
    agent_channel: int | None = Field(
        default=None, ge=0, description="channel of the agent; none: left, if content agrees"
    )
    scorecard: str | None = Field(default=None, description="name or path of a scorecard; none: the language's own")
    scorecards: Path | None = Field(default=None, description="table of scorecards by kind of call; `scorecard` wins")
    site: Path | None = Field(
        default=None, description="site file: names and numbers of the centre; none: general wording"
    )
    demoted: Path | None = Field(
        default=None, description="file of items that are only advice, written by `qc evaluate --demote`"
    )
    advice_below_f1: float = Field(
        default=0.8, ge=0, le=1, description="an item whose F1 over reviews is lower may be demoted to advice"
    )
    advice_min_cases: int = Field(
        default=20, ge=0, description="an item with fewer reviewed calls may be demoted to advice"
    )
    evaluation: Path | None = Field(
        default=None, description="what `qc evaluate --json` printed, for the page Accuracy; none: only reviews"
    )
    appeal_days: float = Field(
        default=7.0, ge=0, description="days in which an agent may appeal an item, from when its answer could be seen"
    )
    interface_language: str = Field(default="zh", description="zh, en or es: dashboard and explanations")
    clip_margin: float = Field(default=1.0, ge=0, description="seconds of context around a clip")
    redact_margin: float = Field(
        default=0.3, ge=0, description="seconds around private words that audio covers, on both sides"
    )
    max_duration: float = Field(default=4 * 3600, gt=0, description="longest recording, seconds")
    max_bytes: int = Field(default=2 * 1024**3, gt=0, description="largest file, bytes")
    decode_seconds: float = Field(default=300, gt=0, description="longest wall time of one decoding, seconds")
    decode_memory: int = Field(default=2 * 1024**3, gt=0, description="memory of the decoding process, bytes")
    decode_bytes: int = Field(default=4 * 1024**3, gt=0, description="largest decoded copy of one recording, bytes")
    raw_formats: tuple[str, ...] = Field(
        default=(), description="extensions of files without a header, as `vox=mu-law/8000/1` or `g729=g729`"
    )
    settle: float = Field(
        default=10.0, ge=0, description="seconds without a change before batch takes a file; 0: at once"
    )
    done_markers: bool = Field(
        default=False, description="take a recording only when NAME.done or NAME.wav.done lies beside it"
    )
    lease: float = Field(
        default=120.0, ge=3, description="seconds until others may take what a run holds that is heard of no more"
    )
    retries: int = Field(
        default=3,
        ge=0,
        description="how often a recording is tried again that ended its worker or met a machine's fault",
    )
    database_patience: float = Field(
        default=60.0, ge=0, description="seconds that batch waits for a database that is lost"
    )
    metadata_mapping: Path | None = Field(
        default=None, description="how the metadata file is read; none: columns named as our fields"
    )
    caller_key: SecretStr | None = Field(
        default=None, description="secret of at least 16 bytes that seals callers' numbers; none: they are dropped"
    )
    caller_key_file: Path | None = Field(default=None, description="file of that secret; `caller_key` wins")
    audit_key: SecretStr | None = Field(
        default=None, description="secret of at least 16 bytes that seals the trail; none: its hashes are plain"
    )
    audit_key_file: Path | None = Field(default=None, description="file of that secret; `audit_key` wins")
    audit_key_from: int = Field(default=1, ge=1, description="first entry of the trail that is made with the key")
    audit_anchor: Path | None = Field(
        default=None, description="file that remembers the trail's last entry; none: beside an SQLite file"
    )
    time_zone: str | None = Field(
        default=None,
        description="the centre's zone, as Asia/Shanghai: for `qc audit`, the dashboard and what is overdue; none: the "
        "machine's; each user may choose another",
    )
    follow_up_hours: tuple[str, ...] = Field(
        default=("A=24", "B=48", "C=72"),
        description="hours by customer class in which a promise without a time, or a complaint risk, is followed up; "
        "another class has the shortest",
    )
    workers: int = Field(default=0, ge=0, description="processes of a batch; 0: as many as cores and threads allow")
    runner: str = Field(default="local", description="who listens: local (processes of this machine) or ray")
    ray_address: str | None = Field(
        default=None, description="HOST:PORT of the Ray cluster; none: one of this machine, for the time of the run"
    )
    ray_token: SecretStr | None = Field(default=None, description="token of the Ray cluster; none: it asks for none")
    spool: Path | None = Field(
        default=None, description="shared folder for decoded copies of a Ray run; none: who listens decodes"
    )
    decoders: int = Field(default=1, ge=1, description="processes of a Ray run that decode into `spool`")
    failure_share: float = Field(default=0.05, ge=0, le=1, description="share of failed files from which batch exits 1")
    dashboard_url: HttpUrl | None = Field(
        default=None, description="address of the dashboard, for links in report and alerts"
    )
    encrypt_to: tuple[str, ...] = Field(
        default=(), description="public keys of age for which every file with data of calls is encrypted; none: plain"
    )
    retention: Path | None = Field(
        default=None, description="retention policy: how long what is kept; none: nothing goes by itself"
    )
    retention_nightly: bool = Field(default=False, description="apply `retention` after every batch")
    tombstones: Path | None = Field(
        default=None,
        description="file that remembers what was erased, for backups; none: beside the database's file",
    )
    alert_webhook: HttpUrl | None = Field(default=None, description="address that alerts are sent to; none: not sent")
    alert_secret: SecretStr | None = Field(default=None, description="key of the alerts' signature; none: not signed")
    alert_folder: Path | None = Field(default=None, description="folder for alerts as .eml mails; none: no mails")
    alert_from: str = Field(default="qc@localhost", description="sender of the mails")
    alert_to: str = Field(default="qc@localhost", description="recipients of the mails, comma between them")
    alert_outbox: Path = Field(
        default=Path("alerts"), description="folder that remembers alerts sent, and keeps those to send again"
    )
    alert_risk_grade: int = Field(default=3, ge=1, le=3, description="grade of complaint risk from which to alert")
    alert_timeout: float = Field(default=10.0, gt=0, description="longest wait for the webhook's answer, seconds")
    alert_attempts: int = Field(default=5, ge=1, description="attempts of a run to send an alert")
    login: str = Field(
        default="local",
        pattern="^(local|header|oidc)$",
        description="who uses the dashboard: local (one person at this machine), header (a proxy says who) or oidc",
    )
    users: Path | None = Field(default=None, description="users file: who is what, for login header and oidc")
    login_header: str = Field(
        default="X-Forwarded-User", min_length=1, description="header in which the proxy names the user (login header)"
    )
    login_secret: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="what the proxy sends in the header X-QC-Proxy-Secret, so that it is believed (login header)",
    )
    login_proxies: tuple[str, ...] = Field(
        default=(), description="addresses or networks from which alone the proxy's headers are believed (login header)"
    )
    login_claim: str = Field(
        default="email", min_length=1, description="claim of the identity token that names the user (login oidc)"
    )
    sign_out_url: HttpUrl | None = Field(
        default=None, description="the proxy's own sign-out, offered when a session has ended (login header)"
    )
    session_idle: float = Field(
        default=1800, gt=0, description="seconds without use until a session ends (login header and oidc)"
    )
    session_hours: float = Field(
        default=12, gt=0, description="hours until a session ends in any case (login header and oidc)"
    )
    refusals: int = Field(
        default=20, ge=1, description="refused requests of an address or a user until all are answered 429"
    )
    refusals_window: float = Field(
        default=300, gt=0, description="seconds in which `refusals` are counted, and that 429 lasts"
    )
    link_key: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="secret that signs links to audio; none: a file is made beside the SQLite database",
    )
    link_seconds: float = Field(
        default=300, gt=0, description="seconds that a link to audio is good for; pages renew it"
    )
    open_recordings: int = Field(default=16, ge=1, description="recordings that the dashboard keeps open for playing")
    open_recording_bytes: int = Field(
        default=2 * 1024**3, ge=1, description="decoded bytes of recordings that the dashboard keeps open"
    )

    @field_validator("time_zone")
    @classmethod
    def _time_zone(cls, name: str | None) -> str | None:
        try:
            return name and ZoneInfo(name).key
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError(f"{name!r} is no time zone; write one as Asia/Shanghai") from None

    @field_validator("follow_up_hours")
    @classmethod
    def _follow_up_hours(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        for line in lines:
            name, _, hours = line.rpartition("=")
            if not name.strip() or not re.fullmatch(r"\d{1,4}(\.\d+)?", hours.strip()) or not float(hours):
                raise ValueError(f"{line!r} is not like A=24: a customer class and hours above 0")
        if not lines:
            raise ValueError("name a term for at least one customer class, as A=24")
        return lines

    @field_validator("raw_formats")
    @classmethod
    def _raw_formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for one in formats:
            if not _RAW_FORMAT.fullmatch(one):
                raise ValueError(
                    f"{one!r} is not like vox=mu-law/8000/1 (extension, encoding, Hz, channels), g722=g722 or "
                    "g729=g729; encodings: mu-law, a-law, pcm_u8, pcm_s16, pcm_s24, pcm_s32, pcm_f32, pcm_f64"
                )
        return formats

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = Path(os.environ.get("QC_CONFIG", "qc.toml"))
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file))


def load_settings(**overrides: object) -> Settings:
    """Settings of the environment and the settings file; `overrides` that are not None win.

    Raises UsageError, naming the setting, when one is unknown or out of range.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"])) or "settings"
        raise UsageError(f"setting {name}: {first['msg']}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"settings file {os.environ.get('QC_CONFIG', 'qc.toml')}: {error}") from None
