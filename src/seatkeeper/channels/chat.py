"""Chats and webhooks, by Apprise: whatever it has a URL for."""

from dataclasses import dataclass

from seatkeeper.config.secrets import Secret
from seatkeeper.errors import NotSent
from seatkeeper.model.notice import Message


@dataclass(frozen=True, slots=True)
class ChatChannel:
    """`ports.Channel` over one Apprise URL; the message's id stands below it, so that a double shows."""

    name: str
    url: Secret

    def send(self, message: Message, to: str) -> None:  # noqa: ARG002  # the URL says where
        """See `ports.Channel.send`. Apprise waits a few seconds, and does not tell why it failed."""
        import apprise  # noqa: PLC0415  # only who sends pays for it

        post = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False))
        if not post.add(self.url.reveal()):
            raise NotSent(
                f"The channel {self.name} has no URL that Apprise understands.",
                again=False,
                remedy="Correct notices.channels, then: seatkeeper notices",
            )
        body = f"{message.text}\n{message.id}"
        sent = post.notify(body=body, title=message.subject, body_format=apprise.NotifyFormat.TEXT)
        if not sent:
            raise NotSent(f"The channel {self.name} did not take it.")
