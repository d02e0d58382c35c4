// Loads the page again when the quiz file has another content, and says so when the preview has ended.

const EVERY = 400; // ms between two questions whether the file has changed
const { body } = document;

/** @param {string} selector @param {() => void} press */
function bind(selector, press) {
  const button = /** @type {HTMLButtonElement} */ (document.querySelector(selector));
  button.hidden = false;
  button.addEventListener("click", press);
}

async function ask() {
  const lost = /** @type {HTMLElement} */ (document.querySelector(".preview-lost"));
  try {
    const state = await (await fetch("/state", { cache: "no-store", signal: AbortSignal.timeout(5000) })).json();
    if (state !== body.dataset.state) return location.reload();
    lost.textContent = "";
  } catch {
    lost.textContent ||= "The preview has ended: start it again to see changes.";
  }
  setTimeout(ask, EVERY);
}

bind(".preview-theme", () => {
  const dark = body.dataset.theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : body.dataset.theme === "dark";
  body.dataset.theme = dark ? "light" : "dark";
  sessionStorage.setItem("theme", body.dataset.theme);
});
bind(".preview-forget", () => {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith("unionstate.quiz.")) localStorage.removeItem(name);
  }
  location.reload();
});
body.dataset.theme = sessionStorage.getItem("theme") ?? "auto";
setTimeout(ask, EVERY);
