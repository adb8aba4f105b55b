"""The audit bundle: one ZIP that proves the results of a round to whoever has it, without this program.

It holds the database, the tables as CSV, the rules, what each seal was put on, the journal, and `recount.py`, which
reckons everything again with Python alone.
"""

from pachamama.exchange.audit.bundle import AuditRound, audit_bundle

__all__ = ["AuditRound", "audit_bundle"]
