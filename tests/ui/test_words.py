"""Every sentence of the interface is in every catalogue, and no page holds one of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import qc.ui
from qc import words
from qc.access import Action
from qc.audit import ACCEPT, ANCHOR, CUT
from qc.ui.words import LANGUAGES, LONGEST, Words, catalogue, clock, number, percent, plain, tidy

UI = Path(qc.ui.__file__).parent
FILES = sorted(UI.rglob("*.py"))
TECHNICAL = {
    "key",
    "icon",
    "color",
    "format",
    "type",
    "gap",
    "language",
    "bind",
    "selection_mode",
    "on_select",
    "width",
    "height",
    "label_visibility",
    "vertical_alignment",
    "horizontal_alignment",
    "border",
    "layout",
    "page_icon",
    "url_path",
    "page",
    "default",
    "size",
    "autorange",
    "delta_arrow",
    "delta_color",
    "tickformat",
    "ticksuffix",
    "xanchor",
    "rangemode",
    "show_spinner",
    "initial_sidebar_state",
}
"""Arguments of Streamlit that nobody reads."""
SIGNS = re.compile(r"^[\W\d_]*$|^:material/\w+:$")


def test_every_language_has_every_sentence() -> None:
    keys = {code: set(catalogue(code)) for code in LANGUAGES}
    assert keys["zh"] == keys["en"] == keys["es"]
    assert all(sentence.strip() for code in LANGUAGES for sentence in catalogue(code).values())


def test_placeholders_are_the_same_in_every_language() -> None:
    def names(sentence: str) -> list[str]:
        return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)

    different = {
        key for key, s in catalogue("zh").items() for code in LANGUAGES if names(catalogue(code)[key]) != names(s)
    }
    assert different == set()


def test_chinese_catalogue_is_chinese_and_the_others_are_not() -> None:
    same_everywhere = {
        *("none", "call.points", "call.product", "player.mood", "scorecards.option", "coaching.comma"),
    }
    han = re.compile(r"[\u4e00-\u9fff]")
    assert {key for key, sentence in catalogue("zh").items() if not han.search(sentence)} == same_everywhere
    assert not [key for code in ("en", "es") for key, sentence in catalogue(code).items() if han.search(sentence)]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _texts(node: ast.AST) -> Iterator[str]:
    """String literals in an argument that a reader would see; not the keys given to ``words(...)``, nor subscripts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.BinOp | ast.IfExp | ast.BoolOp):
        skip = {node.test} if isinstance(node, ast.IfExp) else set()
        for child in ast.iter_child_nodes(node):
            if child not in skip and not isinstance(child, ast.FormattedValue):
                yield from _texts(child)
    elif isinstance(node, ast.Dict):
        for value in (*node.keys, *node.values):
            yield from _texts(value) if value is not None else ()


def _shown(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        yield from _texts(argument)
    for keyword in call.keywords:
        if keyword.arg not in TECHNICAL:
            yield from _texts(keyword.value)


def _draws(call: ast.Call) -> bool:
    """``st.…(…)``, ``columns[0].metric(…)``, ``column.TextColumn(…)``, ``shell.empty(…)``, ``shell.link(…)``."""
    if not isinstance(call.func, ast.Attribute):
        return False
    return call.func.attr in {
        "title",
        "header",
        "subheader",
        "caption",
        "markdown",
        "write",
        "text",
        "metric",
        "button",
        "error",
        "warning",
        "info",
        "success",
        "badge",
        "expander",
        "tabs",
        "selectbox",
        "multiselect",
        "segmented_control",
        "slider",
        "toggle",
        "checkbox",
        "radio",
        "text_input",
        "link_button",
        "download_button",
        "popover",
        "toast",
        "audio",
        "table",
        "html",
        "help",
        "dataframe",
        "plotly_chart",
        "empty",
        "Page",
        "set_page_config",
        "TextColumn",
        "NumberColumn",
        "DatetimeColumn",
        "ProgressColumn",
        "update_xaxes",
        "update_yaxes",
        "add_annotation",
    }


def hard_coded(source: str) -> list[str]:
    return [
        text for call in _calls(ast.parse(source)) if _draws(call) for text in _shown(call) if not SIGNS.match(text)
    ]


ALLOWED = {
    "qc batch recordings_sample",
    "qc follow-up find",
    "qc rescore",  # a command is the same in every language
    "style.css",
    "call",
    "calls",
    "review",
    "reviews",  # names of pages, given to shell.link
    ".py",
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UI)))
def test_no_sentence_is_hard_coded(file: Path) -> None:
    assert [text for text in hard_coded(file.read_text("utf-8")) if text not in ALLOWED] == []


def test_the_scan_finds_what_is_hard_coded() -> None:
    assert hard_coded('st.title("Overview")') == ["Overview"]
    assert hard_coded('columns[0].metric(f"Score {x}", 3)') == ["Score "]
    assert hard_coded('st.caption(words("a.b") + " calls", help="why")') == [" calls", "why"]
    assert hard_coded('st.metric(words("overview.calls"), 1, key="calls", icon=":material/call:")') == []


def _keys() -> Iterator[tuple[str, str]]:
    """Keys given to ``words("…")`` in the code, with f-string parts as a wildcard."""
    for file in FILES:
        for call in _calls(ast.parse(file.read_text("utf-8"))):
            if isinstance(call.func, ast.Name) and call.func.id == "words" and call.args:
                argument = call.args[0]
                if isinstance(argument, ast.Constant):
                    yield file.name, re.escape(str(argument.value))
                elif isinstance(argument, ast.JoinedStr):
                    parts = [re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in argument.values]
                    yield file.name, "".join(parts)


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    used = list(_keys())
    assert len(used) > 80
    known = {*catalogue("en"), *words.catalogue(words.FOLDER, "en")}
    assert [(file, key) for file, key in used if not any(re.fullmatch(key, one) for one in known)] == []


def test_no_sentence_is_unused() -> None:
    patterns = {key for _, key in _keys()}
    code = "\n".join(file.read_text("utf-8") for file in FILES)
    by_code = {
        "answer",
        "failure",
        "language",
        "direction",
        "factor",
        "role_source",
        "roles_state",
        "section",
        "sentiment",
    }  # words.term(kind, code)
    unused = [
        key
        for key in catalogue("en")
        if not any(re.fullmatch(pattern, key) for pattern in patterns)
        and key.split(".")[0] not in by_code
        and f'"{key}"' not in code
    ]
    assert unused == []


def test_what_is_in_the_trail_has_words() -> None:
    done = {*Action, ACCEPT, ANCHOR, CUT, "refused", "blocked", "played", "downloaded", "signed_in", "signed_out"}
    for language in LANGUAGES:
        assert {one for one in done if f"action.{one}" not in Words(language)} == set()


def test_a_missing_placeholder_is_an_error_and_an_unknown_code_is_not() -> None:
    with pytest.raises(KeyError):
        Words("en")("overview.passed_help", count=1)
    assert Words("es").term("failure", "own_code") == "own code"
    assert Words("xx").language == "en"


def test_text_from_outside_is_no_markdown() -> None:
    assert plain("**a** [b](c)") == r"\*\*a\*\* \[b\]\(c\)"
    assert plain("a\n# b :red[c] $d$ <i>") == r"a \# b \:red\[c\] \$d\$ \<i\>"


def test_an_address_from_outside_is_no_link() -> None:
    assert plain("see HTTP://x.y, www.x.y or a@b.cd") == "see HTTP\u2060\\://x\\.y, www\u2060\\.x\\.y or a@\u2060b\\.cd"


def test_text_from_outside_is_short_and_turns_nothing_around() -> None:
    assert tidy("a" * 10_000, 20) == "a" * 19 + "…"
    assert tidy("\u202egpj.exe\u202c\n x") == "gpj.exe x"
    assert tidy("\u2067عربي") == "\u2068عربي\u2069"
    assert len(plain("*" * 10_000)) <= 2 * LONGEST


def test_figures_are_short() -> None:
    assert [clock(0), clock(65.9), clock(3723)] == ["0:00", "1:05", "1:02:03"]
    assert [number(None), number(84.0), number(84.25, 2), number(7.26)] == ["–", "84", "84.25", "7.3"]
    assert [percent(None), percent(0.345)] == ["–", "34 %"]
