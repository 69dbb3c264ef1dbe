"""qassay: the acceptance test for quantum computers, from a vendor's claim to a verdict.

In Python the same nouns as on the command line:

    import qassay

    device = "virtual:prototype-50"              # or any device object
    qassay.plan("sheet.toml", device)            # a Request: the frozen plan, nothing run
    result = qassay.run("sheet.toml", device, out="my-run", seed=1)
    result.verdicts, result.as_json()            # in a notebook `result` shows its datasheet
    qassay.load(result.bundle).csv()             # every estimate, one row a target and quantity
    qassay.compare("june.zip", "july.zip")       # what changed beyond chance
    qassay.audit(result.bundle).failure          # None: everything follows
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qassay.applying.application_run import apply as apply
    from qassay.assay import plan as plan
    from qassay.assay import run as run
    from qassay.assay.importing import import_counts as import_counts
    from qassay.assay.replaying import open_device as open_device
    from qassay.auditing.audit import audit_bundle as audit
    from qassay.characterizing.measuring import characterize as characterize
    from qassay.planning.options import Options as Options
    from qassay.results.comparing import compare as compare
    from qassay.results.rows import load as load

__version__ = "0.2.0"
__all__ = [
    "Options",
    "apply",
    "audit",
    "characterize",
    "compare",
    "import_counts",
    "load",
    "open_device",
    "plan",
    "run",
]

# Loaded when first asked for, so that `import qassay` and `qassay --help` stay light.
_DOORS = {
    "Options": ("qassay.planning.planner", "Options"),
    "apply": ("qassay.applying.application_run", "apply"),
    "audit": ("qassay.auditing.audit", "audit_bundle"),
    "characterize": ("qassay.characterizing.measuring", "characterize"),
    "compare": ("qassay.results.comparing", "compare"),
    "import_counts": ("qassay.assay.importing", "import_counts"),
    "load": ("qassay.results.rows", "load"),
    "open_device": ("qassay.assay.replaying", "open_device"),
    "plan": ("qassay.assay", "plan"),
    "run": ("qassay.assay", "run"),
}


def __getattr__(name: str) -> Any:
    """Load a public name."""
    if name not in _DOORS:
        raise AttributeError(f"module 'qassay' has no attribute {name!r}")
    module, inside = _DOORS[name]
    return getattr(import_module(module), inside)


def __dir__() -> list[str]:
    return sorted([*globals(), *_DOORS])
