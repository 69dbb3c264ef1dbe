"""The audit: a list of small checks, each on the ground that the ones before have laid.

Needs the bundle alone, no device and no network. Each check is a function with one sentence for
a docstring, which is what the check asks; it returns one sentence, which is what it found. The
first that fails ends the audit, since the later ones stand on it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qassay.auditing import batches, datasheet, files, keys, log, numbers, plan_and_seed
from qassay.auditing.state import Audit, Passed
from qassay.errors import EvidenceError, MalformedError, Problem, QassayError, quoted
from qassay.evidence.archive import require_bundle
from qassay.evidence.roles import Pinned, trust_from

Check = Callable[[Audit], str]

# In the order of trust: nothing is read before it has been made sure that it can be.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("archive", files.check_archive),
    ("seals", files.check_seals),
    ("documents", files.check_documents),
    ("signatures", keys.check_signatures),
    ("log", log.check_log),
    ("witnesses", log.check_witnesses),
    ("claims and plan", plan_and_seed.check_claims_and_plan),
    ("seed", plan_and_seed.check_seed),
    ("counts", batches.check_counts),
    ("circuits", batches.check_circuits),
    ("completeness", batches.check_completeness),
    ("estimates", numbers.check_estimates),
    ("verdicts", numbers.check_verdicts),
    ("datasheet", datasheet.check_datasheet),
    ("trust", keys.check_trust),
    ("rules", plan_and_seed.check_rules),
)


def question(check: Check) -> str:
    """Give what a check asks, in one sentence."""
    return (check.__doc__ or "").partition("\n")[0]


def _silent(_: str) -> None:
    pass


def audit_bundle(
    path: str | Path,
    progress: Callable[[str], None] = _silent,
    trust: Pinned = None,
    until: str = "",
    page: bool = True,
) -> Audit:
    """Check everything that a bundle says of itself.

    Args:
        path: The bundle.
        progress: Told the name of each check before it begins.
        trust: What the reader has pinned.
        until: Name of the last check to be made; all by default.
        page: Whether the datasheet is compared; whoever writes it anew, or reads numbers alone,
            needs no page of another version.

    Returns:
        The audit; `failure` holds the first thing that is wrong.

    Raises:
        UsageError: There is no such file.
    """
    path = Path(path)
    require_bundle(path)
    audit = Audit(path, trust_from(trust))
    try:
        for name, check in CHECKS:
            if name == "datasheet" and not page:
                continue
            audit.failed = name
            progress(name)
            audit.passed.append(Passed(name, check(audit)))
            if name == until:
                break
        audit.failed = ""
    except QassayError as error:
        sound = isinstance(error, EvidenceError)
        audit.failure = error if sound else MalformedError(*error.problems)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        MemoryError,
        RecursionError,
    ) as error:
        # Whatever a stranger's numbers set off, the answer is a sentence and no traceback.
        broken = f"{type(error).__name__} ({quoted(str(error), 120)})"
        audit.failure = MalformedError(
            Problem(
                where=path.name,
                found=broken,
                expected="an audit that comes to its end",
                advice="the bundle is forged, or this is a mistake in qassay: please report it",
            )
        )
    return audit
