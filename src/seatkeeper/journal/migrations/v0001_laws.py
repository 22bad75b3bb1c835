"""The laws of the first schema, as triggers: what a careless or hostile statement may not do.

The owner of a SQLite file or of a PostgreSQL database can drop a trigger; the
chain is there to show what was done then.
"""

_GENESIS = "0" * 64
_FOLLOWS = "append-only: an entry must follow the last one"
_CHANGED = "append-only: what is written is not changed"
_STALE = "stale epoch: it is not the epoch of the organization''s present lease"
_PAYLOAD = "append-only: a payload comes with its entry, once"
_ERASED = "append-only: a payload is erased only where an erasure entry names it"
_ERASURE = "append-only: an erasure names earlier entries, once, and never an erasure"
_LEASE = "append-only: an epoch only grows"
_SPAN = "append-only: a span is opened once and closed once"

_SPAN_COLUMNS = ("id", "organization", "subject", "resource", "role", "since")
_NEW_SPAN = ", ".join(f"NEW.{column}" for column in _SPAN_COLUMNS)
_OLD_SPAN = ", ".join(f"OLD.{column}" for column in _SPAN_COLUMNS)

_WRITTEN = ("entries", "erasures", "observations")


def _sqlite_refuse(name: str, event: str, message: str, when: str = "") -> str:
    condition = f" WHEN {when}" if when else ""
    return f"CREATE TRIGGER {name} BEFORE {event}{condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"


SQLITE = [
    *(_sqlite_refuse(f"{table}_update", f"UPDATE ON {table}", _CHANGED) for table in _WRITTEN),
    *(_sqlite_refuse(f"{table}_delete", f"DELETE ON {table}", _CHANGED) for table in _WRITTEN),
    # INSERT OR REPLACE meets the same refusal, because an existing seq never follows the last one.
    _sqlite_refuse(
        "entries_insert",
        "INSERT ON entries",
        _FOLLOWS,
        "NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entries) OR NEW.previous IS NOT "
        f"coalesce((SELECT hash FROM entries ORDER BY seq DESC LIMIT 1), '{_GENESIS}')",
    ),
    _sqlite_refuse(
        "entries_epoch",
        "INSERT ON entries",
        _STALE,
        "(NEW.epoch <> 0 OR NEW.kind IN ('intent', 'outcome')) AND NOT EXISTS (SELECT 1 FROM leases "
        "WHERE organization = NEW.organization AND epoch = NEW.epoch AND holder <> '')",
    ),
    _sqlite_refuse(
        "payloads_insert",
        "INSERT ON payloads",
        _PAYLOAD,
        "NEW.seq IS NOT (SELECT max(seq) FROM entries) "
        "OR EXISTS (SELECT 1 FROM payloads WHERE seq = NEW.seq)",
    ),
    _sqlite_refuse("payloads_update", "UPDATE ON payloads", _CHANGED),
    _sqlite_refuse(
        "payloads_delete",
        "DELETE ON payloads",
        _ERASED,
        "NOT EXISTS (SELECT 1 FROM erasures WHERE seq = OLD.seq)",
    ),
    _sqlite_refuse(
        "erasures_insert",
        "INSERT ON erasures",
        _ERASURE,
        "EXISTS (SELECT 1 FROM erasures WHERE seq = NEW.seq) OR NEW.seq >= NEW.erasure "
        "OR EXISTS (SELECT 1 FROM entries WHERE seq = NEW.seq AND kind = 'erasure') "
        "OR NOT EXISTS (SELECT 1 FROM entries WHERE seq = NEW.erasure AND kind = 'erasure')",
    ),
    _sqlite_refuse("leases_update", "UPDATE ON leases", _LEASE, "NEW.epoch < OLD.epoch"),
    _sqlite_refuse("leases_delete", "DELETE ON leases", _LEASE),
    _sqlite_refuse(
        "spans_update",
        "UPDATE ON spans",
        _SPAN,
        f"OLD.until IS NOT NULL OR NEW.until IS NULL OR ({_NEW_SPAN}) IS NOT ({_OLD_SPAN})",
    ),
    _sqlite_refuse("spans_delete", "DELETE ON spans", _SPAN),
]


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION seatkeeper_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _raise(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'SK001';"


def _trigger(name: str, event: str, function: str, each: str = "ROW") -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} FOR EACH {each} EXECUTE FUNCTION seatkeeper_{function}()"


POSTGRESQL = [
    _function("changed", _raise(_CHANGED)),
    *(_trigger(f"{t}_change", f"UPDATE OR DELETE ON {t}", "changed") for t in _WRITTEN),
    *(
        _trigger(f"{t}_truncate", f"TRUNCATE ON {t}", "changed", "STATEMENT")
        for t in (*_WRITTEN, "payloads", "leases", "spans")
    ),
    _function(
        "entry",
        "IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM entries) "
        "OR NEW.previous IS DISTINCT FROM "
        f"coalesce((SELECT hash FROM entries ORDER BY seq DESC LIMIT 1), '{_GENESIS}') "
        f"THEN {_raise(_FOLLOWS)} END IF; "
        "IF NEW.epoch <> 0 OR NEW.kind IN ('intent', 'outcome') THEN "
        # The lease's row stays locked until the entry is committed, so nobody takes it over in between.
        "PERFORM 1 FROM leases WHERE organization = NEW.organization AND epoch = NEW.epoch AND holder <> '' "
        f"FOR SHARE; IF NOT FOUND THEN {_raise(_STALE)} END IF; END IF; RETURN NEW;",
    ),
    _trigger("entries_insert", "INSERT ON entries", "entry"),
    _function(
        "payload",
        "IF NEW.seq IS DISTINCT FROM (SELECT max(seq) FROM entries) "
        f"THEN {_raise(_PAYLOAD)} END IF; RETURN NEW;",
    ),
    _trigger("payloads_insert", "INSERT ON payloads", "payload"),
    _trigger("payloads_update", "UPDATE ON payloads", "changed"),
    _function(
        "payload_erased",
        "IF NOT EXISTS (SELECT 1 FROM erasures WHERE seq = OLD.seq) "
        f"THEN {_raise(_ERASED)} END IF; RETURN OLD;",
    ),
    _trigger("payloads_delete", "DELETE ON payloads", "payload_erased"),
    _function(
        "erasure",
        "IF NEW.seq >= NEW.erasure "
        "OR EXISTS (SELECT 1 FROM entries WHERE seq = NEW.seq AND kind = 'erasure') "
        "OR NOT EXISTS (SELECT 1 FROM entries WHERE seq = NEW.erasure AND kind = 'erasure') "
        f"THEN {_raise(_ERASURE)} END IF; RETURN NEW;",
    ),
    _trigger("erasures_insert", "INSERT ON erasures", "erasure"),
    _function(
        "lease",
        f"IF TG_OP = 'DELETE' OR NEW.epoch < OLD.epoch THEN {_raise(_LEASE)} END IF; RETURN NEW;",
    ),
    _trigger("leases_change", "UPDATE OR DELETE ON leases", "lease"),
    _function(
        "span",
        "IF TG_OP = 'DELETE' OR OLD.until IS NOT NULL OR NEW.until IS NULL "
        f"OR ({_NEW_SPAN}) IS DISTINCT FROM ({_OLD_SPAN}) THEN {_raise(_SPAN)} END IF; RETURN NEW;",
    ),
    _trigger("spans_change", "UPDATE OR DELETE ON spans", "span"),
]
