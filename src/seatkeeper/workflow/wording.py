"""Wording: templates filled with facts. Each language is a folder of `templates`, each kind a file in it.

The HTML of a message is made from its text, so that the two can't say different things, and nothing in a
name can be markup: what comes from outside is spelled out by `plain`, then escaped as a whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from seatkeeper.model.notice import Message, Notice, NoticeRules
from seatkeeper.rules.plain import markdown_text, plain

if TYPE_CHECKING:
    from jinja2 import Environment

    from seatkeeper.workflow.look import Look
    from seatkeeper.workflow.report import Report

FALLBACK = "en"


class Setting(NamedTuple):
    """What messages of an organization are written with; `link` is the person's own page, if any."""

    organization: str
    zone: str
    rules: NoticeRules
    link: str = ""


def write(notice: Notice, facts: Mapping[str, object], setting: Setting, answers: str | None) -> Message:
    """The message that tells a notice, the same for the same facts."""
    word = notice.word
    language = language_of(word.language, setting.rules.default_language)
    told = {**facts, "organization": setting.organization, "link": setting.link, "audience": word.audience}
    known = [f"{folder}/{word.kind}.txt" for folder in (language, FALLBACK)]
    written = templates(setting.zone).select_template(known).render(told)
    head, _, body = written.strip().partition("\n")
    subject, text = head.removeprefix("Subject: ").strip(), _tidy(body)
    links = {setting.link, str(facts.get("accept", ""))} - {""}
    return Message(
        id=message_id(notice.id, setting.rules),
        answers=message_id(answers, setting.rules) if answers else None,
        at=notice.queued_at,
        subject=subject,
        text=text,
        html=templates(setting.zone)
        .get_template("mail.html")
        .render(language=language, subject=subject, blocks=[_lines(b, links) for b in text.split("\n\n")]),
    )


def written(told: "Report", suffix: str, zone: str) -> str:
    """The report of an incident, as ``.md`` or ``.html``."""
    facts = {field.name: getattr(told, field.name) for field in fields(told)}
    return templates(zone).get_template(f"{FALLBACK}/report{suffix}").render(facts)


def look_page(told: "Look", parts: Sequence[tuple[str, str]], text: str, zone: str) -> str:
    """One look as a page to forward: it needs nothing but itself, and runs nothing."""
    lists = [(title, getattr(told, name)) for name, title in parts]
    page = templates(zone).get_template(f"{FALLBACK}/look.html")
    return page.render(told=told, organization=told.organization.login, lists=lists, lines=text.splitlines())


def message_id(notice: str, rules: NoticeRules) -> str:
    """The one Message-ID that a notice ever has."""
    return f"{notice}@{rules.domain}"


def _tidy(text: str) -> str:
    paragraphs = (part.strip("\n") for part in text.strip().split("\n\n"))
    return "\n\n".join(part for part in paragraphs if part) + "\n"


def _lines(block: str, links: set[str]) -> list[tuple[str, str]]:
    """The lines of a paragraph as (what it is, text): ours alone is a link, however a name looks."""
    shape = {True: "link", False: "text"}
    return [
        ("item", line[2:]) if line.startswith("- ") else (shape[line in links], line)
        for line in block.strip("\n").split("\n")
    ]


@cache
def templates(zone: str) -> "Environment":
    """The templates, which fail on any fact they lack, and show times in this zone."""
    from jinja2 import (  # noqa: PLC0415  # only who writes pays for it
        Environment,
        PackageLoader,
        StrictUndefined,
        select_autoescape,
    )

    environment = Environment(
        loader=PackageLoader("seatkeeper"),
        undefined=StrictUndefined,
        auto_reload=False,
        autoescape=select_autoescape(("html", "svg")),
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["md"] = markdown_text
    environment.filters["moment"] = lambda told: moment(told, zone)
    return environment


def _shown(value: object) -> object:
    """Text from outside as one line that shows exactly itself; what a template made is left as it is."""
    return plain(value) if type(value) is str else value


def moment(told: datetime | str, zone: str) -> str:
    """A time as people read it, in their company's zone, which it names."""
    at = told if isinstance(told, datetime) else datetime.fromisoformat(told)
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


@cache
def language_of(asked: str, otherwise: str) -> str:
    """The folder for a language, such as ``es`` for ``es-MX``; the default where there is none."""
    from importlib.resources import files  # noqa: PLC0415  # likewise

    for name in (asked, otherwise):
        folder = name.strip().lower().replace("_", "-").partition("-")[0]
        if folder.isalpha() and (files("seatkeeper") / "templates" / folder).is_dir():
            return folder
    return FALLBACK
