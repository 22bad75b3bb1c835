"""Nothing a forge or a library says reaches a message before the credential is struck out of it."""

import re
from urllib.parse import quote

from seatkeeper.config.secrets import HIDDEN, Secret

MOST = 300
_SHAPES = re.compile(
    r"gh[a-z]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}"
    r"|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+|(?<=[Bb]earer )[^\s\"',]+|(?<=[Tt]oken )[A-Za-z0-9_.-]{16,}"
    r"|(?<=://)[^/@\s]+(?=@)|(?<=authorization_request=)[^&\s\"]+"
)


def redact(text: str, token: Secret) -> str:
    """`text` on one printable line, at most `MOST` long, without the token or anything shaped like one."""
    value = token.reveal()
    for form in {value, quote(value, safe="")} - {""}:
        text = text.replace(form, HIDDEN)
    words = " ".join(_SHAPES.sub(HIDDEN, text).split())
    line = "".join(character for character in words if character.isprintable())
    return line if len(line) <= MOST else line[: MOST - 1] + "…"
