"""Other people's text in our terminal: control characters shown, markup taken literally."""

from rich.markup import escape

from seatkeeper.rules.plain import plain


def words(text: str) -> str:
    """Text that may stand inside rich's markup."""
    return escape(plain(text))
