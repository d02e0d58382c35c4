// Escape closes a card of the article until the pointer or the focus comes back.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const reference of document.querySelectorAll(".article-ref:hover, .article-ref:focus-within")) {
    reference.classList.add("closed");
    const open = () => reference.classList.remove("closed");
    reference.addEventListener("mouseleave", open, { once: true });
    reference.addEventListener("focusout", open, { once: true });
  }
});
