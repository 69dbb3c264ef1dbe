"""Colours: text that can be read, and classes that eyes of every kind can tell apart."""

import math
import re
from importlib.resources import files

import pytest

CSS = (files("qassay.reports") / "templates" / "datasheet.css").read_text(encoding="utf-8")


def variables(block):
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})\b", block))


LIGHT = variables(CSS.split("@media")[0])
DARK = LIGHT | variables(CSS.split("prefers-color-scheme: dark")[1].split("* {")[0])


def linear(colour):
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def contrast(a, b):
    high, low = sorted(
        (0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(a), linear(b))), reverse=True
    )
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("soft", "paper"),
        ("soft", "wash"),
        ("ink", "mid-wash"),
        ("good", "good-wash"),
        ("mid", "mid-wash"),
        ("bad", "bad-wash"),
        ("none", "none-wash"),
    ],
)
def test_text_has_the_contrast_of_wcag_aa(theme, text, ground):
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_on_the_map_can_be_read(theme):
    for number in range(7):
        ink = "#ffffff" if number in (0, 6) else "#17191b"
        assert contrast(theme[f"k{number}"], ink) >= 4.5


# Machado, Oliveira and Fernandes, IEEE TVCG 15, 1291 (2009), severity 1.
EYES = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def lab(rgb):
    r, g, b = rgb
    xyz = (
        0.4124 * r + 0.3576 * g + 0.1805 * b,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        0.0193 * r + 0.1192 * g + 0.9505 * b,
    )
    x, y, z = (
        (v / n) ** (1 / 3) if v / n > 0.008856 else 7.787 * v / n + 16 / 116
        for v, n in zip(xyz, (0.95047, 1.0, 1.08883), strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen_by(eye, colour):
    light = linear(colour)
    mixed = (sum(a * b for a, b in zip(row, light, strict=True)) for row in EYES[eye])
    return lab([min(max(part, 0), 1) for part in mixed])


@pytest.mark.parametrize("eye", EYES)
def test_classes_of_the_map_differ_to_every_eye(eye):
    seen = [seen_by(eye, LIGHT[f"k{number}"]) for number in range(7)]
    apart = min(math.dist(a, b) for i, a in enumerate(seen) for b in seen[:i])
    assert apart > 12  # in CIELAB; 2.3 is just noticeable side by side


def test_print_and_phone_are_thought_of():
    assert "@media print" in CSS
    assert "@media screen and (max-width: 40rem)" in CSS
    assert "@page" in CSS
