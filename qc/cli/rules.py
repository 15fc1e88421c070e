"""``qc rules``: look for mistakes in phrase rules, and try them on a text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import JsonOption, settings_for
from qc.cli.output import say_line, show, table

app = typer.Typer(
    help="Phrase rules: find mistakes in them, try them on a text.", no_args_is_help=True, rich_markup_mode=None
)


@app.command()
def lint(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Language packs and scorecards; default: all that are installed.", show_default=False),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Name every mistake with file, line and rule; exit code 1 when there is one."""
    from qc import language, scorecard
    from qc.document import parse, text_of
    from qc.errors import UsageError
    from qc.rules.lint import lint as lint_pack

    installed = [*sorted(language.FOLDER.glob("*.yaml")), *sorted(scorecard.FOLDER.glob("*.yaml"))]
    problems: list[str] = []
    for path in files or installed:
        text = text_of(path, UsageError)
        card = "sections" in parse(text, str(path), UsageError, "a language pack or a scorecard is a mapping").data
        problems += scorecard.lint(path) if card else lint_pack(path)
    if json:
        show(problems)
    else:
        for problem in problems:
            say_line(problem)
        say_line(f"{len(files or installed)} files, {len(problems)} mistakes")
    raise typer.Exit(bool(problems))


@app.command("try")
def try_(
    text: Annotated[str, typer.Argument(help="What somebody says.", show_default=False)],
    language: Annotated[str, typer.Option("--language", help="Whose language pack.")] = "zh",
    rule: Annotated[str | None, typer.Option("--rule", help="Only this rule or group.", show_default=False)] = None,
    json: JsonOption = False,
) -> None:
    """Show which rules a text hits, by which words, and which it nearly hits and why not."""
    from qc.language import load, say
    from qc.redact import mask_part
    from qc.rules.trial import attempt
    from qc.site import of

    settings = settings_for()
    reader = settings.interface_language
    pack = load(language, of(settings))
    site = of(settings)
    tried = attempt(text, pack, pack.group(rule) if rule else ())
    found = [replace(one, words=mask_part(one.words, text, language, site)) for one in tried]
    if json:
        show(
            [
                {
                    "rule": one.rule,
                    "role": one.role,
                    "hit": one.hit,
                    "words": one.words,
                    "pattern": one.pattern,
                    "why": say(one.why, reader),
                    "when": [say(message, reader) for message in one.when],
                }
                for one in found
            ]
        )
        return
    if not found:
        say_line(f"no rule of {pack.name} has a phrase in it")
        return
    table(
        ["rule", "said by", "hit", "words", "pattern", "why", "only when"],
        [
            (o.rule, o.role, o.hit, o.words, o.pattern, say(o.why, reader), "; ".join(say(m, reader) for m in o.when))
            for o in found
        ],
    )
