"""Mail: exactly the headers that a notice has, by SMTP, or into a folder for a trial.

Apprise gives every mail a new Message-ID and makes its text from the HTML, so mail does not go through it.
"""

import re
import smtplib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import NotSent
from seatkeeper.model.notice import Message

Tls = Literal["starttls", "tls", "none"]

TIMEOUT = 20.0
"""Seconds for one answer of the server."""
TRY_AGAIN = range(400, 500)
"""SMTP's answers that are not for good."""
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


def compose(message: Message, sender: str, to: str) -> EmailMessage:
    """The mail: text and HTML of the same words, threaded, and nothing that reports who read it.

    Raises `NotSent`, for good, where `to` is not exactly one mail address.
    """
    if not _ADDRESS.fullmatch(to) or not to.isascii():
        raise NotSent(
            "The address is not one that mail can be sent to.",
            again=False,
            remedy="Correct it in the record of people; see who it is: seatkeeper notices",
        )
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Seatkeeper", addr_spec=sender)
    mail["To"] = to
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.id}>"
    if message.answers is not None:
        mail["In-Reply-To"] = mail["References"] = f"<{message.answers}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail


@dataclass(frozen=True, slots=True)
class SmtpChannel:
    """`ports.Channel` over a mail server; a connection for each message, so that none grows stale."""

    host: str
    port: int
    tls: Tls
    sender: str
    user: str | None = None
    password: Secret | None = None
    timeout: float = TIMEOUT

    def send(self, message: Message, to: str) -> None:
        """See `ports.Channel.send`."""
        mail = compose(message, self.sender, to)
        try:
            with self._connect() as server:
                if self.tls == "starttls":
                    server.starttls()
                if self.user is not None and self.password is not None:
                    server.login(self.user, self.password.reveal())
                server.send_message(mail, self.sender, [to])
        except smtplib.SMTPRecipientsRefused as no:
            code = next(iter(no.recipients.values()))[0]
            raise self._not_sent(f"refused the address with {code}", again=code in TRY_AGAIN) from None
        except smtplib.SMTPResponseException as no:
            raise self._not_sent(f"said {no.smtp_code}", again=no.smtp_code in TRY_AGAIN) from None
        except smtplib.SMTPNotSupportedError:
            raise self._not_sent("does not offer what the configuration asks for") from None
        except (OSError, smtplib.SMTPException) as error:
            raise self._not_sent(f"could not be talked to ({type(error).__name__})") from None

    def _connect(self) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if self.tls == "tls" else smtplib.SMTP
        return kind(self.host, self.port, timeout=self.timeout)

    def _not_sent(self, what: str, *, again: bool = True) -> NotSent:
        return NotSent(f"The mail server {self.host}:{self.port} {what}.", again=again)


@dataclass(frozen=True, slots=True)
class FolderChannel:
    """`ports.Channel` into a folder: a message sent to an address again is the same file."""

    folder: Path
    sender: str

    def send(self, message: Message, to: str) -> None:
        """See `ports.Channel.send`."""
        mail = compose(message, self.sender, to)
        name = f"{message.id}--{to}".replace("/", "_")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = self.folder / f".{name}"
            unfinished.write_bytes(mail.as_bytes())
            unfinished.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise NotSent(f"The folder {self.folder} can't be written: {error.strerror}.") from None
