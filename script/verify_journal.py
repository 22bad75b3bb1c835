#!/usr/bin/env python3
r"""A second verifier of the journal, for an auditor: it shares no code with Seatkeeper.

    python3 script/verify_journal.py seatkeeper.db --public-key MCow... --checkpoint kept.json

It was written from the description of the format alone and needs Python's standard library;
`cryptography` as well where signatures are to be checked, and `psycopg` for a store in PostgreSQL.
It prints each place that does not hold, and ends with 0 when there is none, 9 when there is one.

The format. An entry's hash is the sha256 of the JSON array [previous, seq, at, kind, organization, run,
change, step, epoch, payload digest], without spaces, in UTF-8; `previous` is the hash of the entry
before, 64 zeros at first; seqs count from 1. A payload's digest is the sha256 of its salt and its bytes.
A payload may only be missing where a later entry of kind `erasure` names its seq, and never that of an
`erasure` or a `checkpoint`. A checkpoint names the seq and the hash of the entry before it, with an
ed25519 signature of "seatkeeper checkpoint\nSEQ\nHASH\n". An outcome has an intent of the same
organization, run, change and step before it; the epochs of both never fall within an organization.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

QUERY = """
SELECT e.previous, e.seq, e.at, e.kind, e.organization, e.run, e.change, e.step, e.epoch, e.payload_digest,
       e.hash, p.salt, p.body
FROM entries e LEFT JOIN payloads p ON p.seq = e.seq ORDER BY e.seq
"""
PREVIOUS, SEQ, _, KIND, ORGANIZATION, _, _, STEP, EPOCH, DIGEST, HASH, SALT, BODY = range(13)
BROKEN = 9

Row = tuple[Any, ...]


def rows(store: str) -> Iterator[Row]:
    """The entries as they lie: of a SQLite file, or of a PostgreSQL database by its URL."""
    if "://" not in store:
        connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        yield from connection.execute(QUERY)
        connection.close()
        return
    import psycopg  # noqa: PLC0415  # only for a store there

    with psycopg.connect(store) as server, server.cursor("journal") as cursor:
        cursor.execute(QUERY)
        yield from cursor


class Verifier:
    """One walk; `wrong` lists seq and what does not hold there."""

    def __init__(self, public_keys: Iterable[str] = (), kept: Iterable[dict[str, Any]] = ()) -> None:
        self.keys = [_public(text) for text in public_keys]
        self.kept = {told["seq"]: told["head"] for told in kept}
        self.wrong = [
            (told["seq"], "was not signed so") for told in kept if self.keys and not self.signed(told)
        ]
        self.last, self.seq, self.signed_to = "0" * 64, 0, 0
        self.missing: set[int] = set()
        self.erased: set[int] = set()
        self.intents: set[Row] = set()
        self.epochs: dict[str, int] = {}

    def walk(self, entries: Iterable[Row]) -> list[tuple[int, str]]:
        """Every place that does not hold, in order."""
        for row in entries:
            self.entry(row)
        self.wrong += [(seq, "has lost its payload") for seq in self.missing - self.erased]
        self.wrong += [(seq, "has a payload again") for seq in self.erased - self.missing]
        self.wrong += [(seq, "is cut off the end") for seq in self.kept if seq > self.seq]
        return sorted(set(self.wrong))

    def entry(self, row: Row) -> None:
        """Is it the next one, sealed, with its own payload, and does it make sense where it stands?"""
        seq = row[SEQ]
        if row[PREVIOUS] != self.last or seq != self.seq + 1:
            self.wrong.append((seq, "does not follow the one before it"))
        if _hash(row) != row[HASH]:
            self.wrong.append((seq, "was edited"))
        if self.kept.get(seq, row[HASH]) != row[HASH]:
            self.wrong.append((seq, "is another entry than the one that was kept"))
        if row[BODY] is None or row[SALT] is None:
            self.missing.add(seq)
            if row[KIND] in ("erasure", "checkpoint"):
                self.wrong.append((seq, "has lost a payload that is never erased"))
        elif hashlib.sha256(bytes(row[SALT]) + bytes(row[BODY])).hexdigest() != row[DIGEST]:
            self.wrong.append((seq, "has another payload than its own"))
        else:
            self.payload(row)
        self.meaning(row)
        self.last, self.seq = row[HASH], seq

    def payload(self, row: Row) -> None:
        """What erasures and checkpoints say; nobody else's payload is looked into."""
        if row[KIND] not in ("erasure", "checkpoint"):
            return
        try:
            told = json.loads(bytes(row[BODY]))
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            self.wrong.append((row[SEQ], "has a payload that is no JSON object"))
        elif row[KIND] == "erasure":
            named = told.get("seqs")
            seqs = named if isinstance(named, list) else []
            self.erased |= {seq for seq in seqs if isinstance(seq, int) and seq < row[SEQ]}
        elif (told.get("seq"), told.get("head")) != (self.seq, self.last):
            self.wrong.append((row[SEQ], "is a checkpoint of another place"))
        elif self.keys and not self.signed(told):
            self.wrong.append((row[SEQ], "is a checkpoint that no given key signed"))
        elif self.keys:
            self.signed_to = self.seq

    def meaning(self, row: Row) -> None:
        """No outcome without an intent, no epoch behind a later one."""
        if row[KIND] not in ("intent", "outcome"):
            return
        step = row[ORGANIZATION : STEP + 1]
        if row[KIND] == "intent":
            self.intents.add(step)
        elif step not in self.intents:
            self.wrong.append((row[SEQ], "is an outcome without an intent"))
        newest = self.epochs.get(row[ORGANIZATION], 1)
        if isinstance(row[EPOCH], int):
            if row[EPOCH] < newest:
                self.wrong.append((row[SEQ], "has a stale epoch"))
            self.epochs[row[ORGANIZATION]] = max(newest, row[EPOCH])

    def signed(self, told: dict[str, Any]) -> bool:
        """Whether one of the keys signed this checkpoint."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  # only where there are keys

        message = f"seatkeeper checkpoint\n{told.get('seq')}\n{told.get('head')}\n".encode()
        for key in self.keys:
            try:
                key.verify(bytes.fromhex(str(told.get("signature"))), message)
            except (InvalidSignature, ValueError):
                continue
            return True
        return False


def _hash(row: Row) -> str | None:
    try:
        text = json.dumps(row[:HASH], separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()
    except (TypeError, ValueError):
        return None


def _public(line: str) -> Any:  # noqa: ANN401  # cryptography's key, only where keys are given
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    return load_der_public_key(base64.b64decode(line))


def main() -> int:
    """Read the arguments, walk, and print."""
    parser = argparse.ArgumentParser(description="Verify a journal, independently of Seatkeeper.")
    parser.add_argument("store", help="a SQLite file, or the URL of a PostgreSQL database")
    parser.add_argument("--public-key", action="append", default=[], help="as in `checkpoints.public_keys`")
    parser.add_argument("--checkpoint", action="append", default=[], type=Path, help="a file with a kept one")
    asked = parser.parse_args()
    verifier = Verifier(asked.public_key, [json.loads(file.read_bytes()) for file in asked.checkpoint])
    wrong = verifier.walk(rows(asked.store))
    for seq, what in wrong:
        sys.stdout.write(f"entry {seq} {what}\n")
    sys.stdout.write(f"{verifier.seq} entries, head {verifier.last}, signed up to {verifier.signed_to}\n")
    return BROKEN if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
