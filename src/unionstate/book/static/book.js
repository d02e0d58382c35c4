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

// The list of all tables shows those that hold a word: in title, name or columns. Without script it shows all.
const filter = document.querySelector(".table-filter");
if (filter) {
  filter.hidden = false;
  const field = filter.querySelector("input");
  const show = () => {
    const wanted = field.value.trim().toLowerCase();
    const lines = [...document.querySelectorAll(".table-list > li")];
    for (const line of lines) line.hidden = !line.textContent.toLowerCase().includes(wanted);
    for (const list of document.querySelectorAll(".table-list")) {
      list.parentElement.hidden = [...list.children].every((line) => line.hidden);
    }
    const left = lines.filter((line) => !line.hidden).length;
    filter.lastElementChild.textContent = wanted ? `${left} of ${lines.length} tables` : "";
  };
  field.addEventListener("input", show);
  // a link to what is filtered away would lead nowhere
  addEventListener("hashchange", () => {
    field.value = "";
    show();
    document.querySelector(":target")?.scrollIntoView();
  });
}
