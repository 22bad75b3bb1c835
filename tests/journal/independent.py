"""A second verifier, written from the description of the format alone: it shares no code with the first.

It reads a SQLite store with nothing but the standard library, and says only
whether the chain and the payloads hold.
"""

import hashlib
import json
import sqlite3
from pathlib import Path

QUERY = """
SELECT e.previous, e.seq, e.at, e.kind, e.organization, e.run, e.change, e.step, e.epoch, e.payload_digest,
       e.hash, p.salt, p.body
FROM entries e LEFT JOIN payloads p ON p.seq = e.seq ORDER BY e.seq
"""


def holds(path: Path, seq: int, head: str) -> bool:
    """True when every entry up to `seq` is there, sealed and linked, and its hash is `head`."""
    connection = sqlite3.connect(path)
    rows = connection.execute(QUERY).fetchall()
    connection.close()
    last, missing, named = "0" * 64, set(), set()
    for place, (*covered, sealed, salt, body) in enumerate(rows, 1):
        text = json.dumps(covered, separators=(",", ":"), ensure_ascii=False).encode()
        if covered[:2] != [last, place] or hashlib.sha256(text).hexdigest() != sealed:
            return False
        if body is None:
            missing.add(place)
        elif hashlib.sha256(salt + body).hexdigest() != covered[9]:
            return False
        elif covered[3] == "erasure":
            named.update(json.loads(body).get("seqs", ()))
        last = sealed
    return missing == named and (len(rows), last) == (seq, head)
