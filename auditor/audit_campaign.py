"""The log of a campaign, for audit_minimal.py and audit_further.py, which read it where it lies beside them.

Two tables of events: of format 3 (qassay:event/v2), signed or of a party of one, and of format 2
(qassay:event/v1). Every line must be allowed where it stands. Formats: docs/evidence.md. It shares no line with
qassay and needs the standard library alone; `t` is audit_minimal, with its reader, signatures and hashes.
"""
from __future__ import annotations

import base64, hashlib, hmac, json, math, re, time, unicodedata
from collections import Counter
from itertools import accumulate, islice, product
from typing import Any

Table = dict[str, Any]
ENDS = ("counts", "failed", "expired", "excused")
LATEST = 253_402_300_799

def joint(t: Any, *parts: bytes) -> bytes: return hashlib.sha256(t.blob(*parts)).digest()
def day_of(at: int) -> str: return time.strftime("%Y-%m-%d", time.gmtime(at))
def node(left: bytes, right: bytes) -> bytes: return hashlib.sha256(b"\1" + left + right).digest()
def tree_hash(leaves: list[bytes]) -> bytes:  # the Merkle root (RFC 6962, 2.1)
    if len(leaves) < 2: return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node(tree_hash(leaves[:split]), tree_hash(leaves[split:]))

class Told:
    """What a log comes to, whatever its version."""
    def __init__(self, t: Any, audit: Any) -> None:
        self.t, self.audit, self.roles = t, audit, audit.roles
        self.signers: list[bytes] = []
        self.independent: set[bytes] = set()
        self.named: dict[str, str] = {}  # sha256 by name of every file that the bundle must have
        self.released: Table = {}  # deadline by name of the part or batch
        self.ended: dict[str, str] = {}
        self.files: dict[str, dict[str, str]] = {}  # what came back, by name of the part
        self.circuits: dict[str, int] = {}
        self.facts: Table = {}
        self.times: list[int] = []
        self.own: dict[str, bytes] = {}  # the one key of each role
        self.written = self.earned = "T1"
        self.finished, self.alone, self.accounted = True, False, {t.ENTRIES}
    def follow(self, lines: list[bytes]) -> None:
        if not self.alone: self.t.genuine(self.claimed(lines))
        for place, line in enumerate(lines, 1): self.take(line, f"{self.t.ENTRIES} line {place}")
    def claimed(self, lines: list[bytes]) -> list[tuple[bytes, bytes, bytes]]:
        """Collect keys, signatures and what is signed, up to the first line that is another way."""
        known, found = {self.t.fingerprint(key): key for key in self.roles}, []
        try:
            for line in lines:
                if len(line) > 1 << 16: break
                payload = base64.b64decode((envelope := json.loads(line)["envelope"])["payload"])
                found += [(known[one["keyid"]], base64.b64decode(one["sig"]), self.t.encoded(payload))
                          for one in envelope["signatures"]]
        except (ValueError, KeyError, TypeError, RecursionError, AttributeError): pass  # `take` says what is wrong
        return found
    def take(self, line: bytes, where: str) -> None: raise NotImplementedError
    def one_key(self, role: str, key: bytes, where: str) -> None:  # from sheet to counts
        self.t.must(role == "witness" or self.own.setdefault(role, key) == key, where, f"a second key of the {role}")
    def ready(self) -> None: raise NotImplementedError
    def watched(self, lines: list[bytes]) -> str: raise NotImplementedError
    def seed(self, where: str) -> str: raise NotImplementedError
    def root(self, cycle: int) -> bytes: raise NotImplementedError
    def key(self, cycle: int) -> bytes: return hmac.digest(self.root(cycle), b"qassay-blind-id-v1", "sha256")
    def places(self) -> dict[str, tuple[int, int]]:  # round and cycle of each part of the plan, by its one name
        starts = [0, *accumulate(self.audit.plan.get("rounds") or [])]
        return {f"round-{r:02d}/part-{p + 1:02d}": (r, starts[r - 1] + p) for r in range(1, len(starts))
                for p in range(starts[r] - starts[r - 1])}
    def returned(self) -> dict[str, str]:
        """How batches ended, their counts as the vendor signed them under blind names."""
        t, audit, places = self.t, self.audit, self.places()
        for name in (*self.released, *self.ended):
            t.must(name in places, t.ENTRIES, f"{name[:60]!a}: no part of the plan")
        part_of, shots_of, signed, ends = {}, {}, {}, {}
        for number in sorted({places[name][0] for name in self.released}):
            file = f"jobs/round-{number:02d}.json"
            t.must(file in self.named and file in audit.json, file, "missing, or not named by the log")
            parts = audit.json[file]["parts"]
            t.must(audit.json[file]["round"] == number and sorted(part["part"] for part in parts) ==
                   sorted(name for name in self.released if places[name][0] == number), file, "other parts")
            for part in parts:
                for one in part["circuits"]:
                    t.must(one["id"] not in part_of, file, f"{one['id']!a} goes out twice")
                    part_of[one["id"]], shots_of[one["id"]] = part["part"], one["shots"]
        for part, files in self.files.items():
            for name in files:
                found, data = audit.json[name], audit.data[name]
                if self.strict: self.form(found, shots_of, places[part][0], name)
                most = 64 + sum(4 + one["shots"] for one in found.get("circuits", {}).values())
                most += 5 * len(found.get("failed", {}))
                t.must(not self.strict or sum(map(data.count, (b",", b"[", b"{"))) <= most, name, "padded")
                for blind in (*found.get("circuits", {}), *found.get("failed", {})):
                    home = part_of.get(blind, "")
                    t.must(home == part or (not self.strict and name in self.files.get(home, ())), name,
                           "counts of another part, or of nothing that went out")
                for blind, one in found.get("circuits", {}).items():
                    if part_of[blind] != part: continue
                    lines = one.get("memory") or sorted(islice(Counter(one["counts"]).elements(), 1000))
                    t.must(signed.setdefault(blind, lines) == lines, name, "two answers to one circuit")
            answered = [blind for name in files for key in ("circuits", "failed")
                        for blind in audit.json[name].get(key, {})]
            t.must(not self.strict or (len(set(answered)) == len(answered) == self.circuits[part]), t.ENTRIES,
                   f"{part}: not one answer to each of the circuits that were signed for")
        cycles = {cycle: name for name, (_, cycle) in places.items()}
        for x, index, name, _, came in audit.batches():
            size, lines = min(x["batch"], x["rounds"] - index * x["batch"]), audit.json[came]["outcomes"]
            key, part = self.key(index), cycles[index]
            blind = [hmac.digest(key, f"{name}/{k}".encode(), "sha256")[:12].hex() for k in range(size)]
            homes = {part_of.pop(one, None) for one in blind}
            t.must(homes == {part} or (homes == {None} and self.ended.get(part) == "excused"), came,
                   "circuits that did not go out in their own part of the plan")
            got = [line for one in blind for line in signed.get(one, ())]
            whole = self.ended.get(part) == "counts" and len(got) == size * x.get("shots", 1)
            ends[name] = "excused" if homes == {None} else "counts" if whole else "failed"
            t.must(lines is None or lines == got, came, "not the outcomes that the vendor signed")
        t.must(not part_of, t.ENTRIES, "circuits went out that no batch of the bundle has")
        audit.unchecked.append("the texts of the circuits that went out (OpenQASM) and their order")
        return ends
    def form(self, found: Any, shots_of: Table, number: int, where: str) -> None:  # a file of counts
        circuits, failed, n = found.get("circuits", {}), found.get("failed", {}), self.audit.n
        self.t.must(found.keys() <= {"qassay_counts", "round", "circuits", "failed", "notes", "seconds"} and
                    (found["qassay_counts"], found["round"]) == (1, number) and not circuits.keys() & failed.keys() and
                    0 <= found.get("seconds", 0) <= 1e9 and all(words(text, 400, spaces=True) for text in (
                        *failed.values(), *found.get("notes", ()))), where, "no file of counts of this round")
        for blind, one in circuits.items():
            given = one.get("counts") if "counts" in one else Counter(one["memory"])
            self.t.must(one.keys() in ({"shots", "counts"}, {"shots", "memory"}) and all(
                len(text) == n and not text.strip("01") and whole(many, 1, 10**9) for text, many in given.items()) and
                type(one["shots"]) is int and one["shots"] == shots_of.get(blind, one["shots"]) == sum(given.values()),
                where, f"{blind[:40]!a}: not one outcome a shot")
    strict = True

# ------------------------------------------------------------------ format 3: event/v2
ALL, PARTIES = ("sheet", "plan", "roles"), "vendor partner witness"
EVENTS = {"opened": ("verifier", "keys"), "committed": ("verifier partner", "commitments"),
          "agreed": ("vendor", "commitments nonce"), "amended": ("verifier", "parts text"),
          "excused": ("vendor", "part reason round"), "called": ("verifier", "round"),
          "shared": ("partner", "clock round secret"), "watched": ("witness", "clock round"),
          "released": ("verifier", "parts round"), "counts": ("vendor", "circuits part round"),
          "failed": ("vendor", "part reason round"), "expired": ("verifier", "part round"),
          "noted": (f"verifier {PARTIES}", "text"), "revealed": ("verifier", "secret"),
          "closed": ("verifier", "finished why"), "attested": (PARTIES, "campaigns clock objections")}
OTHERS = ("agreed", "shared", "watched", "attested")  # what a party of one does not state
def whole(value: Any, low: int, high: int) -> bool: return type(value) is int and low <= value <= high
def digest(value: Any) -> bool: return isinstance(value, str) and bool(re.fullmatch("[0-9a-f]{64}", value))
def words(value: Any, most: int, spaces: bool = False) -> bool:  # a line; of a laboratory any spaces
    return isinstance(value, str) and 0 < len(value) <= most and (value.isprintable() or (spaces and not any(
        unicodedata.category(char) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp") for char in value)))
def listed(value: Any, most: int, each: Any) -> bool:
    return isinstance(value, list) and len(value) <= most and all(map(each, value))
def other(one: Any) -> bool:  # another campaign, as a party names it
    return (isinstance(one, dict) and one.keys() == {"campaign", "size", "root", "state", "first", "last"} and
            digest(one["campaign"]) and digest(one["root"]) and whole(one["size"], 0, 10**9) and one["state"] in
            ("open", "finished", "unfinished") and whole(one["first"], 0, LATEST) and whole(one["last"], 0, LATEST))
FORMS: dict[str, Any] = {  # what each fact looks like
    "round": lambda x: whole(x, 1, 9999), "part": lambda x: whole(x, 1, 9999), "circuits": lambda x: whole(x, 0, 10**9),
    "clock": lambda x: whole(x, 0, LATEST), "secret": digest, "nonce": digest, "finished": lambda x: type(x) is bool,
    "reason": lambda x: words(x, 500), "why": lambda x: x == "" or words(x, 500),
    "text": lambda x: words(x, 2048) and len(x.encode()) <= 2048, "objections": lambda x: listed(
        x, 20, lambda one: words(one, 500)), "campaigns": lambda x: listed(x, 100, other),
    "parts": lambda x: isinstance(x, list), "keys": lambda x: isinstance(x, dict),
    "commitments": lambda x: listed(x, 9999, digest) or (isinstance(x, dict) and all(
        listed(made, 9999, digest) for made in x.values()))}

class Machine(Told):
    """The campaign machine: one grammar for logs that are signed and for those of a party of one."""
    def __init__(self, t: Any, audit: Any) -> None:
        super().__init__(t, audit)
        plan = audit.json[t.PLAN]
        t.must(isinstance(plan.get("campaign"), dict), t.PLAN, "no terms of a campaign")
        self.terms, self.sizes, self.plan = plan["campaign"], plan["rounds"], t.sha256(audit.data[t.PLAN])
        committers = self.terms["committers"]
        t.must(committers in (["self"], ["verifier"], ["verifier", "partner"]) and {*map(type, self.sizes)} == {int} and
               min(self.sizes) > 0 and sum(self.sizes) <= 10_000 and self.terms["shares"] in ("each round", "once"),
               t.PLAN, "no terms of a campaign")
        self.alone, self.partner = committers == ["self"], "partner" in committers
        self.once = self.terms["shares"] == "once"
        self.keeper, self.vendor = ("self", "self") if self.alone else ("verifier", "vendor")
        self.digests = {t.SHEET: plan["sheet"]["text_id"], t.PLAN: self.plan}
        self.digests |= {} if self.alone else {t.ROLES: self.terms["roles"]}
        self.heads, self.peaks = [tree_hash([]).hex()], []
        self.at: Table = {}  # entry by what happened
        self.commitments: Table = {}
        self.shares: Table = {}
        self.out: Table = {}  # until when, by place
        self.ends: dict[tuple[int, int], str] = {}
        self.notes: Counter[str] = Counter()
        self.attested: Table = {}
        self.nonce = self.secret = ""
        self.closed: Table = {}
        self.amended = 0
        self.written = self.earned = "T0" if self.alone else "T1"
        self.accounted |= set() if self.alone else {t.ROLES}
    def opens(self, role: str, number: int, secret: str) -> bool:
        made = joint(self.t, b"qassay-round-commitment-v2", role.encode(), bytes.fromhex(self.plan),
                     number.to_bytes(4, "big"), bytes.fromhex(secret)).hex()
        many = role == "partner" and not self.once
        return bool(made == self.commitments[role][number - 1 if many else 0])
    def share(self, number: int) -> Any: return self.shares.get(0 if self.once else number)
    def take(self, line: bytes, where: str) -> None:
        t, at = self.t, (entry := self.t.read_json(line, where))["at"]
        must, size = t.must, len(self.times)
        must(t.compact(entry).encode() == line and type(at) is int and 0 <= at <= LATEST and entry.keys() ==
             {"at", "statement" if self.alone else "envelope"}, where, "no entry")
        said, signers = (entry["statement"], [b""]) if self.alone else t.opened(entry["envelope"], self.roles, where)
        body = said["predicate"]
        kind, by, facts, head = body["event"], body["by"], body["facts"], body["head"]
        files = {one["name"]: one["digest"]["sha256"] for one in said["subject"]}
        must(said["predicateType"] == "qassay:event/v2" and body.keys() == {"event", "by", "campaign", "head", "facts"}
             and kind in EVENTS and " ".join(sorted(facts)) == EVENTS[kind][1] and
             len(files) == len(said["subject"]) and body["campaign"] == self.plan, where, "no event of this campaign")
        if self.alone: must(by == "self" and kind not in OTHERS, where, f"{kind} by {by!a}")
        else:
            party = self.roles[signers[0]]
            must(len(signers) == 1 and party["role"] == by and by in EVENTS[kind][0].split(), where,
                 f"{kind}, signed by the {party['role']}")
            must((party["valid_from"] or "") <= day_of(at) <= (party["valid_to"] or "9"), where, "a key not valid then")
            self.one_key(by, signers[0], where)
            opened = self.facts.get("keys", {}).get(by, ())
            must(kind == "opened" or t.fingerprint(signers[0]) in opened, where, "another key, or before the opening")
        for name, value in facts.items():
            must(FORMS[name](value), where, f"{kind} with {name} {json.dumps(value)[:40]}")
        number, part = facts.get("round", 1), facts.get("part", 1)
        must({type(number), type(part)} == {int} and 1 <= number <= len(self.sizes) and
             1 <= part <= self.sizes[number - 1], where, "no part of the plan")
        must(size < 1_000 and at >= max(self.times, default=0) and 0 <= head["size"] < len(self.heads) and
             self.heads[head["size"]] == head["root"] and (by != self.keeper or head["size"] == size), where,
             f"{kind} of another time, or that names the head of another log")
        must((kind == "opened") == (size == 0) and (kind == "attested") == bool(self.closed), where,
             f"{kind} misplaced")
        self.event(kind, by, facts, files, at, (number, part), head["size"], signers[0], where)
        self.times.append(at)
        leaf, n = hashlib.sha256(b"\0" + line).digest(), size
        while n & 1: leaf, n = node(self.peaks.pop(), leaf), n >> 1
        self.peaks.append(leaf)
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]): top = node(peak, top)
        self.heads.append(top.hex())
        self.signers += signers if not self.alone else []
    def event(self, kind: str, by: str, facts: Table, files: Table, at: int, place: tuple[int, int], seen: int,
              key: bytes, where: str) -> None:
        t, known, number, terms = self.t, self.at, place[0], self.terms
        called = max((n for n in range(1, len(self.sizes) + 1) if f"called {n}" in known), default=0)
        went = {p for p in self.out if p not in self.ends}
        between = (not called or f"released {called}" in known) and not went
        fixed = "agreed" in known or (self.alone and "self" in self.commitments)
        slots = range(1, len(self.sizes) + 1) if by == "partner" and not self.once else [0]
        limit = terms["deadline_seconds"]
        def saw(*what: str) -> bool: return all(known.get(one, math.inf) < seen for one in what)
        def reveals(role: str, slot: int) -> bool:
            return role in self.commitments and self.opens(role, slot, facts["secret"])
        parts = facts.get("parts", [])
        mine = [f"committed {role}" for role in terms["committers"]]
        wanted = {"opened": self.digests, "agreed": self.digests}.get(kind, {})
        names = {"released": {f"jobs/round-{number:02d}.json"}, "closed": {t.VERDICTS, t.REPORT, t.VERSIONS}}.get(kind)
        t.must(files.keys() == names if names else all(n == f"returned/{d[:32]}.json" for n, d in files.items()) and
               1 <= len(files) <= 8 if kind == "counts" else files == wanted, where, f"{kind} with other files")
        allowed = {
            "opened": lambda: facts["keys"].keys() - {"witness"} == ({"self"} if self.alone else {
                "vendor", *terms["committers"]}) and (self.alone or all(
                len(own) == 1 for role, own in facts["keys"].items() if role != "witness")),
            "committed": lambda: by in terms["committers"] and by not in self.commitments and not self.nonce and
                len(facts["commitments"]) == len(slots) and (by != "partner" or saw("committed verifier")),
            "agreed": lambda: not self.nonce and saw(*mine) and facts["commitments"] == self.commitments,
            "amended": lambda: not self.ends and not self.secret and self.amended < terms["amendments"] and
                all(n > called for n, _ in parts) and (parts or not called),
            "excused": lambda: fixed and not self.secret and between and number == called + 1 and place not in self.ends
                and [*self.ends.values()].count("excused") < terms["excused_limit"],
            "called": lambda: fixed and not self.secret and between and number == called + 1,
            "shared": lambda: self.partner and number == called and f"released {number}" not in known and
                not self.secret and self.share(number) is None and saw(f"called {number}") and
                reveals("partner", 0 if self.once else number),
            "watched": lambda: number == called and not any(p in self.out for p in self.ends if p[0] == number) and
                f"watched {number} {key.hex()}" not in known and saw(f"called {number}"),
            "released": lambda: number == called and f"released {number}" not in known and not self.secret and
                (not self.partner or self.share(number) is not None) and parts == sorted({*parts}) and all(
                type(p) is int and 1 <= p <= self.sizes[number - 1] and (number, p) not in self.ends for p in parts),
            "counts": lambda: place in went and at <= self.out[place] and saw(f"released {number}"),
            "failed": lambda: place in went and saw(f"released {number}"),
            "expired": lambda: place in went and (at > self.out[place] or limit is None),
            "noted": lambda: self.notes[key.hex()] < terms["notes"],
            "revealed": lambda: fixed and not self.secret and not went and reveals(self.keeper, 0),
            "closed": lambda: self.secret and facts["finished"] is (not facts["why"]),
            "attested": lambda: key not in self.attested and saw("closed")}
        t.must(allowed[kind](), where, f"{kind} may not stand here")
        known[{"committed": f"committed {by}", "watched": f"watched {number} {key.hex()}", "called": f"called {number}",
               "released": f"released {number}"}.get(kind, kind)] = len(self.times)
        if kind == "opened": self.facts |= {"keys": facts["keys"], "plan": self.plan, "sheet": self.digests[t.SHEET]}
        elif kind == "committed": self.commitments[by] = facts["commitments"]
        elif kind == "agreed": self.nonce = facts["nonce"]
        elif kind == "shared": self.shares[0 if self.once else number] = facts["secret"]
        elif kind == "released":
            self.named |= files
            self.out |= {(number, p): LATEST if limit is None else at + limit for p in parts}
            self.released |= {f"round-{number:02d}/part-{p:02d}": at for p in parts}
        elif kind in ENDS:
            name = f"round-{number:02d}/part-{place[1]:02d}"
            self.ends[place] = self.ended[name] = kind
            if kind == "counts":
                self.named |= files
                self.files[name], self.circuits[name] = files, facts["circuits"]
        elif kind == "noted": self.notes[key.hex()] += 1
        elif kind == "amended": self.amended += 1
        elif kind == "revealed": self.secret = facts["secret"]
        elif kind == "closed":
            self.closed, self.finished = files, facts["finished"]
            self.named |= files | self.digests
        elif kind == "attested": self.attested[key] = (by, facts)
    def ready(self) -> None:
        t = self.t
        t.must(self.closed, t.ENTRIES, "a log that goes on")
        for name in self.named: t.must(name in self.audit.data, name, "missing")
        clean = {key: by for key, (by, facts) in self.attested.items() if not facts["objections"]}
        self.independent = {key for key, by in clean.items() if by in ("partner", "witness")}
        rounds = [what.split()[1] for what in self.at if what.startswith("released ")]
        watched = (by == "witness" and all(f"watched {n} {key.hex()}" in self.at for n in rounds)
                   for key, by in clean.items())
        if not self.alone and (("partner" in clean.values()) if self.partner else rounds and any(watched)):
            self.earned = "T2"
        for _, (by, facts) in self.attested.items():
            self.audit.unchecked += [f"what the {by} objects to: {text!a}" for text in facts["objections"]]
            self.audit.unchecked += [f"another campaign, known to the {by}: {one['campaign'][:16]!a}"
                                     for one in facts["campaigns"]]
        self.audit.unchecked += [] if self.finished else ["that the campaign was not given up for its results"]
    def watched(self, _: list[bytes]) -> str: return f"{len(self.attested)} parties attested the end of the log"
    def seed(self, where: str) -> str:
        t, told = self.t, self.audit.json[where]
        parts = [bytes.fromhex(self.nonce), bytes.fromhex(self.plan)]
        self.roots = {n: joint(t, b"qassay-round-seed-v2", bytes.fromhex(self.secret),
                               bytes.fromhex(self.share(n) or ""), *parts, n.to_bytes(4, "big"))
                      for n in range(1, len(self.sizes) + 1) if f"released {n}" in self.at}
        number = told["seed"]
        named = {str(n): root.hex() for n, root in self.roots.items()}
        t.must(told.keys() == {"roots", "seed"} and told["roots"] == named and (number is None or (
            self.alone and t.sha256(f"qassay-seed-v1{number}".encode()) == self.secret)), where,
               "not the seeds that follow from all shares")
        self.ends_of = [*accumulate(self.sizes)]
        return "the seeds of all rounds follow from shares that were committed to before"
    def root(self, cycle: int) -> bytes:
        number = next(n for n, end in enumerate(self.ends_of, 1) if cycle < end)
        return self.roots.get(number, b"")

# ------------------------------------------------------------------ format 2: event/v1
OLD = {"sheet": ("vendor", ""), "plan": ("verifier", "committers excused_limit"),
       "committed": ("verifier partner", "commitment"), "nonce": ("vendor", "commitments nonce"),
       "amended": ("verifier", "batches text"), "released": ("verifier", "batch deadline"),
       "counts": ("vendor", "batch"), "failed": ("vendor", "batch reason"), "expired": ("verifier", "batch"),
       "excused": ("vendor", "batch reason"), "noted": (f"verifier {PARTIES}", "text"),
       "revealed": ("verifier partner", "secret"), "verdicts": ("verifier", ""), "closed": ("verifier", "")}
HEAD, EARLIER = "log/checkpoint", "log/checkpoints/"
def key_id(name: str, kind: int, key: bytes) -> bytes:  # what a key's signature lines begin with
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]

class First(Told):
    """A log of format 2, by the table of its time and today's conditions on parts and keys."""
    strict = False
    def __init__(self, t: Any, audit: Any) -> None:
        super().__init__(t, audit)
        self.commitments: Table = {}
        self.secrets: dict[str, bytes] = {}
        self.fixed, self.first_counts = 0, math.inf
        self.seen: dict[str, str] = {}
        self.accounted |= {t.ROLES, HEAD, *(n for n in audit.data if n.startswith(EARLIER))}
    def take(self, line: bytes, where: str) -> None:
        t = self.t
        must, said, signers = t.must, *t.opened((entry := t.read_json(line, where))["envelope"], self.roles, where)
        facts, at = said["predicate"]["facts"], entry["at"]
        subject = {one["name"]: one["digest"]["sha256"] for one in said["subject"]}
        kind, by, party = said["predicate"]["event"], said["predicate"]["by"], self.roles[signers[0]]
        must(t.compact(entry).encode() == line and said["predicateType"] == "qassay:event/v1", where, "no event")
        must(len(signers) == 1 and party["role"] == by and by in OLD[kind][0].split(), where,
             f"{kind}, signed by the {party['role']}")
        self.one_key(by, signers[0], where)
        must(" ".join(sorted(facts)) == OLD[kind][1], where, f"other facts than {kind} has")
        valid = (party["valid_from"] or "") <= day_of(at) <= (party["valid_to"] or "9")
        must(at >= max(self.times, default=0) and valid, where,
             "a time before the last one, or outside the key's validity")
        must(kind in ("sheet", "plan") or subject[t.PLAN] == self.facts["plan"], where, "an event of another plan")
        batch, known, excuses = facts.get("batch"), self.facts, [*self.ended.values()].count("excused")
        early = (known.get("nonce"), not self.secrets)
        allowed = {  # what must have happened before, and what not
            "sheet": not known, "plan": [*known] == ["sheet"] and subject.get(t.SHEET) == known["sheet"],
            "committed": "plan" in known and by in known["committers"] and by not in self.commitments and not early[0],
            "nonce": {*self.commitments} == {*known.get("committers", "?")} and facts.get("commitments") ==
                     self.commitments and not early[0],
            "amended": early[1] and not {*(facts.get("batches") or self.released)} & {*self.released, *self.ended},
            "released": all(early) and batch not in {*self.released, *self.ended} and facts.get("deadline", 0) >= at,
            "expired": at > self.released.get(batch, math.inf), "counts": at <= self.released.get(batch, -1),
            "failed": batch in self.released, "noted": True,
            "excused": batch not in self.released and excuses < known.get("excused_limit", 0),
            "revealed": early[0] and by in self.commitments.keys() - self.secrets and {*self.released} <= {*self.ended},
            "verdicts": self.secrets.keys() == self.commitments.keys() != set() and "verdicts" not in known,
            "closed": "verdicts" in known}
        must(allowed[kind] and "closed" not in known and (kind not in ENDS or batch not in self.ended), where,
             f"{kind} {batch or ''} may not stand here")
        named = {"sheet": t.SHEET, "plan": t.PLAN, "verdicts": t.VERDICTS}.get(kind)
        known |= {kind: subject[named]} if named else {}
        known |= {key: facts[key] for key in ("committers", "excused_limit", "nonce") if key in facts}
        self.commitments |= {by: facts["commitment"]} if kind == "committed" else {}
        self.released |= {batch: facts["deadline"]} if kind == "released" else {}
        self.ended |= {batch: kind} if kind in ENDS else {}
        self.files |= {batch: {n: d for n, d in subject.items() if n != t.PLAN}} if kind == "counts" else {}
        self.fixed = len(self.times) + 1 if kind == "nonce" else self.fixed
        self.first_counts = min(self.first_counts, len(self.times)) if kind == "counts" else self.first_counts
        if kind == "revealed":
            self.secrets[by] = bytes.fromhex(facts["secret"])
            must(joint(t, b"qassay-joint-commitment-v1", by.encode(), bytes.fromhex(known["plan"]), self.secrets[by])
                 .hex() == self.commitments[by], where, "not the secret that was committed to")
        known |= {"closed": True} if kind == "closed" else {}
        for name, digest in subject.items():
            must(not batch or name == t.PLAN or self.named.setdefault(name, digest) == digest, where, f"another {name}")
        self.times.append(at)
        self.signers += signers
    def ready(self) -> None:
        t, audit = self.t, self.audit
        t.must("closed" in self.facts, t.ENTRIES, "a log that goes on")
        self.named[t.VERDICTS] = self.facts["verdicts"]
        t.must(HEAD in audit.data, HEAD, "missing")
    def watched(self, lines: list[bytes]) -> str:  # signed heads are of this log; who saw it early and late
        t, audit, seen = self.t, self.audit, {True: set(), False: set()}  # before any counts came, at the end
        origin = audit.data[HEAD].partition(b"\n")[0].decode()
        for name in (HEAD, *(name for name in audit.data if name.startswith(EARLIER))):
            text, size, top, signatures = self.read_head(audit.data[name], name)
            t.must(text.startswith(f"{origin}\n") and re.fullmatch(r"qassay/log/[\w.-]{1,100}", origin) and
                   size <= len(lines) and top == tree_hash(lines[:size]) and (size == len(lines) if
                   name == HEAD else name == f"{EARLIER}{size:07d}"), name, "not a head of this log")
            kept = False
            for (key, party), (signer, raw) in product(self.roles.items(), signatures):
                role = party["role"]
                if (role, signer, raw[:4]) == ("verifier", origin, key_id(origin, 1, key)):
                    kept = t.signed_by(key, raw[4:], text.encode())
                    t.must(kept, name, "a false signature of the log's keeper")
                elif (signer, raw[:4]) == (f"qassay/{role}", key_id(f"qassay/{role}", 4, key)):
                    at = int.from_bytes(raw[4:12], "big")
                    t.must(t.signed_by(key, raw[12:], f"cosignature/v1\ntime {at}\n{text}".encode()) and
                           at >= self.times[size - 1], name, "a false cosignature")
                    first = min(self.first_counts, len(self.times))
                    unseen = size <= self.first_counts and at <= [*self.times, math.inf][int(first)]
                    if role in ("partner", "witness"):
                        seen[True] |= {key} if 0 < self.fixed <= size and unseen else set()
                        seen[False] |= {key} if size == len(lines) else set()
            t.must(kept, name, "no signature of the log's keeper")
        self.independent = seen[True] & seen[False]
        self.written = "T2" if self.independent else "T1"
        partner = any(self.roles[key]["role"] == "partner" for key in self.independent)
        self.earned = self.written if partner or "partner" not in self.facts["committers"] else "T1"
        return f"{len(self.independent)} independent parties watched the log from before the counts to its end"
    def read_head(self, data: bytes, where: str) -> tuple[str, int, bytes, list[tuple[str, bytes]]]:
        text, _, below = data[: (64 << 10) + 1].decode(errors="replace").rpartition("\n\n")
        size, top = text.split("\n")[1:]
        self.t.must(len(data) <= 64 << 10 and below[-1:] == "\n" and re.fullmatch("[1-9][0-9]{0,9}", size), where,
                    "no head")
        rows = [line.split(" ") for line in below[:-1].split("\n")]
        self.t.must(all(row[0] == "\u2014" and len(row) == 3 for row in rows), where, "no signature lines")
        return text + "\n", int(size), self.t.unarmoured(top, where), [
            (name, self.t.unarmoured(sig, where)) for _, name, sig in rows]
    def seed(self, where: str) -> str:
        told, shares = self.audit.json[where], (self.secrets["verifier"], self.secrets.get("partner", b""))
        self.one = bytes.fromhex(told["root"])
        self.t.must(told["seed"] is None and joint(self.t, b"qassay-joint-seed-v1", *shares, bytes.fromhex(
            self.facts["nonce"]), bytes.fromhex(self.audit.id)) == self.one, where, "not the seed of all shares")
        return "the seed follows from shares that were committed to before anybody could know it"
    def root(self, _: int) -> bytes: return self.one
    def returned(self) -> dict[str, str]:
        t, audit = self.t, self.audit
        if any(name.startswith("round-") for name in (*self.released, *self.ended)): return super().returned()
        for _, _, name, _, came in audit.batches():  # the log speaks of the plan's own batches
            t.must(name in self.ended, t.ENTRIES, f"no release and end of {name}")
            wanted = {came} if self.ended[name] == "counts" else set()
            t.must({*self.files.get(name, ())} == wanted, t.ENTRIES, f"counts of {name} with other files")
        return self.ended

def read(t: Any, audit: Any, lines: list[bytes], version: int) -> Told:
    """Follow a log to its end."""
    told: Told = (Machine if version == 3 else First)(t, audit)
    told.follow(lines)
    told.ready()
    return told
