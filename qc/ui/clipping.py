"""The left of the clips page: what there is to choose from, and the clip that is being made of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from qc.access import Action
from qc.clips import stretches
from qc.desk import Desk, Selection
from qc.errors import NotFound, RecordingError
from qc.interval import Interval
from qc.language import load, say
from qc.packs import LONGEST, SHORTEST
from qc.packs.pack import TAG, TAGS, TIP, TITLE
from qc.result import Excerpt, Finding, Inspection, Message
from qc.ui import evidence, shell, trimming
from qc.ui.server import links
from qc.ui.words import Words, clock, plain

AT_ONCE = 5
"""Calls of a page of evidence."""
OPEN = ("call", "start", "end", "shows", "good", "draft")
"""What of the clip that is open is in the URL."""
LOOKS = ("short", "good")
"""What falls short, or how it is done well."""
_OTHER = "-"
_COUNTED = 120.0
"""Seconds for which counts stand: they order a list, and a page is drawn at every click."""
_BETWEEN = re.compile("[,，、;；]")


@dataclass(frozen=True, slots=True)
class Opened:
    """The clip that the URL names, in its call; ``draft``: its id in the tray, None while it is new."""

    inspection: Inspection
    clip: Excerpt
    draft: int | None

    @property
    def name(self) -> str:
        """Stands for it in the keys of widgets."""
        return _short(repr((self.draft, self.clip.recording_id, self.clip.item, self.clip.good, self.clip.interval)))


def open_clip(key: str, clip: Excerpt, draft: int | None = None) -> None:
    """Put a clip into the URL; it is drawn with the next run."""
    close()
    span = clip.interval
    st.query_params["call"], st.query_params["start"], st.query_params["end"] = (
        key,
        f"{span.start:.2f}",
        f"{span.end:.2f}",
    )
    if clip.item:
        st.query_params["shows"] = clip.item
    if clip.good:
        st.query_params["good"] = "1"
    if draft is not None:
        st.query_params["draft"] = str(draft)


def close() -> None:
    """Take the clip out of the URL."""
    for name in OPEN:
        st.query_params.pop(name, None)


def opened(words: Words) -> Opened | None:
    """What the URL names; None without, and for a call that is not there, which is said."""
    query = st.query_params
    if not (key := query.get("call")):
        return None
    desk = shell.here().desk
    try:
        inspection = desk.cutting(key)
    except NotFound:
        st.warning(words("call.unknown", call=plain(key[:80])), icon=":material/search_off:")
        return None
    recording = inspection.call.recording
    span = _span(query.get("start"), query.get("end"), recording.duration)
    clip = Excerpt(recording.id, span, query.get("shows", ""), query.get("good") == "1")
    number = query.get("draft", "")
    mine = next((one for one in desk.tray() if str(one.id) == number), None) if number else None
    if mine is None or mine.clip.recording_id != recording.id:
        return Opened(inspection, clip, None)
    return Opened(inspection, mine.clip, mine.id)


def editor(one: Opened, words: Words) -> None:
    """The open clip: its span, its words, and the way into the tray."""
    desk, call = shell.here().desk, one.inspection.call
    with st.container(border=True, key="clip_editor"):
        facts = [_call_name(one.inspection), call.metadata.agent or words("none")]
        st.markdown(f"**{plain(words('clips.changing') if one.draft else words('clips.new'))}**")
        shell.link("call", " · ".join(facts), call=one.inspection.id, t=f"{one.clip.interval.start:.2f}")
        path = Path(desk.hearing(one.inspection.id).call.recording.path)
        peaks: tuple[tuple[int, ...], ...] = ()
        try:
            peaks = shell.peaks(call.recording.id, str(path))
        except RecordingError:
            st.warning(
                words("call.file_gone", path=plain(Path(call.recording.path).name)), icon=":material/volume_off:"
            )
        sound = links.sound(desk.user, one.inspection) if peaks else None
        span = trimming.show(call, one.clip.interval, words, peaks, sound, name=one.name)
        clip = _texts(replace(one.clip, interval=span), one, words)
        save, cancel = st.columns([2, 1])
        label = words("clips.save") if one.draft else words("clips.add")
        if save.button(label, type="primary", icon=":material/add:", width="stretch", disabled=not peaks):
            with shell.sentences(words):
                if one.draft is None:
                    desk.choose(one.inspection.id, clip)
                else:
                    desk.rechoose(one.draft, clip)
                close()
                st.rerun()
        if cancel.button(words("clips.cancel"), width="stretch"):
            close()
            st.rerun()


def evidence_of(selection: Selection, words: Words) -> None:
    """An item's evidence in the selected calls, or how it is done well, some calls at a time."""
    desk = shell.here().desk
    short = _short_of(selection)
    known = sorted(desk.options(selection).items, key=lambda item: (-short.get(item, 0), item))
    if not known:
        shell.empty(words("clips.no_item"), words("clips.no_item_advice"))
        return
    shell.from_url("item", known, known[:1])
    shell.from_url("look", LOOKS, LOOKS[:1])
    choose, look = st.columns([3, 2], vertical_alignment="bottom")

    def label(item: str) -> str:
        name, count = words.item(item), short.get(item)
        return name if count is None else words("clips.item_short", item=name, count=count)

    item = choose.selectbox(words("clips.item"), known, format_func=label, key="item")
    kind = look.segmented_control(
        words("clips.look"),
        LOOKS,
        required=True,
        format_func=lambda one: words(f"clips.look_{one}"),
        key="look",
        label_visibility="collapsed",
        width="stretch",
    )
    shell.to_url("item", [item], known[:1])
    shell.to_url("look", [kind or LOOKS[0]], LOOKS[:1])
    _evidence(selection, item, kind == "good", words)


def _short_of(selection: Selection) -> Mapping[str, int]:
    """In how many calls each item falls short; none for who may not see that."""
    desk = shell.here().desk
    if not desk.may(Action.SEE_OVERVIEW):
        return {}
    return _counted(desk, f"{desk.settings.database} {desk.user} {selection}", selection)


@st.cache_data(show_spinner=False, ttl=_COUNTED, max_entries=100)
def _counted(_desk: Desk, asked: str, _selection: Selection) -> dict[str, int]:
    return {one.item: one.short for one in _desk.item_sums(_selection)}


def _evidence(selection: Selection, item: str, good: bool, words: Words) -> None:
    desk = shell.here().desk
    page = int(st.session_state.get("clips_page") or 1)
    found = desk.showing(item, selection, good=good, offset=(page - 1) * AT_ONCE, size=AT_ONCE)
    if page > 1 and not found.inspections:  # another item, with fewer
        page = st.session_state["clips_page"] = 1
        found = desk.showing(item, selection, good=good, size=AT_ONCE)
    if not found.inspections:
        name = words.item(item)
        if good:
            shell.empty(words("clips.none_good", item=name), words("clips.none_good_advice"))
        else:
            shell.empty(words("clips.none_short", item=name), words("clips.none_short_advice"))
        return
    st.caption(words("clips.found_good" if good else "clips.found_short", count=found.total))
    for inspection in found.inspections:
        _call(inspection, item, good, words)
    if (pages := -(-found.total // AT_ONCE)) > 1:
        st.pagination(pages, key="clips_page")


def _call(inspection: Inspection, item: str, good: bool, words: Words) -> None:
    call = inspection.call
    margin = shell.here().settings.clip_margin
    with st.container(border=True):
        facts = [_call_name(inspection), call.metadata.agent or words("none")]
        facts += [f"{call.metadata.start:%Y-%m-%d %H:%M}"] if call.metadata.start else []
        shell.link("call", " · ".join(facts), call=inspection.id)
        for place, (span, findings) in enumerate(stretches(inspection, item, margin, call.recording.duration)):
            said = _said(findings, words) or words("coaching.whole_call")
            st.markdown(plain(f"{clock(span.start)}–{clock(span.end)} {said}"))
            key = _short(repr((inspection.id, item, place)))
            player, choose = st.columns([5, 2], vertical_alignment="center")
            with player:
                evidence.play(inspection.id, _call_name(inspection), span, words, f"clips_{key}")
            clip = Excerpt(call.recording.id, _fitted(span, call.recording.duration), item, good)
            choose.button(
                words("clips.choose"),
                key=f"choose_{key}",
                icon=":material/content_cut:",
                on_click=open_clip,
                args=(inspection.id, clip),
                width="stretch",
            )


def _texts(clip: Excerpt, one: Opened, words: Words) -> Excerpt:
    """What the clip shows, and the trainer's own words for it."""
    items = [_OTHER, *(row.item for row in one.inspection.score.results)]
    what, how = st.columns(2, vertical_alignment="bottom")
    item = what.selectbox(
        words("clips.shows"),
        items,
        index=items.index(clip.item) if clip.item in items else 0,
        format_func=lambda name: words("clips.shows_other") if name == _OTHER else words.item(name),
        key=f"clip_item_{one.name}",
    )
    good = clip.good
    if item != _OTHER:
        kind = how.segmented_control(
            words("clips.look"),
            LOOKS,
            default=LOOKS[clip.good],
            required=True,
            format_func=lambda name: words(f"pack.{name}"),
            key=f"clip_good_{one.name}",
            label_visibility="collapsed",
            width="stretch",
        )
        good = kind == "good"
    title = st.text_input(
        words("clips.clip_title"),
        clip.title,
        max_chars=TITLE,
        placeholder="" if item == _OTHER else words.item(item),
        key=f"clip_title_{one.name}",
    )
    tip = st.text_area(
        words("clips.tip"),
        clip.tip,
        max_chars=TIP,
        placeholder="" if item == _OTHER or good else _tip(item, words.language),
        key=f"clip_tip_{one.name}",
        height=80,
    )
    tags = st.text_input(
        words("clips.tags"),
        ", ".join(clip.tags),
        max_chars=TAG * TAGS,
        help=words("clips.tags_help", count=TAGS),
        key=f"clip_tags_{one.name}",
    )
    named = tuple(tag.strip() for tag in _BETWEEN.split(tags) if tag.strip())
    return replace(
        clip, item="" if item == _OTHER else item, good=good and item != _OTHER, title=title, tip=tip, tags=named
    )


def _span(start: str | None, end: str | None, duration: float) -> Interval:
    """As the URL says, as far as it is a clip of the call; else its first seconds."""
    found: list[float] = []
    for text in (start, end):
        try:
            found.append(min(max(0.0, float(text or "")), duration))
        except ValueError:
            found.append(duration if found else 0.0)
    first, last = found
    if not last - first >= SHORTEST:
        first = max(0.0, min(first, duration - 10.0))
        last = min(duration, first + 10.0)
    return _fitted(Interval(first, last), duration)


def _fitted(span: Interval, duration: float) -> Interval:
    """No longer than a clip may be."""
    return Interval(span.start, min(span.end, duration, span.start + LONGEST))


def _said(findings: tuple[Finding, ...], words: Words) -> str:
    parts = [
        f"“{one.quote}” — {say(one.note, words.language)}" if one.quote else say(one.note, words.language)
        for one in findings
    ]
    return " · ".join(dict.fromkeys(parts))


def _tip(item: str, language: str) -> str:
    message = Message(f"tip.{item}")
    return say(message, language) if message.key in load(language).messages else ""


def _short(text: str) -> str:
    """For keys: names from outside may hold what Streamlit's own keys are made of."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _call_name(inspection: Inspection) -> str:
    return inspection.call.metadata.call_id or Path(inspection.call.recording.path).name
