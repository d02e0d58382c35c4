"""Finds the words of a figure that touch its lines or marks, touch each other, or stick out of it."""

from __future__ import annotations

from playwright.sync_api import Page

# A line is followed point by point; a mark is its box. Bands, grid lines, axes and rings around a number do not count.
_SCRIPT = """
() => {
  const found = [];
  for (const svg of document.querySelectorAll(".course-figure svg")) {
    const frame = svg.getBoundingClientRect();
    const size = frame.width / svg.viewBox.baseVal.width;
    const say = (words, what) => found.push(`${svg.closest(".course-figure").id}: “${words}” ${what}`);
    const labels = [...svg.querySelectorAll("text")].map((text) => {
      const box = text.getBoundingClientRect();
      // a font leaves room above and below its letters; a word turned on its side has it left and right
      const across = box.width >= box.height || text.textContent.length < 3;
      const [x, y] = across ? [-size, box.height / 10] : [box.width / 10, -size];
      return { words: text.textContent, l: box.left + x, r: box.right - x, t: box.top + y, b: box.bottom - y };
    });
    for (const [place, one] of labels.entries()) {
      const out = Math.max(frame.left - one.l, one.r - frame.right, frame.top - one.t, one.b - frame.bottom);
      if (out > 2 * size) say(one.words, "sticks out");
      for (const other of labels.slice(place + 1)) {
        if (one.l < other.r && other.l < one.r && one.t < other.b && other.t < one.b) {
          say(one.words, `touches “${other.words}”`);
        }
      }
    }
    for (const mark of svg.querySelectorAll("path, use")) {
      const shape = mark.tagName === "use" ? svg.querySelector(mark.getAttribute("href")) : mark;
      const style = `${mark.getAttribute("style")} ${shape.getAttribute("style")}`;
      const box = mark.getBoundingClientRect();
      const plain = /--fig-grid|fill-opacity/.test(style);
      const tick = mark.tagName === "use" && /--fig-muted/.test(style) && box.width + box.height < 8 * size;
      if (mark.closest("defs, clipPath") || plain || tick) continue;
      const points = [];
      if (mark.tagName === "use") {
        points.push([box.left + box.width / 2, box.top + box.height / 2, box.width / 2]);
      } else if (getComputedStyle(mark).stroke !== "none") {
        const matrix = mark.getScreenCTM();
        for (let at = 0, end = mark.getTotalLength(); at <= end; at += 1) {
          const point = mark.getPointAtLength(at).matrixTransform(matrix);
          points.push([point.x, point.y, 0]);
        }
      }
      for (const one of labels) {
        if (points.some(([x, y, r]) => x + r > one.l && x - r < one.r && y + r > one.t && y - r < one.b)) {
          say(one.words, mark.tagName === "use" ? "touches a mark" : "touches a line");
        }
      }
    }
  }
  return found;
}
"""


def crowded_labels(page: Page) -> list[str]:
    """What is crowded in the figures of the page that is open: figure, words, and what they touch."""
    return page.evaluate(_SCRIPT)
