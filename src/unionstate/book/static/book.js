// Escape closes a card (of the article or of a term) until the pointer or the focus comes back.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const reference of document.querySelectorAll(".article-ref:hover, .article-ref:focus-within")) {
    reference.classList.add("closed");
    const open = () => reference.classList.remove("closed");
    reference.addEventListener("mouseleave", open, { once: true });
    reference.addEventListener("focusout", open, { once: true });
  }
});

// What scrolls sideways on a narrow screen can be scrolled with the keyboard too.
for (const box of document.querySelectorAll(".cell_output, .figure-table, .formula, .table-wrapper, pre")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}

// A year of the timeline of which every event is filtered away goes with them.
addEventListener("change", (event) => {
  if (!event.target.closest(".timeline-filter")) return;
  for (const list of document.querySelectorAll(".timeline")) {
    list.parentElement.hidden = false;
    list.parentElement.hidden = ![...list.children].some((entry) => entry.checkVisibility());
  }
});
