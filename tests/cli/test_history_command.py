"""`history` is one command with another one inside it, and both say what they take."""

import pytest
from click.testing import CliRunner

from seatkeeper.cli.main import seatkeeper


@pytest.mark.parametrize(("words", "said"), [(["history"], "ACCOUNT"), (["history", "import"], "--answers")])
def test_help_is_that_of_what_was_typed(words: list[str], said: str) -> None:
    """Whatever is no command's name is an account."""
    shown = CliRunner().invoke(seatkeeper, [*words, "--help"])

    assert shown.exit_code == 0
    assert said in shown.output
