"""What a vendor says: one table of metrics, and claim sheets read from TOML.

A sheet becomes frozen records in SI units, and is checked for plausibility before any shot.
"""

from qassay.claims.claim import (
    Claim,
    ClaimSheet,
    Convention,
    Relation,
    Scope,
    Source,
    Statistic,
)
from qassay.claims.claim_file import load_claim_sheet, parse_claim_sheet, read_sheet_bytes
from qassay.claims.conventions import canonical_value, convert
from qassay.claims.metric import Metric
from qassay.claims.metrics import METRICS
from qassay.claims.plausibility import (
    Finding,
    coherence_limit_1q,
    coherence_limit_2q,
    findings,
)

__all__ = [
    "METRICS",
    "Claim",
    "ClaimSheet",
    "Convention",
    "Finding",
    "Metric",
    "Relation",
    "Scope",
    "Source",
    "Statistic",
    "canonical_value",
    "coherence_limit_1q",
    "coherence_limit_2q",
    "convert",
    "findings",
    "load_claim_sheet",
    "parse_claim_sheet",
    "read_sheet_bytes",
]
