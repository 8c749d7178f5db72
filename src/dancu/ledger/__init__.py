"""The ledger of access: an append-only Merkle log that proves who looked at whose data, when, and for what.

Doors: `client.open_log` to write, `reader.LogReader` to read and to make receipts, `subjects.SubjectIndex` to find
the entries about one person, `bundle.Bundle` for bulk, `python -m dancu.ledger.verify` to check all of it.
Formats: C2SP tlog-tiles, tlog-checkpoint, signed-note and tlog-proof.
"""
