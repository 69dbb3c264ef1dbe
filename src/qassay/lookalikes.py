"""Whether two names pass for one another on a page: letters that look alike are one letter here.

For comparing names, never for showing them. Compatibility forms (full width, bold, ligatures) are
taken back by NFKC; Cyrillic and Greek letters that are drawn like Latin ones become these, a small
part of the confusables of Unicode Technical Standard 39; what is not drawn at all, accents,
spaces and signs are left out.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_CYRILLIC: Final = ("авеѕіјкмнорԛгстухԁһӏԝь", "abesijkmhopqrctyxdhlwb")
_GREEK: Final = ("αβεηικμνορτυχωϲ", "abehikmnoptyxwc")
_LATIN: Final = ("ɑɡıℓ", "agil")
_LIKE: Final = {
    ord(one): other
    for many, few in (_CYRILLIC, _GREEK, _LATIN)
    for one, other in zip(many, few, strict=True)
}
# One sign each for what is drawn alike even within the Latin alphabet.
_ALIKE: Final = {ord("0"): "o", ord("1"): "l", ord("i"): "l", ord("|"): "l"}


def folded(name: str) -> str:
    """Give what is left of a name when everything that looks alike is the same.

    Args:
        name: As it is written.

    Returns:
        Letters and digits without case; names that fold alike are taken for one another.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    apart = unicodedata.normalize("NFKD", plain).translate(_LIKE)
    return "".join(c for c in apart.translate(_ALIKE) if c.isalnum())
