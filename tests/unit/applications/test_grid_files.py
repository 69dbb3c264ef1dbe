"""Networks as their own tools understand them, or a refusal: never half of a file."""

import json
import warnings
from functools import cache
from importlib.util import find_spec

import numpy as np
import pytest

from qassay.applications.grid_files import read_network
from qassay.errors import UsageError

if not (find_spec("pandapower") and find_spec("pypower")):
    pytest.skip("the extra grid is not installed", allow_module_level=True)


@cache
def grid_tool():
    """Load the tool when a test asks for it: its seconds are not those of who only collects."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandapower
        import pandapower.networks
    return pandapower


LINE = """function mpc = line3
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
 1 3  0 0 0 0 1 1 0 110 1 1.1 0.9;
 2 1 30 0 0 0 1 1 0 110 1 1.1 0.9;
 3 1 60 0 0 0 1 1 0 110 1 1.1 0.9;
];
mpc.gen = [ 1 {pg} 0 300 -300 1 100 1 300 0; ];
mpc.branch = [
 1 2 0.01 0.1 0 0 0 0 0 0 1 -360 360;
 2 3 0.01 0.1 0 0 0 0 0 0 1 -360 360;
];
"""


def flows(text, name="case.m"):
    network = read_network(text.encode(), name)
    return [abs(mw) for *_, mw in network.lines], network


def case(pg=0, **changes):
    text = LINE.replace("{pg}", str(pg))
    for old, new in changes.items():
        text = text.replace(*{"row": (old, new)}[old]) if old == "row" else text
    return text


@pytest.mark.parametrize("pg", [0, 40, 90, 500, -20])
def test_the_reference_bus_takes_what_the_file_leaves_open(pg):
    found, network = flows(case(pg))
    assert found == pytest.approx([90, 60])
    gap = 90 - pg
    assert (f"takes {gap:+g} MW" in network.flows) == (gap != 0)


def test_the_gap_is_taken_wherever_the_reference_is():
    text = case(0).replace(" 1 3  0 0", " 1 1  0 0").replace(" 3 1 60", " 3 3 60")
    text = text.replace(
        "1 0 0 300 -300 1 100 1 300 0;", "1 20 0 9 -9 1 1 1 9 0; 3 0 0 9 -9 1 1 1 9 0"
    )
    assert flows(text)[0] == pytest.approx([20, 10])


WRITTEN = {
    "comments": lambda t: t.replace(
        "mpc.bus = [", "%{\nmpc.bus = [1 2 3];\n%}\nmpc.bus = [ % here"
    ),
    "commas": lambda t: t.replace(" 1 2 0.01 0.1 0 0", " 1, 2, 0.01, 0.1, 0, 0"),
    "one line": lambda t: t.replace("mpc.branch = [\n", "mpc.branch = [").replace(
        ";\n 2 3 0.01", "; 2 3 0.01"
    ),
    "no semicolons": lambda t: t.replace("0.9;\n", "0.9\n"),
    "continued": lambda t: t.replace("0.01 0.1 0 0 0 0", "0.01 0.1 ... ohm\n 0 0 0 0"),
    "windows": lambda t: t.replace("\n", "\r\n"),
    "bus names": lambda t: t + "mpc.bus_name = { 'A; % no'; 'B'; 'C' };\n",
    "costs": lambda t: t + "mpc.gencost = [ 2 0 0 3 0.1 5 0 ];\n",
    "areas": lambda t: t + "mpc.areas = [ 1 1 ];\nend\n",
    "capitals": lambda t: t.replace("0.01 0.1", "1E-2 1e-1").replace("-360 360", "-Inf Inf"),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_ways_to_write_the_same(how):
    assert flows(WRITTEN[how](case(90)))[0] == pytest.approx([90, 60])


COMPUTED = {
    "mpc.bus(:, 3:4) = mpc.bus(:, 3:4) / 1000;": 14,
    "mpc = scale_load(2, mpc);": 14,
    "Vbase = mpc.bus(1, 10) * 1e3;": 14,
    "if true\n mpc.baseMVA = 10;\nend": 14,
    "mpc.branch(1, 11) = 0;": 14,
    "mpc.bus(2, 3) = 5": 14,
    "define_constants;": 14,
    "for k = 1:2, mpc.bus(k, 3) = 0; end": 14,
    "mpc.load = mpc.bus(:, 3)';": 14,
}


@pytest.mark.parametrize("code", COMPUTED)
def test_what_a_file_computes_is_refused_by_its_line(code):
    with pytest.raises(UsageError, match=f"case.m:{COMPUTED[code]}: found a computation"):
        flows(case(90) + code + "\n")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("mpc.gen = [", "mpc.bus = [ 1 3 0 0 ];\nmpc.gen = ["), "mpc.bus once more"),
        (("0.1 0 0", "0.05*2 0 0"), r"mpc.branch, row 1: found \"0.05\*2\""),
        ((" 2 1 30", " 1 1 30"), "bus 1 once more"),
        ((" 2 3 0.01 0.1", " 2 3 0.01 0"), "a reactance of 0"),
        ((" 2 1 30", " 2 1 NaN"), "not finite"),
        (("1 3  0", "1 2  0"), "no reference bus"),
        (("'2'", "'1'"), "mpc.version"),
        (("100;\n", "-1;\n"), "mpc.baseMVA"),
        ((" 2 3 0.01 0.1 0 0 0 0 0 0 1 -360 360;", " 2 3 0.01 0.1;"), "4 numbers"),
        (("mpc.gen = [", "mpc.dcline = [ 1 3 1 10 9 ];\nmpc.gen = ["), "mpc.dcline"),
    ],
)
def test_what_would_be_half_understood_is_refused(change, says):
    text = case(90)
    assert change[0] in text
    with pytest.raises(UsageError, match=says):
        flows(text.replace(*change))


def test_parallel_branches_taps_shunts_and_what_is_out_of_service():
    text = case(100).replace(
        " 2 3 0.01 0.1 0 0 0 0 0 0 1 -360 360;",
        " 2 3 0 0.1 0 0 0 0 0 0 1 -360 360;\n 2 3 0 0.1 0 0 0 0 2 0 1 -360 360;\n"
        " 1 3 0 0.1 0 0 0 0 0 0 0 -360 360;\n",
    )
    text = text.replace(" 2 1 30 0 0 0", " 2 1 30 0 10 0")
    # 60 MW over x = 0.1 and x * tap = 0.2 in parallel: 40 and 20; the shunt takes 10 MW more.
    assert flows(text)[0] == pytest.approx([100, 40, 20])


def test_a_phase_shift_drives_a_loop():
    text = case(90).replace(
        " 2 3 0.01 0.1 0 0 0 0 0 0 1 -360 360;",
        " 2 3 0 0.1 0 0 0 0 0 0 1 -360 360;\n 1 3 0 0.1 0 0 0 0 0 3 1 -360 360;",
    )
    # Loop of three equal reactances: 50 | 20 | 40 MW, and 3 degrees drive pi/60 / 0.3 * 100 MW.
    loop = np.pi / 60 / 0.3 * 100
    assert flows(text)[0] == pytest.approx([40 + loop, 10 + loop, 50 - loop])


def test_an_isolated_bus_is_left_out():
    text = case(90).replace(" 3 1 60", " 4 4 7 0 0 0 1 1 0 110 1 1.1 0.9;\n 3 1 60")
    found, network = flows(text)
    assert found == pytest.approx([90, 60])
    assert network.buses == ("1", "2", "3")


# pandapower --------------------------------------------------------------------------------


def net_of(build):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = grid_tool().create_empty_network(name="own")
        buses = [grid_tool().create_bus(net, 110, name=f"B{k}") for k in range(4)]
        for a, b in ((0, 1), (1, 2), (2, 3)):
            grid_tool().create_line_from_parameters(net, buses[a], buses[b], 10, 0.1, 0.4, 0, 1)
        grid_tool().create_load(net, 1, 10)
        grid_tool().create_load(net, 3, 20)
        build(net)
    return net


def written(net):
    return grid_tool().to_json(net).encode()


def the_tool_says(net):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        grid_tool().rundcpp(net, numba=False)
    return sorted(abs(net.res_line.p_from_mw).round(6))


def slack_generator(net):
    grid_tool().create_gen(net, 3, 5, slack=True)


def open_ring(net):
    grid_tool().create_ext_grid(net, 0)
    grid_tool().create_line_from_parameters(net, 0, 3, 10, 0.1, 0.4, 0, 1)
    grid_tool().create_switch(net, 3, 3, et="l", closed=False)


def scaled(net):
    grid_tool().create_ext_grid(net, 0)
    net.load.loc[0, "scaling"] = 0.5
    grid_tool().create_sgen(net, 2, 8, scaling=0.25)
    grid_tool().create_load(net, 2, 100, in_service=False)
    grid_tool().create_shunt(net, 2, q_mvar=0, p_mw=3)


def doubled(net):
    grid_tool().create_ext_grid(net, 0)
    grid_tool().create_line_from_parameters(net, 0, 2, 10, 0.1, 0.4, 0, 1, parallel=2)
    grid_tool().create_storage(net, 2, 4, max_e_mwh=9)
    grid_tool().create_motor(net, 1, 2, 0.9)


@pytest.mark.parametrize("build", [slack_generator, open_ring, scaled, doubled])
def test_it_is_what_the_tool_itself_computes(build):
    net = net_of(build)
    network = read_network(written(net), "net.json")
    found = sorted(round(abs(mw), 6) for *_, mw in network.lines)
    wanted = [mw for mw in the_tool_says(net) if build is not open_ring or mw]
    assert found == pytest.approx(wanted, abs=1e-6)
    assert "DC power flow" in network.flows


def test_a_closed_switch_between_buses_makes_them_one():
    def build(net):
        grid_tool().create_ext_grid(net, 0)
        extra = grid_tool().create_bus(net, 110, name="tie")
        grid_tool().create_switch(net, 3, extra, et="b", closed=True)
        grid_tool().create_load(net, extra, 7)

    network = read_network(written(net_of(build)), "net.json")
    assert network.buses == ("B0", "B1", "B2", "B3")
    assert sorted(abs(mw) for *_, mw in network.lines) == pytest.approx([27, 27, 37])


def test_flows_that_are_solved_already_are_taken():
    net = net_of(lambda net: grid_tool().create_ext_grid(net, 0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        grid_tool().runpp(net, numba=False)
    network = read_network(written(net), "net.json")
    assert network.flows == "flows as solved in the file"
    assert [mw for *_, mw in network.lines] == pytest.approx(list(net.res_line.p_from_mw))


def test_what_this_reader_does_not_know_is_named():
    def build(net):
        grid_tool().create_ext_grid(net, 0)
        grid_tool().create_dcline(net, 0, 3, 5, 1, 0.1, 1.0, 1.0)

    with pytest.raises(UsageError, match=r"net.json, dcline: found 1 in service"):
        read_network(written(net_of(build)), "net.json")


def test_a_file_builds_no_object_of_its_choice(tmp_path):
    """What the tool's own loader would import and call is never called."""
    trace = tmp_path / "trace"
    net = json.loads(written(net_of(lambda net: grid_tool().create_ext_grid(net, 0))))
    bad = {"_module": "pathlib", "_class": "Path", "_object": {"touch": str(trace)}}
    net["_object"]["name"] = bad
    net["_object"]["controller"] = {
        "_module": "subprocess",
        "_class": "Popen",
        "_object": ["touch", str(trace)],
    }
    with pytest.raises(UsageError):
        read_network(json.dumps(net).encode(), "net.json")
    assert not trace.exists()


@pytest.mark.parametrize(
    "name",
    [
        "case30",
        "example_multivoltage",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("case9", "case_ieee30")),
    ],
)
def test_networks_that_the_tool_ships(name):
    """Transformers of two and three windings, impedances and switches: every bus balances."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = getattr(grid_tool().networks, name)()
        grid_tool().reset_results(net)
        text = written(net)
        grid_tool().rundcpp(net, numba=False)
    network = read_network(text, f"{name}.json")
    drawn = np.abs([mw for *_, mw in network.lines])
    tool = np.abs(np.concatenate([net.res_line.p_from_mw, net.res_trafo.p_hv_mw]))
    for mw in tool[tool > 1e-6]:
        assert np.isclose(drawn, mw, rtol=1e-9, atol=1e-9).any()
    assert "DC power flow" in network.flows
