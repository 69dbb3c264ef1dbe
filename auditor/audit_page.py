"""The page of a bundle, for audit_minimal.py and audit_further.py, which read it where it lies beside them.

They read its table of verdicts; this reads what a person reads around it: who took part, which machine, which plan,
when, how many shots, each claim's own section, every single estimate, what failed. Nothing may stand on the page that
is no part of a datasheet: no element, attribute or style of another kind, no letter of an alphabet that the evidence
does not write in. It shares no line with qassay and needs the standard library alone; `t` is audit_minimal.
"""
from __future__ import annotations

import base64, html, json, re, time, unicodedata
from collections.abc import Iterator
from typing import Any

Table = dict[str, Any]
WHERE = "report/datasheet.html"
# sha256 of the style sheets that pages have had, since a line of style can hide or say anything
STYLES = {"57891a6467df2882f94a64b83fb7e41c5fcef52b64446c61352821ce9c6f5f93",
          "18d6e8248647d3e9ba60fd0ac16049e0d92c23c0174cc12b079a6c2d3bec1cb1",
          "cb527afbc0203d770a9d30453edad3036aecf3af56a16fff3fa11c525df14b1d",
          "9d2b2c923c941e290b2227dfbe49340c2aa39f997c3ec68f830efc8dd132aa36"}
TAGS = set("a bdi body caption circle code dd desc details div dl dt em figcaption figure footer g h1 h2 h3 head "
           "header html li main meta nav p path pre rect section span strong style summary svg table tbody td text th "
           "thead title tr ul".split())
VOID, LOOSE = {"meta", "path", "rect", "circle"}, {"td": {"td", "th"}, "th": {"td", "th"}, "tr": {"td", "th", "tr"}}
PLAIN = set("aria-hidden aria-labelledby class cx cy d focusable height id lang r role scope stroke-width tabindex "
            "transform viewBox width x y colspan open".split())  # attributes that no reader meets as words
METAS = {"charset": "utf-8", "viewport": "width=device-width, initial-scale=1", "referrer": "no-referrer",
         "robots": "noindex", "color-scheme": "light dark", "Content-Security-Policy":
         "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}
TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [\w:-]+(?:="[^"<>]*")?)*)\s?(/?)>|([^<>]+)', re.IGNORECASE)
ENTITY = re.compile(r"&(?!(?:#39|#34|amp|lt|gt);)")
LETTERS = {chr(c) for c in range(32, 127)} | set("\n\u00a0±²³µ·¹×–“”’…⁰⁴⁵⁶⁷⁸⁹⁺⁻≈≤≥●\u202f\u2212μπ")
# Names of what a vendor says of a figure besides
BESIDES = ("standard error as stated", "claimed on", "valid from", "valid until", "chosen")
SAID = ("supported", "refuted", "inconclusive", "not tested")


class Node:
    """An element: its tag, attributes, and what stands in it."""
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.inside: list[Node | str] = []
    def walk(self) -> Iterator[Node]:
        yield self
        for one in self.inside:
            if isinstance(one, Node): yield from one.walk()
    def all(self, tag: str, kind: str = "") -> list[Node]:
        return [one for one in self.walk() if one.tag == tag and (not kind or kind in one.kinds)]
    @property
    def kinds(self) -> list[str]: return self.attributes.get("class", "").split()
    def text(self) -> str:  # its words, as `plain` of audit_minimal gives them
        parts = [one if isinstance(one, str) else f" {one.text()} " for one in self.inside]
        return " ".join(html.unescape("".join(parts)).replace("\u00a0", " ").replace("\u202f", "")
                        .replace("\u2212", "-").split())


def tree(t: Any, text: str) -> Node:
    """Read the page strictly: each element closed in its order, each attribute in double quotes."""
    head, _, body = text.partition("\n")
    t.must(head == "<!doctype html>" and len(text) <= 16 << 20, WHERE, "no page of qassay")
    top, at = Node("", {}), 0
    opened, style = [top], re.search(r"<style>(.*?)</style>", body, re.DOTALL)
    t.must(style and t.sha256(style[1].encode()) in STYLES, WHERE,
           f"the style sheet {t.sha256(style[1].encode())[:16] if style else ''} is none that qassay has written")
    body = body[: style.start()] + body[style.end() :]
    for found in TOKEN.finditer(body):
        t.must(found.start() == at, WHERE, f"no element and no text at {body[at : at + 40]!a}")
        at, (closing, tag, attributes, alone, words) = found.end(), found.groups()
        if words is not None:
            t.must(not ENTITY.search(words), WHERE, f"a letter by its number, near {words.strip()[:40]!a}")
            opened[-1].inside.append(words)
        elif closing:
            while opened[-1].tag != tag and opened[-1].tag in LOOSE: opened.pop()
            t.must(opened[-1].tag == tag and not attributes, WHERE, f"</{tag}> closes nothing")
            opened.pop()
        else:
            pairs = re.findall(r' ([\w:-]+)(?:="([^"]*)")?', attributes)
            t.must(tag in TAGS and len(dict(pairs)) == len(pairs), WHERE, f"an element <{tag}> as no datasheet has it")
            while opened[-1].tag in LOOSE.get(tag, ()): opened.pop()
            opened[-1].inside.append(node := Node(tag, dict(pairs)))
            if not alone and tag not in VOID: opened.append(node)
            t.must(len(opened) < 40, WHERE, "elements in one another without end")
    t.must(at == len(body) and len(opened) == 1, WHERE, f"no element and no text at {body[at : at + 40]!a}")
    around = [one for one in top.inside if isinstance(one, Node) or one.strip()]
    t.must(len(around) == 1 and isinstance(around[0], Node) and around[0].tag == "html", WHERE, "words beside the page")
    return top


def attributes(t: Any, page: Node, sealed: str) -> None:
    """No attribute runs, loads, hides or says anything that the words of the page do not say."""
    heads = {cell.text() for cell in page.all("th") if cell.attributes.get("scope") == "col"} | {"better claim worse"}
    for node in page.walk():
        for name, value in node.attributes.items():
            known = name in PLAIN
            known |= name == "href" and (value.startswith("#") or html.unescape(value) in sealed)
            known |= name == "data-label" and value in heads
            known |= name == "aria-label" and (value == "Contents" or value in {
                one.text().rpartition(": ")[0] for one in page.all("summary")})
            if node.tag == "meta":
                key = node.attributes.get("name") or node.attributes.get("http-equiv") or "charset"
                known = METAS.get(key) == node.attributes.get("content", node.attributes.get("charset"))
            t.must(known, WHERE, f"an attribute {name}={value[:60]!a} of <{node.tag}>")
        t.must(node.tag != "svg" or "icon" in node.kinds or node.attributes.get("role") == "img", WHERE, "a drawing")


def words_of(data: dict[str, bytes]) -> str:
    """Gather all that the evidence says in words, escapes and signed statements opened."""
    found = []
    for name, content in data.items():
        if name.endswith((".json", ".toml", ".jsonl")) and not name.startswith("batches"):
            found.append(content.decode("utf-8", "replace"))
        if name.endswith("counts.json"):
            told = json.loads(content)
            found += [*told.get("failures", ()), *told.get("notes", ())]
        if name.endswith(".jsonl"):
            for line in content.splitlines():
                said = json.loads(line).get("envelope", {}).get("payload", "")
                found.append(base64.b64decode(said).decode("utf-8", "replace"))
    text = "\n".join(found)
    opened = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
    opened = opened.replace('\\"', '"').replace("\\\\", "\\")
    return plain(text + "\n" + re.sub(r"[^\0-\x7f]", lambda m: shown(m[0]), opened))


def plain(text: str) -> str: return " ".join(text.replace("\u00a0", " ").split())
def shown(char: str) -> str:  # what hides or turns text stands on the page as its number
    odd = not char.isascii() and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return f"[U+{ord(char):04X}]" if odd and char not in "\u200c\u200d" else char


def facts(node: Node) -> dict[str, str]:
    """Read the lists of names and values."""
    return {dt.text(): dd.text() for dt, dd in zip(node.all("dt"), node.all("dd"), strict=True)}


def utc(at: float) -> str: return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at))

UNDETECTABLE = ("A perfect forgery", "Another machine", "Hidden repetition", "Special care", "Collusion")
COALITIONS = ("The vendor", "The verifier", "All of them")


class Reader:
    """One page beside its evidence."""
    def __init__(self, t: Any, audit: Any) -> None:
        self.t, self.audit, self.plan = t, audit, audit.plan
        self.page, self.sealed = tree(t, audit.data[WHERE].decode()), words_of(audit.data)
        self.top = facts(self.page)
        ran = [(len(audit.json[came]["outcomes"] or ()), x.get("shots", 1)) for x, _, _, _, came in audit.batches()]
        self.shots, self.circuits = sum(n for n, _ in ran), sum(n // each for n, each in ran)
    def must(self, holds: Any, reason: str) -> None: self.t.must(holds, WHERE, reason)
    def is_error(self, text: str) -> bool:  # a standard error that a claim states, rounded
        found = self.t.NUMBERS.findall(text)
        stated = [one["stated_error"] for one in self.plan["sheet"]["claims"] if one.get("stated_error")]
        return len(found) == 1 and any(self.t.rounds_to(error, found[0][0], found[0][-1]) for error in stated)
    def is_said(self, text: str) -> bool: return plain(text) in self.sealed  # in the evidence, in these words
    def is_chosen(self, text: str) -> bool:  # what a rule chose for a claim on the best, or a condition's name
        claims = self.plan["sheet"]["claims"]
        chosen = [one["scope"]["pairs"] or [[q] for q in one["scope"]["qubits"]] for one in claims if one.get("best")]
        return (text in {", ".join("-".join(map(str, target)) for target in one) for one in chosen}
                or text.replace(" ", "_") in {name for one in claims for name, _ in one["conditions"]})
    def read(self) -> None:
        attributes(self.t, self.page, self.sealed)
        self.letters()
        self.head()
        self.parties()
        self.claims()
        self.estimates()
        self.checks()
        self.limits()
    def letters(self) -> None:
        """Letters are those of qassay and of the evidence: no look-alikes, no marks that turn or hide text."""
        odd = {*html.unescape(self.audit.data[WHERE].decode())} - LETTERS - {*self.sealed}
        self.must(not odd, f"letters that the evidence does not write in: {sorted(odd)[:5]!a}")
        derived = [one for table in self.page.all("table", "declared") for one in table.all("bdi")]
        for one in self.page.all("bdi"):  # what strangers wrote, in their words
            if any(one is other for other in derived): continue
            value = one.text()
            own = re.match(r"(at most|at least) ", value) or value.endswith(".")  # a claim, or a remark on one
            self.must(own or value in BESIDES or self.is_error(value) or self.is_chosen(value) or self.is_said(value),
                      f"says {value[:80]!a}, which the evidence does not")
        for one in self.page.all("code"):
            value = one.text()
            known = {self.audit.id, "roles.json", *map(self.t.fingerprint, self.audit.roles)}
            command = re.fullmatch(r"(qassay )?(audit|report|forensics|results)( [\w.-]+( --trust \S+)?)?", value)
            self.must(self.is_said(value) or value in known or command, f"says {value[:80]!a}, the evidence does not")
        hidden = {one.text() for one in self.page.walk() if "hidden" in one.kinds}
        self.must(not any(re.search(r"\d|supported|refuted|\bT\d", text) for text in hidden), "hidden numbers or words")
    def head(self) -> None:
        """What was tested, by which plan, when, and how much of it."""
        plan, device, top, sheet = self.plan, self.plan["device"], self.top, self.plan["sheet"]
        tested, simulated = "Tested" in top, device["simulator"] is True
        body = self.page.all("body")[0]
        banner = [one.text() for one in self.page.all("p", "banner")]
        self.must(len(banner) == (simulated or not tested) and ("simulated" in body.kinds) == simulated,
                  "a warning too few or too many")
        self.must(not simulated or (banner[0].startswith("Simulation. No quantum hardware was tested.") and
                                    f"simulator {device['name']}," in banner[0]), "another warning")
        (title,), (heading,) = (one for one in [self.page.all("head")[0].all("title"), self.page.all("h1")])
        start = "Simulation: " if simulated else ""
        self.must(title.text() == f"{start}{heading.text()} – qassay test report", "a title of its own")
        running = self.page.all("div", "running")[0].text()
        self.must(running == f"Simulation: no quantum hardware was tested ({device['name']})" if simulated else
                  re.fullmatch("qassay, (test report|published counts): ", running.partition(device["name"])[0]) and
                  running.endswith(f"{device['name']}, plan {self.audit.id[:16]}"), "another line on every page")
        software = f"qassay {self.audit.json[self.t.VERSIONS]['qassay']}"
        wanted = {"Plan": self.audit.id, "Claim sheet": sheet["text_id"], "Name": device["name"],
                  "Platform": device["platform"], "Qubits": str(device["qubits"]),
                  "Report": f"plan {self.audit.id[:16]}, made by {software}"}
        if sheet["claims"]: wanted |= {"Machine": sheet["machine"], "Claims made by": sheet["vendor"]}
        plain = {key: value for key, value in wanted.items() if str(value).isascii() and str(value).isprintable()}
        for key, value in plain.items():
            self.must(top.get(key) == " ".join(value.split()), f"names {key} {top.get(key, '')[:60]!a}")
        of = top.get("Tested", top.get("Counts from", ""))
        qubits = f"{device['qubits']} qubit{'s' * (device['qubits'] != 1)}"
        self.must(f": {qubits}" in of or f", {qubits}" in of, f"tested {of[:60]!a}")
        name = " ".join(device["name"].split())
        self.must(not name.isascii() or of.startswith(name), f"tested {of[:60]!a}")
        for part in top.get("Software", "").split("; "):
            name, _, version = part.removeprefix("plan by ").rpartition(" ")
            self.must(part == software or version in json.dumps([self.audit.json.get(self.t.RECORD), plan["software"]]),
                      f"names the software {name[:40]!a}")
        cost, files = plan["cost"], self.audit.json.items()
        given = [one["counts"]["arms"] for name, one in files if name.startswith("published/")]
        self.must(self.audit.own or cost["circuits"] == sum(map(len, given)), "another number of published circuits")
        for key, ran in (("Shots", self.shots), ("Circuits", self.circuits)):
            allowed = (str(ran), f"{ran} of {cost[key.lower()]} planned")
            if tested: self.must(top.get(key) in allowed, f"counts {key} as {top.get(key)}")
        if tested and sheet["claims"]:
            self.must(top.get("Effort") == f"{self.shots} shots of {self.circuits} circuit{'s' * (self.circuits != 1)}",
                      f"counts {top.get('Effort')}")
        self.dates()
    def dates(self) -> None:
        """When circuits went out and counts came in, by the log; when it ran, by the record."""
        told = self.audit.campaign
        times: dict[str, dict[int, list[int]]] = {"released": {}, "counts": {}}
        for line in (self.audit.lines if told else ()):
            entry = json.loads(line)
            said = entry.get("statement") or json.loads(base64.b64decode(entry["envelope"]["payload"]))
            body = said["predicate"]
            if body["event"] in times and "round" in body["facts"]:
                times[body["event"]].setdefault(body["facts"]["round"], []).append(entry["at"])
        def span(own: list[int]) -> str: return " to ".join(dict.fromkeys((utc(min(own)), utc(max(own)))))
        for key, kind in (("Circuits went out", "released"), ("Counts were taken in", "counts")):
            if times["released"]:
                shown = sorted(times[kind]) if len(times[kind]) <= 6 else [min(times[kind]), max(times[kind])]
                words = "; ".join(f"round {n}: {span(times[kind][n])}" for n in shown) or "none"
                self.must(self.top.get(key) == words, f"says that {key.lower()} {self.top.get(key, '')[:60]!a}")
            else: self.must(key not in self.top, f"says when {key.lower()}")
        record = self.audit.json.get(self.t.RECORD)
        if record and self.top.get("Date of this report"):
            self.must(self.top["Date of this report"] == record["sealed_at"].replace("T", " ").replace("Z", " UTC"),
                      "another date of the report")
        if record and record["measured_from"]:
            ends = (record[key].replace("T", " ").replace("Z", " UTC") for key in ("measured_from", "measured_to"))
            self.must(self.top.get("Date of the test") == " to ".join(dict.fromkeys(ends)), "another date of the test")
    def parties(self) -> None:
        """Who took part: roles, names and keys, as the bundle has them."""
        rows = [[cell.text() for cell in row.inside if isinstance(cell, Node)]
                for table in self.page.all("table") for row in table.all("tr")
                if [cell.text() for cell in table.all("th")][:3] == ["Role", "Name", "Key"]]
        where = self.t.ROLES
        named = self.t.read_roles(self.audit.data[where], where) if where in self.audit.data else {}
        wanted = [[one["role"].capitalize(), " ".join(one["name"].split()), self.t.fingerprint(key)]
                  for key, one in named.items()]
        seen = [[row[0], row[1] if one["name"].isprintable() else " ".join(one["name"].split()), row[2]]
                for row, one in zip(rows[1:], named.values(), strict=False)]
        self.must(sorted(seen) == sorted(wanted) and len(rows[1:]) == len(wanted), "names other parties")
    def claims(self) -> None:
        """Each claim's own section says what the table of verdicts says, and the list above it."""
        said, claims = self.audit.json[self.t.VERDICTS], [*self.audit.claims.values()]
        tables = self.page.all("table", "verdicts")
        rows = [row.all("th") + row.all("td") for row in (tables[0].all("tr")[1:] if tables else ())]
        own = [one for one in self.page.all("section", "claim") if not {"application", "answer"} & {*one.kinds}]
        heads = [one.all("p", "over")[0].text() for one in self.page.all("section", "answer")]
        asked = [one for one in self.plan["sheet"].get("questions", ()) if one["ask"] != "figure"]
        asked = ["figure"] * bool(self.audit.figures) + [" ".join(one["id"].split()) for one in asked]  # in one section
        self.must(heads == [f"Question {n} · {name}" for n, name in enumerate(asked, 1)], "not one section a question")
        self.must(len(own) == len(rows) == len(said), "not one section a claim")
        for number, (node, row, one, claim) in enumerate(zip(own, rows, said, claims, strict=True), 1):
            at, told = f"claim {number}", facts(node)
            chip, over = node.all("span", "chip"), node.all("p", "over")[0].text()
            self.must(over == f"Claim {number} · {' '.join(claim['id'].split())}", f"{at}: reads {over[:60]!a}")
            self.must(len(chip) == 1 and chip[0].text().lower() == one["verdict"] and chip[0].kinds[-1] ==
                      one["verdict"].replace(" ", "-"), f"{at}: reads {chip[0].text() if chip else ''!a}")
            link = row[0].all("a")[0]
            anchor = f"#{node.attributes['id']}"
            self.must(node.all("h2")[0].text() == link.text() and link.attributes["href"] == anchor, f"{at}: heading")
            mark = row[4].all("span", "chip")
            self.must(len(mark) == 1 and mark[0].kinds[-1] == one["verdict"].replace(" ", "-"), f"{at}: another colour")
            claimed, measured = row[1].all("bdi")[0].text(), row[2].text()
            self.must(told["Claimed"].startswith(claimed) and told["Measured"] == measured, f"{at}: other numbers")
            scope = f"{claimed} {row[0].all('span')[0].text()}".strip()
            self.must(told["Claimed"] == scope, f"{at}: another scope")
            limit = "".join(span.text() for span in row[1].all("span", "under"))
            self.must(not limit.startswith("limit ") or told["Limit"].startswith(limit[6:]),
                      f"{at}: limit {told['Limit'][:40]!a}")
            found = re.match(r"(\d+) shots?, \d+ circuits?.*?(?: trust level (T\d))?$", told["Evidence"])
            if one["shots"]:
                self.must(found and int(found[1]) == one["shots"] and found[2] == self.audit.level,
                          f"{at}: evidence {told['Evidence'][:60]!a}")
            for text in row[3].all("desc"):
                both = text.text(), f"Claimed {claimed} measured {measured}"
                words, whole = (re.sub(r"[();,]", "", one).split() for one in both)
                start, _, rest = text.text().partition("; measured ")  # with fewer digits than the table, perhaps
                self.must(words == whole or (start == f"Claimed {claimed}" and self.reads(
                    re.sub(r"[()]", "", rest), one["estimate"])), f"{at}: another drawing")
        short = self.page.all("div", "short")
        listed = [one.text() for one in (short[0].all("ul")[0].all("li") if short and said else ())]
        ends = {"left open by the data": "inconclusive", "left open": "inconclusive"}
        def told(text: str) -> str:  # the outcome, without "within its tolerance" and the like
            outcome = text.rstrip(".").rpartition(": ")[2].partition(",")[0]
            return ends.get(outcome, outcome)
        for text in listed:
            outcome, alike = told(text), sum(one["verdict"] == told(text) for one in said)
            named = sum(told(one) == outcome for one in listed)
            heads = {f"{row[0].all('a')[0].text()}, {row[1].all('bdi')[0].text()}".replace("µs", "us")
                     for one, row in zip(said, rows, strict=True) if one["verdict"] == outcome}
            rest = re.match(r"(\d[\d\s]*) further claims?: ", text)  # beside those that were named
            self.must(outcome not in SAID or (int(re.sub(r"\s", "", rest[1])) == alike - named + 1 if rest else
                      any(text.replace("µs", "us").startswith(head) for head in heads)),
                      f"the list of what was found: {text[:80]!a}")
        lines = self.page.all("tr", "here")
        tested = any(one["shots"] for one in said)
        self.must([one.text()[:2] for one in lines] == [self.audit.level] or not (lines or tested), "another level")
    def estimates(self) -> None:
        """The tables of single estimates are those of the evidence."""
        listed: Table = {}
        for one in self.audit.json[self.t.ESTIMATES]: listed.setdefault(one["quantity"], []).append(one)
        for table in self.page.all("table"):
            heads = [cell.text() for cell in table.all("th") if cell.attributes.get("scope") == "col"]
            if heads[1:] != ["Estimate", "Interval", "Shots"]: continue
            rows = [[cell.text() for cell in row.inside if isinstance(cell, Node)] for row in table.all("tr")[1:]]
            fits = [name for name, own in listed.items() if self.follow(rows, own)]
            self.must(fits, f"a table of estimates that no quantity has, from {' '.join(rows[0])[:60]!a}")
            del listed[fits[0]]
        self.must(not {*listed} - {"best_string"}, f"no table of {[*listed][:1]!a}")
    def follow(self, rows: list[list[str]], own: list[Table]) -> bool:
        own = sorted(own, key=lambda one: one["target"])
        return len(rows) == len(own) and all(
            (row[0] in ("–".join(map(str, one["target"])), "whole circuit") or len(one["target"]) > 6) and
            row[3] == str(one["shots"]) and self.reads(f"{row[1]} {row[2]}", one["estimate"])
            for row, one in zip(rows, own, strict=True))
    def reads(self, cell: str, said: Any) -> bool:
        """Whether a cell tells an estimate; where it has no number or no bound, whether it tells those that are."""
        if not said: return cell.startswith(("no information", "more than", "less than"))
        whole = None not in (said["value"], said["low"], said["high"]) and not cell.startswith("no information")
        if whole and (self.t.reads(cell, said) or said["low"] == said["high"]): return True
        if whole and not said["low"] <= 0 != said["value"]: return False
        known = [v for v in (said["value"], said["low"], said["high"], said["level"]) if v is not None]
        return all(any(self.t.rounds_to(v, number, unit) for v in known)
                   for number, *_, unit in self.t.NUMBERS.findall(cell))
    def checks(self) -> None:
        """As many checks failed as the evidence says, and what failed on the way is told."""
        failed = sum(bool(one["failed"]) for one in self.audit.json[self.t.CHECKED])
        results = [row.all("td")[0].text() for table in self.page.all("table") for row in table.all("tr")[1:]
                   if [cell.text() for cell in table.all("th")][:2] == ["Check", "Result"]]
        self.must(results.count("failed") == failed, f"{results.count('failed')} checks failed, and {failed} did")
        lines = "\n".join(one.text().lower() for one in self.page.all("section") for one in one.all("li"))
        for _, _, name, _, came in self.audit.batches():
            for failure in self.audit.json[came]["failures"]:
                self.must(not failure.isascii() or not failure.isprintable() or f"{name}: {failure}".lower().rstrip(".")
                          in lines.replace("\n", " \n"), f"does not tell how {name} failed")
    def limits(self) -> None:
        """What no test of counts can show is said, and who could still do what in a campaign."""
        told, parties = [one.text() for one in self.page.all("li")], "jobs/round-01.json" in self.audit.data
        for cheat in UNDETECTABLE + COALITIONS * (parties and self.t.ROLES in self.audit.data):
            self.must(any(text.startswith(cheat) for text in told), f"does not say what nobody can detect: {cheat}")
        real = any(text.startswith("Anything about a real machine") for text in told)
        self.must(real or not (self.plan["device"]["simulator"] and self.plan["sheet"]["claims"]),
                  "does not say that it tells nothing of a real machine")


def read(t: Any, audit: Any) -> None:
    """Read the page; refuse what does not stand in the evidence."""
    Reader(t, audit).read()
