"""What one field says of another: each rule here refuses a configuration that could not mean anything."""

from collections import Counter
from collections.abc import Iterator

from seatkeeper.config.document import Document, Path
from seatkeeper.config.fields import VARIABLE, loopback
from seatkeeper.config.pins import matches
from seatkeeper.config.schema import Configuration, Forge
from seatkeeper.errors import ConfigurationError

_DATES = ("date", "timestamp")


def check_consistency(configuration: Configuration, document: Document) -> None:
    """Raise the first rule that does not hold, in order of the file's sections."""
    _store(configuration, document)
    if configuration.second_place is not None and configuration.second_place.endpoint is not None:
        check_endpoint(document, configuration.second_place.endpoint)
    _columns(configuration, document)
    for name, forge in configuration.forges.items():
        _credentials(name, forge, document)
        check_address(document, ("forges", name), forge.api, forge.clock)
    _overruled(configuration, document)
    _pins(configuration, document)


def check_address(document: Document, path: Path, api: str, clock: str) -> None:
    """Refuse an API root that would show the token to the network, and virtual time for a real forge.

    An address that still waits for its variable is checked when that is known.
    """
    if VARIABLE.search(api):
        return
    if not api.startswith(("https://", "http://")) or not api.partition("://")[2].strip("/"):
        raise document.refusal((*path, "api"), "should be a URL, such as https://api.github.com")
    if clock == "simulator" and not loopback(api):
        raise document.refusal(
            (*path, "clock"),
            "should be system: a simulator's clock is only believed on this machine (127.0.0.1)",
        )
    if api.startswith("http://") and not loopback(api):
        raise document.refusal((*path, "api"), "should be https: over http anyone on the way reads the token")


def check_endpoint(document: Document, endpoint: str) -> None:
    """Refuse an address of a bucket that is none, or that anyone on the way can listen to."""
    if VARIABLE.search(endpoint):
        return
    https = endpoint.startswith("https://") and endpoint.partition("://")[2].strip("/")
    if not https and not (endpoint.startswith("http://") and loopback(endpoint)):
        raise document.refusal(
            ("second_place", "endpoint"), "should be an https URL, such as https://s3.eu-west-1.amazonaws.com"
        )


def _store(configuration: Configuration, document: Document) -> None:
    store = configuration.store
    if not isinstance(store, str) or VARIABLE.match(store):
        return
    scheme, _, rest = store.partition("://")
    if scheme.partition("+")[0] not in {"sqlite", "postgresql"}:
        raise document.refusal(("store",), "should be sqlite:///FILE or postgresql://…")
    if scheme.startswith("sqlite") and rest.strip("/") in {"", ":memory:"}:
        raise document.refusal(("store",), "should be a file: a journal in memory is gone with the process")


def _columns(configuration: Configuration, document: Document) -> None:
    for name, source in configuration.sources.items():
        at: Path = ("sources", name, "columns")
        roles = Counter(column.role for column in source.columns.values() if column.role)
        for column, declared in source.columns.items():
            if declared.role and roles[declared.role] > 1:
                raise document.refusal((*at, column, "role"), f"another column is {declared.role} already")
            if declared.role in {"start", "end"} and declared.type not in _DATES:
                raise document.refusal((*at, column), f"is the {declared.role}, so its type should be date")
        for column, path in _lists(configuration):
            declared_type = source.columns[column].type if column in source.columns else "list"
            if declared_type != "list":
                raise document.refusal(
                    path, f"names {column}, whose type should be list and is {declared_type}"
                )


def _lists(configuration: Configuration) -> Iterator[tuple[str, Path]]:
    for at, rule in enumerate(configuration.policy.access):
        for position, given in enumerate(rule.grant):
            if given.teams_from is not None:
                yield given.teams_from, ("policy", "access", at, "grant", position, "teams_from")


def _credentials(name: str, forge: Forge, document: Document) -> None:
    read, write = forge.read, forge.write
    if write is None:
        return
    kind = "token" if write.app is None else "app"
    at: Path = ("forges", name, "write", kind)
    same_app = (
        write.app is not None
        and read.app is not None
        and (write.app.id == read.app.id or write.app.installation == read.app.installation)
    )
    if same_app or (write.token is not None and write.token == read.token):
        told = "planning must not hold a credential that can write"
        raise document.refusal(at, f"should be another {kind} than read's: {told}")
    if write.site_admin and write.app is not None:
        raise document.refusal(at, "is no site administrator: `site_admin` needs one's token")


def _overruled(configuration: Configuration, document: Document) -> None:
    status, leave = configuration.policy.status, configuration.policy.leave
    kept = {value for value, means in status.values.items() if means == "keep"} if status else set()
    for at, value in enumerate(leave.over if leave else []):
        if value not in kept:
            raise document.refusal(
                ("policy", "leave", "over", at),
                "is no value that the status table keeps",
                allowed=kept,
                wrote=value,
            )


def _pins(configuration: Configuration, document: Document) -> None:
    seen: dict[tuple[str | None, ...], int] = {}
    for at, pin in enumerate(configuration.policy.pins):
        key = (pin.account and pin.account.casefold(), pin.person, pin.when, pin.pin)
        if key in seen:
            first = document.line(("policy", "pins", seen[key]))
            raise document.refusal(("policy", "pins", at), f"pins the same again, first on line {first}")
        seen[key] = at
        asked = configuration.pins.ticket
        if asked is not None and (pin.ticket is None or not matches(asked, pin.ticket)):
            raise document.refusal(
                ("policy", "pins", at, *(["ticket"] if pin.ticket else [])),
                f"should have a ticket that pins.ticket matches from end to end: {asked}",
            )


def refuse_unset(document: Document, path: Path, name: str) -> ConfigurationError:
    """The error for a variable that a field needs and the environment does not have."""
    told = f"needs the environment variable {name}, which is not set"
    return document.refusal(path, told, then=f"export {name}=…, then run the command again")
