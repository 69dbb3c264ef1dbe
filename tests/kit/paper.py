"""What a printed page would lose: whatever leaves the sheet, or would have to be scrolled to."""

CUT = """() => {
  const lost = [];
  for (const box of document.querySelectorAll(".wide-table"))
    if (box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible")
      lost.push("a table that is scrolled: " + box.getAttribute("aria-label"));
  for (const one of document.querySelectorAll("table, td, th, svg text")) {
    const seen = one.getBoundingClientRect();
    if (seen.width && (seen.left < -4 || seen.right > innerWidth + 4))
      lost.push(one.tagName + " beyond the sheet: " + one.textContent.trim().slice(0, 40));
  }
  return lost.slice(0, 5);
}"""
