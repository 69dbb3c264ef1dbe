"""What many audits of one process compute from the same counts, computed once.

A forger changes one file; plan and counts of most forgeries are those of the bundle next door, and
estimates, verdicts, the stopping rule and the page are functions of them. The key is the whole
content of the arguments, so that whatever a forgery did change is computed from what it says.
"""

import hashlib
import pickle
from functools import wraps

from auditor import audit_minimal

from qassay.auditing import batches, datasheet, numbers

NUMBERS = ((numbers, "analyse"), (batches, "course_by_round"), (datasheet, "render_datasheet"))
_MOST = 64  # results kept, each of some hundred kilobytes


def remembered(function):
    """Keep the last results of a pure function by the content of its arguments."""
    kept = {}

    @wraps(function)
    def remembering(*args, **options):
        content = pickle.dumps((args, sorted(options.items())))
        key = hashlib.sha256(content).digest()
        if key not in kept:
            kept[key] = function(*args, **options)
            while len(kept) > _MOST:
                del kept[next(iter(kept))]
        return kept[key]

    return remembering


def remember_numbers(monkeypatch):
    """Let audits remember, until the patch is undone; the second auditor, what it found genuine."""
    for module, name in NUMBERS:
        monkeypatch.setattr(module, name, remembered(getattr(module, name)))
    check = audit_minimal.genuine

    def check_others(claims):
        check([one for one in claims if one not in audit_minimal.GENUINE])

    monkeypatch.setattr(audit_minimal, "genuine", check_others)
