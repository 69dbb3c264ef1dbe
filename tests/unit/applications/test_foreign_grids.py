"""Networks as others save them: solved the day before, with texts and tables of their own."""

import logging
import warnings

import pytest

from qassay.applications.grid_files import read_network
from qassay.errors import UsageError

BUS = [[1, 3, 0], [2, 1, 30], [3, 2, 60], [4, 1, 0]]
GEN = [[1, 70, 0, 9, -9, 1, 100, 1], [3, 20, 0, 9, -9, 1, 100, 1]]
BRANCH = [[1, 2, 0.01, 0.1], [2, 3, 0.01, 0.1], [3, 4, 0.01, 0.1]]
REST = [0, 0, 0, 0, 0, 0, 1, -360, 360]
SOLVED = [70.0, 40.0, 0.0]


def case(bus=BUS, gen=GEN, branch=BRANCH, more="", flows=None, mva="100"):
    full = [[*row, *REST] for row in branch]
    if flows:
        full = [[*row, mw, 0, -mw, 0] for row, mw in zip(full, flows, strict=True)]
    tables = {"bus": [[*row, 0, 0, 0, 1, 1, 0, 110, 1, 1.1, 0.9] for row in bus]}
    tables |= {"gen": [[*row, 999, 0] for row in gen], "branch": full}
    text = f"function mpc = own\nmpc.version = '2';\nmpc.baseMVA = {mva};\n"
    for name, rows in tables.items():
        text += f"mpc.{name} = [\n" + "".join(f" {' '.join(map(str, r))};\n" for r in rows) + "];\n"
    return text + more


def drawn(text, name="own.m"):
    data = text.encode()
    network = read_network(data, name)
    return [round(mw, 6) for *_, mw in network.lines], network


LITERALS = {
    "a brace and a quote in a text": "mpc.bus_name = { 'a{1}'; 'b}'; 'c''s; %'; \"it's\" };\n",
    "a field of a field": "mpc.reserves.zones = [1 1];\nmpc.reserves.req = 60;\n",
    "costs in pieces": "mpc.gencost = [1 0 0 3 0 0 10 100 20 300; 2 0 0 2 1 0 0 0 0 0];\n",
}


@pytest.mark.parametrize("more", LITERALS.values(), ids=LITERALS)
def test_literals_that_carry_no_power_are_read_over(more):
    assert drawn(case(more=more))[0] == SOLVED


def test_numbers_of_buses_keep_their_digits():
    far = {1: 1000001, 2: 1000002, 3: 2000003, 4: 2000004}
    text = case(
        bus=[[far[b[0]], *b[1:]] for b in BUS],
        gen=[[far[g[0]], *g[1:]] for g in GEN],
        branch=[[far[r[0]], far[r[1]], *r[2:]] for r in BRANCH],
    )
    flows, network = drawn(text)
    assert flows == SOLVED
    assert network.buses == ("1000001", "1000002", "2000003", "2000004")


def test_a_reference_bus_without_a_machine_is_none():
    """MATPOWER's `bustypes`: here bus 3 stands in; of two the one with a machine is named."""
    text = case(gen=[[1, 70, 0, 9, -9, 1, 100, 0], GEN[1]])
    flows, network = drawn(text)
    assert flows == [0.0, -30.0, 0.0]
    assert "the reference bus 3 takes +70 MW" in network.flows
    two = case(bus=[BUS[0], [2, 3, 30], *BUS[2:]], gen=[[1, 0, *GEN[0][2:]], GEN[1]])
    assert "the reference bus 1 takes +70 MW" in drawn(two)[1].flows


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (case(bus=[BUS[0], [2, 0, 30], *BUS[2:]]), "mpc.bus, row 2: found the type 0"),
        (case(gen=[[*g[:7], 0] for g in GEN]), "mpc.gen: found none in service"),
        (case().replace("1 -360 360", "2 -360 360", 1), "mpc.branch, row 1: found the status 2"),
        (case(mva="[100 1]"), "mpc.baseMVA"),
    ],
)
def test_states_that_mean_nothing_are_told(text, says):
    with pytest.raises(UsageError, match=says):
        drawn(text)


def test_solved_flows_count_as_long_as_they_are_of_these_loads():
    _, network = drawn(case(flows=SOLVED, mva="[100]"))
    assert network.flows == "flows as solved in the file"
    later = case(flows=SOLVED, bus=[BUS[0], [2, 1, 130], *BUS[2:]])
    flows, network = drawn(later)
    assert flows == [170.0, 40.0, 0.0]
    assert "do not belong to its loads" in network.flows
    assert drawn(case(flows=SOLVED).replace(" 70.0 0 -70.0", " NaN 0 -70.0"))[0] == SOLVED


# pandapower --------------------------------------------------------------------------------


@pytest.fixture
def tool():
    pytest.importorskip("pandapower", reason="the extra grid")
    logging.getLogger("pandapower").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandapower

        yield pandapower


@pytest.fixture
def net(tool):
    net = tool.create_empty_network(name="own")
    buses = [tool.create_bus(net, 110, name=f"B{k}") for k in range(4)]
    for a, b in ((0, 1), (1, 2), (2, 3)):
        tool.create_line_from_parameters(net, buses[a], buses[b], 10, 0.1, 0.4, 0, 1)
    tool.create_ext_grid(net, 0)
    tool.create_load(net, 1, 10)
    tool.create_load(net, 3, 20)
    return net


def taken(tool, net):
    flows, network = drawn(tool.to_json(net), "own.json")
    return sorted(abs(mw) for mw in flows if mw), network


@pytest.mark.parametrize("change", ["more load", "one load more", "a line off"])
def test_results_of_the_day_before_are_not_todays(tool, net, change):
    tool.runpp(net, numba=False)
    if change == "more load":
        net.load.loc[0, "p_mw"] = 50
        wanted = [20, 20, 70]
    elif change == "one load more":
        tool.create_load(net, 2, 9)
        wanted = [20, 29, 39]
    else:
        net.line.loc[2, "in_service"] = False
        wanted = [10]
    flows, network = taken(tool, net)
    assert flows == pytest.approx(wanted)
    assert "do not belong to its loads" in network.flows


def test_a_switch_with_an_impedance_is_a_branch(tool, net):
    end = tool.create_bus(net, 110, name="end")
    tool.create_switch(net, 3, end, et="b", z_ohm=0.5)
    tool.create_load(net, end, 7)
    flows, network = taken(tool, net)
    assert flows == pytest.approx([7, 27, 27, 37])
    assert network.buses == ("B0", "B1", "B2", "B3", "end")


def test_two_sides_of_a_transformer_go_on_without_the_third(tool, net):
    middle, low = tool.create_bus(net, 20), tool.create_bus(net, 10)
    star = tool.create_transformer3w(net, 3, middle, low, "63/25/38 MVA 110/20/10 kV")
    tool.create_switch(net, low, star, et="t3", closed=False)
    tool.create_load(net, middle, 7)
    flows, network = taken(tool, net)
    assert flows == pytest.approx([7, 7, 27, 27, 37])
    assert "without supply and left out: 1 buses" in network.flows


def test_what_has_no_supply_is_left_out(tool, net):
    tool.create_bus(net, 110, name="alone")
    net.line.loc[2, "in_service"] = False
    flows, network = taken(tool, net)
    assert flows == pytest.approx([10])
    assert network.buses == ("B0", "B1", "B2")
    assert "without supply and left out: 2 buses" in network.flows


def test_data_beside_a_network_does_not_shut_the_door(tool, net):
    """As SimBench and users keep them: profiles, tables without buses, remarks of their own."""
    net["profiles"] = {"load": net.load.copy()}
    net["loadcases"] = net.load[["p_mw"]].copy()
    net["remark"], net["list"], net["count"] = "by hand", [1, 2], 3
    flows, network = taken(tool, net)
    assert flows == pytest.approx([20, 20, 30])
    assert "not used: loadcases" in network.flows


def test_shunts_count_at_the_voltage_of_the_flow(tool, net):
    tool.create_gen(net, 2, 4, vm_pu=1.05)
    tool.create_shunt(net, 2, q_mvar=0, p_mw=3)
    tool.create_ward(net, 2, 0, 0, 2, 0)
    assert taken(tool, net)[0] == pytest.approx([20, 21, 31])
