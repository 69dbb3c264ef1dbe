"""Figures that no counts can settle: read, and kept apart from all that is measured."""

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.errors import ClaimError
from qassay.planning.options import Options
from qassay.verdicts.verdict import exit_code

HEAD = '[sheet]\ntitle = "t"\nvendor = "v"\nmachine = "m"\n'
MEASURED = '[[claim]]\nid = "t1"\nmetric = "t1"\nvalue = "10 s"\n'
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
WHOLE = (
    '[[claim]]\nid = "up"\nkind = "declared"\nmetric = "uptime"\nrelation = ">="\n'
    f'value = "98 % over a month"\ndocument = {{title = "Protocol 7", sha256 = "{DIGEST}"}}\n'
    'inspector = "N. N."\ninspected = 2026-10-03\n'
)


def read(*parts):
    return parse_claim_sheet("".join((HEAD, *parts)).encode())


def mistakes(*parts):
    with pytest.raises(ClaimError) as caught:
        read(*parts)
    return str(caught.value)


def test_an_inspected_figure_is_no_claim_of_the_judge():
    sheet = read(MEASURED, WHOLE)
    assert [claim.id for claim in sheet.claims] == ["t1"]
    (figure,) = sheet.declared
    assert (figure.id, figure.figure, figure.relation) == ("up", "uptime", "at least")
    assert figure.standing == "inspected"
    assert "N. N. saw it in Protocol 7 on 2026-10-03" in figure.sentence


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ('inspector = "N. N."\n', "an inspector"),
        ("inspected = 2026-10-03\n", "the day of the inspection"),
        (f', sha256 = "{DIGEST}"', "the sha256 of the document"),
    ],
)
def test_what_an_inspection_lacks_leaves_it_declared_only(left_out, said):
    (figure,) = read(MEASURED, WHOLE.replace(left_out, "")).declared
    assert figure.standing == "declared only"
    assert figure.sentence == f"nobody has checked it: the sheet does not name {said}"


def test_a_figure_that_is_declared_only_leaves_the_answer_open():
    bare = WHOLE.replace('inspector = "N. N."\n', "")
    assert exit_code((), read(MEASURED, bare).declared) == 3
    assert exit_code((), read(MEASURED, WHOLE).declared) == 3  # no verdict at all
    supported = _verdict("supported")
    assert exit_code((supported,), read(MEASURED, WHOLE).declared) == 0
    assert exit_code((supported,), read(MEASURED, bare).declared) == 3
    assert exit_code((_verdict("refuted"),), read(MEASURED, bare).declared) == 1


def _verdict(outcome):
    from qassay.verdicts.verdict import Verdict

    return Verdict(
        claim="a",
        metric="t1",
        outcome=outcome,
        estimate=None,
        claimed=1.0,
        limit=1.0,
        shots=0,
        circuits=0,
        reasons=(),
    )


def test_other_sheets_keep_their_names():
    assert "declared" not in read(MEASURED).as_json()
    assert [one["id"] for one in read(MEASURED, WHOLE).as_json()["declared"]] == ["up"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("9f86", "9g86"), "64 hexadecimal digits"),
        (("2026-10-03", '"yesterday"'), "a day"),
        (('"Protocol 7"', '"Protocol 7", url = "javascript:alert(1)"'), "an address"),
        (('"Protocol 7"', '"Protocol 7", pages = 3'), "an unknown key"),
        (('metric = "uptime"\n', ""), 'write metric = "..."'),
        (('value = "98 % over a month"\n', ""), 'write value = "..."'),
        (('">="', '"roughly"'), '"at most" or "at least"'),
        (('inspector = "N. N."', 'inspector = "N.\\u202eN."'), "direction of writing"),
        (('kind = "declared"', 'kind = "declaired"'), '"measured" or "declared" or "operations"'),
        (('id = "up"', 'id = "t1"'), "a second time"),
        (('id = "up"\n', ""), "every verdict is named"),
        (('inspector = "N. N."', 'scope = "all"'), "an unknown key"),
    ],
)
def test_mistakes_are_named_with_their_place(change, said):
    text = mistakes(MEASURED, WHOLE.replace(*change))
    assert said in text
    assert text.count("\n") <= 3


def test_a_figure_that_cannot_be_tested_names_the_way():
    text = mistakes('[[claim]]\nid = "u"\nmetric = "price"\nvalue = "98 %"\n')
    assert 'kind = "declared"' in text


def test_declared_figures_alone_are_nothing_to_measure(tmp_path):
    from qassay.assay import plan
    from qassay.errors import UsageError

    path = tmp_path / "s.toml"
    path.write_text(HEAD + WHOLE)
    with pytest.raises(UsageError, match="at least one claim that counts can settle"):
        plan(path, "virtual:prototype-50", options=Options())
