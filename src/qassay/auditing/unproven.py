"""What a bundle does not prove, however many checks it passes."""

from __future__ import annotations

from qassay.auditing.state import Audit

# No counts alone can show these: an ideal forger can always compute what qassay can check.
UNDETECTABLE = (
    "that nobody computed the counts classically before the deadline, with believable errors",
    "that no other, better machine ran the circuits",
    "that no more shots were taken than reported, and the good ones kept",
    "that the operators treat the machine like this in daily use",
)


def not_proven(audit: Audit) -> tuple[str, ...]:
    """List what the audit leaves open, for the trust level that it found."""
    open_points = list(audit.unproven)
    if audit.level == "T0":
        open_points += [
            "that the counts came from the machine: nobody signed them (trust level T0)",
            "that the circuits were unknown to the vendor before they ran",
            "that no other run was made and thrown away",
        ]
        return tuple(open_points)
    if audit.level == "T1":
        open_points.append(
            "that the verifier's log is the only one: no independent party watched it"
        )
    if audit.campaign is not None and "partner" not in audit.campaign.committers:
        open_points.append("that vendor and verifier did not agree before the circuits were drawn")
    return (*open_points, *UNDETECTABLE)
