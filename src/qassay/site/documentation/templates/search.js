"use strict";
const entries = JSON.parse(document.getElementById("index").textContent);
for (const one of entries) {
  one.head = (one.t + " " + one.s).toLowerCase();
  one.all = (one.head + " " + one.x + " " + one.w).toLowerCase();
}
const field = document.getElementById("asked");
const list = document.getElementById("found");
const told = document.getElementById("told");
function starts(text, word) {
  let at = text.indexOf(word);
  while (at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1])) at = text.indexOf(word, at + 1);
  return at >= 0;
}
function ask() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  list.replaceChildren();
  if (!words.length) { told.textContent = ""; return; }
  const hits = [];
  for (const one of entries) {
    let points = 0;
    for (const word of words) {
      if (!starts(one.all, word)) { points = -1; break; }
      points += starts(one.t.toLowerCase(), word) ? 4 : starts(one.head, word) ? 3 : starts(one.x.toLowerCase(), word) ? 2 : 1;
    }
    if (points > 0) hits.push([points, one]);
  }
  hits.sort((a, b) => b[0] - a[0]);
  told.textContent = hits.length === 1 ? "1 place" : hits.length + " places" + (hits.length > 40 ? ", the best 40 shown" : "");
  for (const [, one] of hits.slice(0, 40)) {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = one.p;
    link.textContent = one.s ? one.t + ": " + one.s : one.t;
    const under = document.createElement("span");
    under.className = "under";
    under.textContent = one.x;
    item.append(link, under);
    list.append(item);
  }
}
field.value = new URLSearchParams(location.search).get("q") || "";
field.addEventListener("input", ask);
document.getElementById("ask").addEventListener("submit", (event) => { event.preventDefault(); ask(); });
ask();
