// Brings the quiz markup to life: in a page of the book by itself, in a notebook as an anywidget module.

/**
 * @typedef {{version: string, chosen: number[], checked: boolean, attempts: number}} Answer
 * @typedef {{get: (id: string) => Answer | undefined, set: (id: string, answer: Answer) => void}} Store
 */

const TRIES_BEFORE_REASONS = 2;

/**
 * A single item is all or nothing; of a multiple one the share of right options chosen minus the share of wrong ones.
 * @param {"single" | "multiple"} type
 * @param {number[]} right places of the right options
 * @param {number[]} chosen places of the chosen options
 * @param {number} count how many options there are
 * @returns {number} from 0 to 1
 */
export function score(type, right, chosen, count) {
  const hits = chosen.filter((place) => right.includes(place)).length;
  const misses = chosen.length - hits;
  if (type === "single") return hits === 1 && misses === 0 ? 1 : 0;
  return Math.max(0, hits / right.length - misses / (count - right.length));
}

/**
 * The line that opens the feedback.
 * @param {"single" | "multiple" | "commit"} type
 * @param {number[]} right
 * @param {number[]} chosen
 * @param {number} count
 * @returns {string}
 */
export function verdict(type, right, chosen, count) {
  if (type === "commit") return "Kept.";
  if (score(type, right, chosen, count) === 1) return "Right.";
  if (type === "single") return "Not yet.";
  const missing = right.filter((place) => !chosen.includes(place)).length;
  const wrong = chosen.filter((place) => !right.includes(place)).length;
  const parts = [];
  if (wrong) parts.push(`${wrong} of your choices ${wrong === 1 ? "is" : "are"} wrong`);
  if (missing) parts.push(`${missing} right ${missing === 1 ? "one is" : "ones are"} not chosen`);
  return `Not yet: ${parts.join(", ")}.`;
}

/** @type {Store} answers in this browser; where storage is closed they last as long as the page */
const browserStore = {
  get(id) {
    try {
      const kept = JSON.parse(localStorage.getItem(`unionstate.quiz.${id}`) ?? "null");
      return Array.isArray(kept?.chosen) && kept.chosen.every(Number.isInteger) ? kept : undefined;
    } catch {
      return undefined;
    }
  },
  set(id, answer) {
    try {
      localStorage.setItem(`unionstate.quiz.${id}`, JSON.stringify(answer));
    } catch {
      // a full or forbidden storage must not stop the quiz
    }
  },
};

/**
 * @param {HTMLElement} item
 * @param {Store} store
 * @param {(id: string) => void} changed called after an answer is kept
 */
function bringToLife(item, store, changed) {
  const id = item.dataset.item ?? "";
  const version = item.dataset.version ?? "";
  const type = /** @type {"single" | "multiple" | "commit"} */ (item.dataset.type);
  const inputs = [...item.querySelectorAll("input")];
  const button = /** @type {HTMLButtonElement} */ (item.querySelector(".quiz-check"));
  const feedback = /** @type {HTMLElement} */ (item.querySelector(".quiz-feedback"));
  const reasons = /** @type {HTMLDetailsElement} */ (item.querySelector(".quiz-reasons"));
  const lines = [...reasons.querySelectorAll("li")];
  const right = lines.flatMap((line, place) => ("right" in line.dataset ? [place] : []));
  const kept = store.get(id);
  let attempts = kept?.version === version ? kept.attempts : 0;

  const chosen = () => inputs.flatMap((input, place) => (input.checked ? [place] : []));

  function clearMarks() {
    inputs.forEach((input) => input.closest("label")?.removeAttribute("data-mark"));
  }

  function show() {
    const picked = chosen();
    const first = document.createElement("p");
    first.append(Object.assign(document.createElement("strong"), { textContent: verdict(type, right, picked, inputs.length) }));
    feedback.replaceChildren(first);
    for (const place of picked) {
      // one answer: its reason follows the verdict; several: a line each, which names the answer
      const line = picked.length > 1 ? feedback.appendChild(document.createElement("p")) : first;
      line.append(" ", ...(picked.length > 1 ? [lines[place].querySelector("i").cloneNode(true), " "] : []));
      line.append(...lines[place].querySelector("span").cloneNode(true).childNodes);
      if (type !== "commit") inputs[place].closest("label").dataset.mark = right.includes(place) ? "right" : "wrong";
    }
    const solved = type !== "commit" && score(type, right, picked, inputs.length) === 1;
    item.dataset.state = type === "commit" ? "kept" : solved ? "right" : "wrong";
    reasons.hidden = !(solved || (type !== "commit" && attempts >= TRIES_BEFORE_REASONS));
  }

  button.addEventListener("click", () => {
    if (!chosen().length) {
      feedback.textContent = "Choose an answer first.";
      return;
    }
    attempts += 1;
    show();
    store.set(id, { version, chosen: chosen(), checked: true, attempts });
    changed(id);
  });
  item.addEventListener("change", () => {
    clearMarks();
    delete item.dataset.state;
    feedback.replaceChildren();
    store.set(id, { version, chosen: chosen(), checked: false, attempts });
  });

  button.hidden = false;
  reasons.hidden = true;
  if (kept?.version === version) {
    inputs.forEach((input, place) => (input.checked = kept.chosen.includes(place)));
    if (kept.checked && chosen().length) show();
  }
}

/**
 * @param {HTMLElement} line
 * @param {Store} store
 */
function recall(line, store) {
  const kept = store.get(line.dataset.recall ?? "");
  if (kept?.version !== line.dataset.version || !kept?.checked) return;
  const options = JSON.parse(line.dataset.options ?? "[]");
  const answer = Object.assign(document.createElement("q"), { textContent: options[kept.chosen[0]] });
  line.replaceChildren("Your answer before you read: ", answer, ".");
}

/**
 * @param {HTMLElement} root holds items
 * @param {Store} store
 * @param {(id: string) => void} [changed]
 */
export function hydrate(root, store, changed = () => {}) {
  root.querySelectorAll(".quiz-item").forEach((item) => bringToLife(/** @type {HTMLElement} */ (item), store, changed));
}

function startPage() {
  const lines = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-recall]")]);
  const recallAll = () => lines.forEach((line) => recall(line, browserStore));
  recallAll();
  // the mark keeps a second copy of this module from answering twice
  for (const quiz of document.querySelectorAll("[data-quiz-page]:not([data-live])")) {
    quiz.setAttribute("data-live", "");
    hydrate(/** @type {HTMLElement} */ (quiz), browserStore, recallAll);
  }
}

/** The anywidget side: the kernel's traits keep the answers. */
export default {
  /** @param {{model: {get: Function, set: Function, save_changes: Function}, el: HTMLElement}} view */
  render({ model, el }) {
    el.innerHTML = model.get("html");
    hydrate(el, {
      get: (id) => model.get("records")[id],
      set(id, answer) {
        model.set("records", { ...model.get("records"), [id]: answer });
        model.save_changes();
      },
    });
  },
};

if (typeof document !== "undefined") startPage();
