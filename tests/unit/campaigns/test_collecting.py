"""Counts come back whole, in parts, late, twice, damaged or never, and the campaign survives."""

import json
import zipfile
from itertools import pairwise

import pytest
from auditor import audit_minimal

from qassay.auditing.audit import audit_bundle
from qassay.campaigns.collecting import advance
from qassay.campaigns.folder import open_campaign
from qassay.errors import CountsError, PlanError, UsageError

NOW, HOUR = 1_700_000_000, 3600


def test_a_campaign_runs_to_verdicts_that_an_auditor_replays(campaign):
    progress = campaign.step()
    assert progress.exit_code == 3
    turns = 0
    while progress.result is None:
        turns += 1
        progress = campaign.step(campaign.counts(progress.standing.current))
    assert turns <= 4
    audit = audit_bundle(progress.result.bundle)
    assert audit.failure is None, audit.failure
    assert progress.exit_code in (0, 1, 3)
    held = {v.claim: v.outcome for v in progress.result.verdicts}
    # T1 of 20 ms against a claim of 80 ms: a true refutation; seed fixed, so no chance is left.
    assert held["t1"] == "refuted"
    assert progress.result.datasheet.exists()
    before = campaign.snapshot()
    assert campaign.step().result.verdicts == progress.result.verdicts
    assert campaign.snapshot() == before, "a finished campaign is left as it is"


def test_circuits_of_many_shots_come_back_as_counts_or_as_single_outcomes(make_campaign):
    """Where a new circuit is dear, the pack asks for several shots of each."""
    campaign = make_campaign("dear", device='circuit_overhead = "5 s"\n', turns=2)

    def with_memory(document):
        for one in document["circuits"].values():
            counts = one.pop("counts")
            one["memory"] = [text for text, n in counts.items() for _ in range(n)]

    progress, number, asked = campaign.step(), 0, []
    while progress.result is None:
        number += 1
        with zipfile.ZipFile(campaign.home / f"to-vendor/round-{number:02d}.zip") as pack:
            manifest = json.loads(pack.read("manifest.json"))
        asked += [one["shots"] for part in manifest["parts"] for one in part["circuits"]]
        change = with_memory if number == 1 else None
        progress = campaign.step(campaign.counts(number, change=change))
    assert max(asked) > 1
    audit = audit_bundle(progress.result.bundle)
    assert audit.failure is None, audit.failure
    held = {v.claim: v.outcome for v in progress.result.verdicts}
    assert held["t1"] == "refuted"
    assert progress.result.shots > progress.result.circuits
    assert audit_minimal.audit(progress.result.bundle)["valid"]


def test_the_same_call_twice_changes_nothing(campaign):
    first = campaign.step()
    before = campaign.snapshot()
    assert campaign.step(now=NOW + 50).pack == first.pack
    assert campaign.snapshot() == before
    counts = campaign.counts(1, 1)
    campaign.step(counts)
    before = campaign.snapshot()
    again = campaign.step(counts, now=NOW + 99)
    assert "taken before" in again.remarks[0]
    assert campaign.snapshot() == before


def test_counts_come_in_parts_and_what_is_missing_is_named(campaign):
    progress = campaign.step()
    whole = json.loads(campaign.counts(1).read_text())
    names = list(whole["circuits"])
    cut = campaign.folder / "cut.json"
    for count, (start, end) in enumerate(pairwise([0, 5, 77, len(names)])):
        whole_part = {name: whole["circuits"][name] for name in names[start:end]}
        cut.write_text(json.dumps({**whole, "circuits": whole_part}))
        progress = campaign.step(cut)
        if count < 2:
            missing = [name for part in progress.missing.values() for name in part]
            assert missing == names[end:]
            assert progress.standing.current == 1
    assert progress.standing.current == 2


def test_a_wrong_file_changes_nothing_not_even_beside_right_ones(campaign):
    campaign.step()
    good = campaign.counts(1, 1, name="good")

    def spoiled(document):
        name = next(iter(document["circuits"]))
        document["circuits"][name]["counts"] = {"01": 1}

    bad = campaign.counts(1, 2, name="bad", change=spoiled)
    before = campaign.snapshot()
    with pytest.raises(CountsError) as caught:
        campaign.step(good, bad)
    assert str(caught.value).startswith("bad.json, circuit")
    assert campaign.snapshot() == before
    assert len(campaign.step(good).missing) < len(campaign.step().standing.parts) + 1


def test_a_circuit_is_run_once(campaign):
    """A second, different answer to the same circuits is refused: nobody may choose."""
    campaign.step()
    campaign.step(campaign.counts(1, 1, name="first"))
    before = campaign.snapshot()
    with pytest.raises(CountsError, match="another answer"):
        campaign.step(campaign.counts(1, 1, name="second", seed=5))
    with pytest.raises(CountsError, match="another answer"):
        campaign.step(
            campaign.counts(1, 1, name="third", seed=5), campaign.counts(1, 2, name="fourth")
        )
    assert campaign.snapshot() == before


def test_late_counts_are_not_used_and_an_expired_round_is_told(campaign):
    progress = campaign.step()
    assert progress.release.deadline == NOW + HOUR
    first, late = campaign.counts(1, 1), campaign.counts(1, *range(2, 9), name="late")
    campaign.step(first)
    before = campaign.snapshot()
    with pytest.raises(UsageError, match="deadline has passed"):
        campaign.step(expire=True)
    with pytest.raises(CountsError, match="counts until the deadline"):
        campaign.step(late, now=NOW + 2 * HOUR)
    assert campaign.snapshot() == before
    progress = campaign.step(late, now=NOW + 2 * HOUR, expire=True)
    assert any("came after" in remark for remark in progress.remarks)
    assert progress.standing.current == 2
    lost = [one for one in progress.standing.done if one.outcomes is None]
    assert lost
    assert all("before the deadline" in one.failures[0] for one in lost)
    progress = campaign.step(late, now=NOW + 2 * HOUR)
    assert "taken before as late" in progress.remarks[0]
    while progress.result is None:
        number = progress.standing.current
        progress = campaign.step(campaign.counts(number), now=NOW + 2 * HOUR)
    assert audit_bundle(progress.result.bundle).failure is None
    page = progress.result.datasheet.read_text()
    for one in lost:
        assert f"/{one.index:04d}: nothing came before the deadline" in page


def test_counts_that_came_in_time_are_taken_when_the_user_says_so(campaign):
    campaign.step()
    counts = campaign.counts(1)
    progress = campaign.step(counts, now=NOW + 9 * HOUR, received=NOW + HOUR)
    assert progress.standing.current == 2
    with pytest.raises(UsageError, match="future"):
        campaign.step(counts, now=NOW, received=NOW + 1)


def test_failed_circuits_lose_their_batch_and_no_other(campaign):
    campaign.step()

    def one_failed(document):
        name, _ = document["circuits"].popitem()
        document["failed"] = {name: "a cable"}

    progress = campaign.step(campaign.counts(1, change=one_failed))
    failed = [one for one in progress.standing.done if one.outcomes is None]
    assert len(failed) == 1
    size = len(failed[0].circuit_ids)
    assert failed[0].failures == (f"1 of {size} circuits failed: a cable",)


def test_a_round_is_excused_only_before_it_goes_out(campaign):
    campaign.step()
    with pytest.raises(UsageError, match="before the release"):
        campaign.step(excuse="maintenance")
    progress = campaign.step(campaign.counts(1), hold=True)
    assert progress.release is None
    assert not (campaign.home / "to-vendor" / "round-02.zip").exists()
    progress = campaign.step(excuse="maintenance")
    assert progress.standing.current == 3
    excused = [one for one in progress.standing.done if one.outcomes is None]
    assert {one.failures for one in excused} == {("excused before its release: maintenance",)}
    assert not (campaign.home / "to-vendor" / "round-02.zip").exists()


def test_without_a_deadline_the_user_closes_a_round(make_campaign):
    campaign = make_campaign("open", deadline=None)
    assert campaign.step().release.deadline is None
    progress = campaign.step(expire=True)
    assert progress.standing.current == 2
    assert all(one.outcomes is None for one in progress.standing.done)


def test_nothing_secret_stands_where_it_could_be_sent(campaign):
    campaign.step()
    campaign.step(campaign.counts(1))
    root = campaign.open().secret.hex()
    for name, data in campaign.snapshot().items():
        held = root.encode() in data
        assert held == (name == "private/campaign.json"), name
    assert (campaign.home / "private").stat().st_mode & 0o077 == 0


def test_a_folder_holds_one_campaign(campaign, tmp_path):
    campaign.step()
    for key, other in (("seed", 4), ("turns", 2), ("deadline", 5)):
        kept = getattr(campaign, key)
        setattr(campaign, key, other)
        with pytest.raises(UsageError, match="another"):
            campaign.step()
        setattr(campaign, key, kept)
    campaign.seed = None
    with pytest.raises(UsageError, match="the seed is another"):
        campaign.step()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    campaign.home = tmp_path / "full"
    with pytest.raises(UsageError, match="other things"):
        campaign.step()
    with pytest.raises(UsageError, match="no campaign"):
        open_campaign(tmp_path / "full")


def test_a_random_seed_is_taken_up(make_campaign):
    campaign = make_campaign("random", seed=None)
    first = campaign.step()
    before = campaign.snapshot()
    assert campaign.step().standing.parts == first.standing.parts
    assert campaign.snapshot() == before


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"plan": 1}', b"\xff"])
def test_a_damaged_state_is_refused(campaign, data):
    campaign.step()
    (campaign.home / "private" / "campaign.json").write_bytes(data)
    with pytest.raises(PlanError, match="no frozen plan"):
        open_campaign(campaign.home)


def test_a_returned_file_that_was_changed_is_noticed(campaign):
    campaign.step()
    campaign.step(campaign.counts(1, 1))
    (file,) = (campaign.home / "from-vendor").glob("?" * 64 + ".json")
    file.write_bytes(file.read_bytes().replace(b'"seconds": 1', b'"seconds": 2'))
    with pytest.raises(CountsError, match="another content"):
        advance(open_campaign(campaign.home), now=NOW)


@pytest.mark.parametrize(
    "step", [pytest.param(25, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)]
)
def test_a_killed_call_is_completed_by_the_next(make_campaign, kill_at_every_write, step):
    """Stop at every write, go on, and compare with a campaign that nobody stopped."""
    whole = make_campaign("whole")
    whole.step()
    counts = whole.counts(1)
    whole.step(counts, now=NOW + 7)
    wanted = whole.snapshot()
    calls = ((NOW, ()), (NOW + 7, (counts,)))

    def killed(budget):
        campaign = make_campaign(f"killed-{budget}")
        over = 0
        with kill_at_every_write(budget) as kill:
            for now, files in calls:
                if kill(campaign.step, *files, now=now):
                    break
                over += 1
        for now, files in calls[over:]:
            campaign.step(*files, now=now)
        assert campaign.snapshot() == wanted
        return over < len(calls)

    writes = 0
    while killed(writes):
        writes += step
        assert writes < 100
    assert writes > 10
