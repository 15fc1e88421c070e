"""The right of the clips page: the clips that the user chose, in order, and the pack that is made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import streamlit as st

from qc.access import Action
from qc.desk import Chosen
from qc.packs import MOST, Pack, SoundFormat, file_name
from qc.packs.pack import TIP, TITLE
from qc.ui import clipping, downloads, shell
from qc.ui.words import LANGUAGES, Words, clock, plain


def show(words: Words) -> None:
    """Draw it."""
    tray = shell.here().desk.tray()
    st.header(words("clips.tray", count=len(tray), most=MOST), anchor=False)
    if not tray:
        shell.empty(words("clips.tray_empty"), words("clips.tray_advice"))
        return
    with st.container(border=True, key="tray"):
        for place, one in enumerate(tray):
            _clip(one, place, len(tray), words)
        for place, item in enumerate(_alone(tray)):
            st.button(
                words("clips.example_missing", item=words.item(item)),
                key=f"example_{place}",
                icon=":material/lightbulb:",
                on_click=_examples,
                args=(item,),
                type="tertiary",
            )
        _empty(words)
    _pack(tray, words)


def _clip(one: Chosen, place: int, count: int, words: Words) -> None:
    desk, clip = shell.here().desk, one.clip
    title = clip.title or (words.item(clip.item) if clip.item else words("pack.clip", number=place + 1))
    facts = [words("pack.good" if clip.good else "pack.short")] if clip.item else []
    facts += [one.row.agent or words("none"), f"{clock(clip.interval.start)}–{clock(clip.interval.end)}"]
    st.markdown(f"{place + 1}. **{plain(title)}**")
    st.caption(" · ".join(plain(fact) for fact in facts))
    with st.container(horizontal=True, gap="small", key=f"tray_{one.id}"):
        _button("up", "arrow_upward", one, words, lambda: desk.move(one.id, later=False), able=place > 0)
        _button("down", "arrow_downward", one, words, lambda: desk.move(one.id, later=True), able=place < count - 1)
        _button("change", "edit", one, words, lambda: clipping.open_clip(one.row.inspection_id, clip, one.id))
        _button("remove", "delete", one, words, lambda: desk.drop(one.id))


def _button(name: str, icon: str, one: Chosen, words: Words, act: Callable[[], None], *, able: bool = True) -> None:
    key = f"{name}_{one.id}"
    if st.button(words(f"clips.{name}"), key=key, icon=f":material/{icon}:", type="tertiary", disabled=not able):
        with shell.sentences(words):
            act()
            st.rerun()


def _empty(words: Words) -> None:
    with st.popover(words("clips.clear"), icon=":material/delete_sweep:", type="tertiary"):
        st.markdown(words("clips.clear_sure"))
        if st.button(words("clips.clear"), key="clear_tray"):
            with shell.sentences(words):
                shell.here().desk.drop()
                st.rerun()


def _alone(tray: tuple[Chosen, ...]) -> list[str]:
    """Items that fall short in the tray without an example of how they are done well."""
    good = {one.clip.item for one in tray if one.clip.good}
    return list(dict.fromkeys(one.clip.item for one in tray if one.clip.item and one.clip.item not in good))


def _examples(item: str) -> None:
    st.session_state["item"], st.session_state["look"] = item, "good"
    st.session_state.pop("clips_page", None)


def _pack(tray: tuple[Chosen, ...], words: Words) -> None:
    desk = shell.here().desk
    with st.container(border=True, key="pack"):
        st.markdown(f"**{words('clips.pack')}**")
        title = st.text_input(words("clips.pack_title"), max_chars=TITLE, key="pack_title")
        note = st.text_area(words("clips.pack_note"), max_chars=TIP, key="pack_note", height=80)
        codes = list(LANGUAGES)
        first, second = st.columns(2)
        language = first.selectbox(
            words("clips.pack_language"),
            codes,
            index=codes.index(words.language),
            format_func=LANGUAGES.__getitem__,
            key="pack_language",
        )
        sound = second.segmented_control(
            words("clips.pack_sound"),
            list(SoundFormat),
            default=SoundFormat.WAV,
            required=True,
            format_func=lambda one: str(one.value).upper(),
            key="pack_sound",
            help=words("clips.pack_sound_help"),
        )
        agents = st.checkbox(words("clips.pack_agents"), key="pack_agents")
        clips = tuple(one.clip for one in tray)
        pack = Pack(clips, title, note, language, sound or SoundFormat.WAV, agents)
        downloads.offer(
            words("clips.make"),
            key=f"pack_{hashlib.sha256(repr(pack).encode()).hexdigest()[:16]}",
            name=file_name(title),
            media_type="application/zip",
            action=Action.EXPORT_CLIPS,
            make=lambda stream: desk.packing(pack)(stream),
        )
        st.caption(words("clips.make_help"))
