// Brings the quiz markup to life: in a page of the book by itself, in a notebook as an anywidget module.
// First what an answer is worth, which needs no page; then the page.

/**
 * @typedef {"single" | "multiple" | "commit" | "true-false" | "numeric" | "short-text" | "order" | "match" |
 *   "classify" | "evidence" | "estimate" | "draw" | "predict"} Type
 * @typedef {{right?: number[], count?: number, value?: number, tolerance?: number, near?: number, units?: string[],
 *   accept?: string[], wrong?: any[], outcome?: 0 | 1 | null, values?: number[], given?: number, unit?: string,
 *   shown?: string}} Key what an answer is judged against, see the key of each class in items.py
 * @typedef {number[] | string} Answer its form for each type is told in judge.py
 * @typedef {{score: number | null, lines: number[], near?: boolean}} Judgement
 * @typedef {{version: string, answer: Answer, said: string, checked: boolean, attempts: number, score: number | null,
 *   at: number}} Kept what is kept of an item; `at` is a time in ms
 * @typedef {{get: (id: string) => Kept | undefined, set: (id: string, kept: Kept) => void}} Store
 * @typedef {{read: () => Answer | null, write: (answer: any) => void, said: () => string,
 *   mark?: (result: Judgement) => void, lock?: () => void}} Form how a type's answer stands in the page
 */

const TRIES_BEFORE_REASONS = 2;

/**
 * The numbers a typed text can mean; readings.py tells the rule.
 * @param {string} text
 * @param {string[]} units in lower case, longest first
 * @returns {number[]}
 */
export function readNumbers(text, units) {
  const trim = (/** @type {string} */ words) => words.replace(/^ +| +$/g, "");
  text = text.normalize("NFKC").toLowerCase().replace(/[\u2212\u2010-\u2014]/g, "-").replaceAll("\u2019", "'");
  text = trim(text.replace(/[ \t\n\r\f\v]+/g, " "));
  const unit = units.find((unit) => text.endsWith(unit) || text.startsWith(unit)) ?? "";
  text = trim(text.endsWith(unit) ? text.slice(0, text.length - unit.length) : text.slice(unit.length));
  const sign = text.startsWith("-") ? -1 : 1;
  if (/^[-+]/.test(text)) text = trim(text.slice(1));
  const found = [];
  /** @type {[string, RegExp][]} */
  const grouped = [
    [" ", /^[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?$/],
    ["'", /^[0-9]{1,3}(?:'[0-9]{3})+(?:[.,][0-9]+)?$/],
    [",", /^[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$/],
    [".", /^[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?$/],
  ];
  for (const [mark, pattern] of grouped) {
    if (pattern.test(text)) found.push(Number(text.replaceAll(mark, "").replace(",", ".")));
  }
  if (/^(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)$/.test(text)) found.push(Number(text.replace(",", ".")));
  return [...new Set(found.filter((number) => number < 1e300).map((number) => sign * number))];
}

/**
 * @param {string} text
 * @returns {string} in lower case, without accents and punctuation
 */
export function normalized(text) {
  const letters = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return letters.replace(/[^\p{L}\p{N}]/gu, " ").replace(/ +/g, " ").replace(/^ | $/g, "");
}

/**
 * @param {string} text
 * @param {string} other
 * @returns {boolean} whether they differ by a letter; by two if the other is long
 */
export function isNear(text, other) {
  const [from, to] = [[...text], [...other]];
  const allowed = to.length >= 8 ? 2 : 1;
  if (Math.abs(from.length - to.length) > allowed) return false;
  let row = [...Array(to.length + 1).keys()];
  from.forEach((char, number) => {
    const before = row;
    row = [number + 1];
    to.forEach((wanted, place) => row.push(Math.min(before[place] + +(char !== wanted), before[place + 1] + 1, row[place] + 1)));
  });
  return row[to.length] <= allowed;
}

/**
 * What is missing before an answer can be judged.
 * @param {Type} type
 * @param {Key} key
 * @param {Answer | null} answer
 * @returns {string} "" if nothing is
 */
export function complaint(type, key, answer) {
  if (type === "short-text") return normalized(String(answer)) ? "" : "Write an answer first.";
  if (typeof answer === "string") {
    const numbers = readNumbers(answer, key.units ?? []);
    if (type !== "predict") return numbers.length ? "" : "Write a number first, for example 1,234.5.";
    return numbers.some((number) => number >= 0 && number <= 100) ? "" : "Write a probability from 0 to 100 first.";
  }
  if (!answer?.length) return type === "draw" ? "Draw your line first." : "Choose an answer first.";
  if (type === "draw" || answer.every((place) => place >= 0)) return "";
  return type === "true-false" ? "Choose the verdict and a reason first." : "Choose one for each first.";
}

/**
 * Judges an answer that has no complaint, as judge.py does.
 * @param {Type} type
 * @param {Key} key
 * @param {any} answer
 * @returns {Judgement}
 */
export function judge(type, key, answer) {
  const right = key.right ?? [];
  const count = key.count ?? 0;
  const within = (/** @type {number} */ number, /** @type {number} */ value, /** @type {number} */ tolerance) =>
    Math.abs(number - value) <= tolerance + 1e-9 * Math.max(1, Math.abs(value));
  switch (type) {
    case "multiple": {
      const hits = answer.filter((/** @type {number} */ place) => right.includes(place)).length;
      return { score: Math.max(0, hits / right.length - (answer.length - hits) / (count - right.length)), lines: answer };
    }
    case "commit":
      return { score: null, lines: answer };
    case "true-false": {
      const verdict = answer[0] === right[0];
      return { score: verdict ? (answer[1] === right[1] ? 1 : 0.5) : 0, lines: [verdict ? 0 : 1, 2 + answer[1]] };
    }
    case "numeric": {
      const numbers = readNumbers(answer, key.units ?? []);
      const known = [[key.value, key.tolerance], ...(key.wrong ?? [])];
      const place = known.findIndex(([value, tolerance]) => numbers.some((number) => within(number, value, tolerance)));
      return { score: place ? 0 : 1, lines: [place < 0 ? known.length : place] };
    }
    case "short-text": {
      const text = normalized(answer);
      const known = [key.accept ?? [], ...(key.wrong ?? [])];
      const place = known.findIndex((spellings) => spellings.includes(text));
      const near = place < 0 && known[0].some((/** @type {string} */ spelling) => isNear(text, spelling));
      return { score: place ? 0 : 1, lines: [place < 0 ? known.length : place], near };
    }
    case "order": {
      const pairs = (count * (count - 1)) / 2;
      let rising = 0;
      answer.forEach((/** @type {number} */ entry, /** @type {number} */ place) => {
        rising += answer.slice(place + 1).filter((/** @type {number} */ later) => later > entry).length;
      });
      const wrong = outOfOrder(answer);
      return { score: Math.max(0, (2 * rising - pairs) / pairs), lines: wrong.length ? wrong : [count] };
    }
    case "match":
    case "classify": {
      const wrong = right.flatMap((place, stem) => (answer[stem] === place ? [] : [stem]));
      return { score: (right.length - wrong.length) / right.length, lines: wrong.length ? wrong : [right.length] };
    }
    case "estimate": {
      const [number] = readNumbers(answer, key.units ?? []);
      const value = key.value ?? 0;
      const near = within(number, value, (Math.abs(value) * (key.near ?? 0)) / 100);
      return { score: null, lines: [near ? 0 : number < value ? 1 : 2] };
    }
    case "draw":
      return { score: null, lines: [0] };
    case "predict": {
      const distance = chance(answer, key) / 100 - (key.outcome ?? 0);
      return { score: key.outcome == null ? null : 1 - distance * distance, lines: [0] };
    }
    default:
      return { score: answer.length === 1 && right.includes(answer[0]) ? 1 : 0, lines: answer };
  }
}

/**
 * The entries outside a longest run that is in order: those to move.
 * @param {number[]} places
 * @returns {number[]}
 */
function outOfOrder(places) {
  /** @type {number[][]} */
  const runs = [];
  const longer = (/** @type {number[]} */ one, /** @type {number[]} */ other) => (other.length > one.length ? other : one);
  for (const entry of places) {
    runs.push([...runs.filter((run) => run[run.length - 1] < entry).reduce(longer, []), entry]);
  }
  const longest = runs.reduce(longer);
  return places.filter((entry) => !longest.includes(entry));
}

/** @param {string} answer @param {Key} key */
const chance = (answer, key) => readNumbers(answer, key.units ?? []).find((number) => number >= 0 && number <= 100) ?? 0;

/** @param {number} number */
const shown = (number) => number.toLocaleString("en", { maximumSignificantDigits: 3 });

/**
 * The line that opens the feedback.
 * @param {Type} type
 * @param {Key} key
 * @param {any} answer
 * @param {Judgement} result
 * @returns {string}
 */
export function verdict(type, key, answer, result) {
  if (type === "estimate") {
    const value = key.value ?? 0;
    const off = readNumbers(answer, key.units ?? [])[0] - value;
    const far = value ? shown(Math.abs((100 * off) / value)) + " %" : shown(Math.abs(off));
    const said = off ? `is ${far} too ${off < 0 ? "low" : "high"}` : "is exact";
    return `The data say ${key.shown}. Your estimate ${said}.`;
  }
  if (type === "draw") {
    const misses = (key.values ?? []).map((value, place) => Math.abs(value - answer[place])).slice(key.given);
    const mean = misses.reduce((sum, miss) => sum + miss, 0) / misses.length;
    return `Kept. On average your line is ${shown(mean)} ${key.unit} from the data.`.replace(" %", " percentage points");
  }
  if (type === "predict" && result.score !== null) {
    const brier = shown(1 - result.score);
    return `You gave ${shown(chance(answer, key))} %; it ${key.outcome ? "happened" : "did not happen"}. Brier score ${brier} (0 is best, 1 is worst; always saying 50 % gives 0.25).`;
  }
  if (result.score === null) return "Kept.";
  if (result.score === 1) return "Right.";
  if (type === "multiple") {
    const missing = (key.right ?? []).filter((place) => !answer.includes(place)).length;
    const wrong = answer.filter((/** @type {number} */ place) => !key.right?.includes(place)).length;
    const parts = [];
    if (wrong) parts.push(`${wrong} of your choices ${wrong === 1 ? "is" : "are"} wrong`);
    if (missing) parts.push(`${missing} right ${missing === 1 ? "one is" : "ones are"} not chosen`);
    return `Not yet: ${parts.join(", ")}.`;
  }
  if (result.near) return "Not yet, but close: check the spelling.";
  return result.score ? `Not yet: ${Math.round(100 * result.score)} % right.` : "Not yet.";
}

/**
 * Whatever stands in storage, a kept answer or nothing.
 * @param {any} kept
 * @returns {Kept | undefined}
 */
export function asKept(kept) {
  const { answer } = kept ?? {};
  const places = Array.isArray(answer) && answer.every((place) => typeof place === "number");
  return places || typeof answer === "string" ? kept : undefined;
}

let notKept = "";

/** @type {Store} answers in this browser; where storage is closed they last as long as the page */
const browserStore = {
  get(id) {
    try {
      return asKept(JSON.parse(localStorage.getItem(`unionstate.quiz.${id}`) ?? "null"));
    } catch {
      return undefined;
    }
  },
  set(id, kept) {
    try {
      localStorage.setItem(`unionstate.quiz.${id}`, JSON.stringify(kept));
    } catch {
      // a full or forbidden storage must not stop the quiz
      notKept = " This browser cannot keep answers.";
    }
  },
};

/** @param {ParentNode} root @param {string} selector @returns {any[]} */
const all = (root, selector) => [...root.querySelectorAll(selector)];

/**
 * @param {HTMLElement} item
 * @param {Type} type
 * @param {(words: string) => void} announce
 * @returns {Form}
 */
function formOf(item, type, announce) {
  const inputs = all(item, "input");
  const mark = (/** @type {any} */ field, /** @type {boolean} */ right) => (field.closest("label").dataset.mark = right ? "right" : "wrong");
  const words = (/** @type {any} */ field) => field.closest("label").querySelector("span").textContent;
  switch (type) {
    case "numeric":
    case "short-text":
    case "estimate":
    case "predict":
      return {
        read: () => inputs[0].value.trim(),
        write: (answer) => (inputs[0].value = answer),
        said: () => `${inputs[0].value.trim()}${type === "predict" ? " %" : ""}`.replace(/% *%$/, "%"),
        mark: (result) => result.score !== null && type !== "predict" && mark(inputs[0], result.score === 1),
        lock: () => (inputs[0].readOnly = true),
      };
    case "match":
    case "classify": {
      const selects = all(item, "select");
      return {
        read: () => selects.map((select) => select.selectedIndex - 1),
        write: (answer) => selects.forEach((select, stem) => (select.selectedIndex = 1 + (answer[stem] ?? -1))),
        said: () => "",
        mark: (result) => selects.forEach((select, stem) => mark(select, result.score === 1 || !result.lines.includes(stem))),
      };
    }
    case "order":
      return orderForm(item, announce);
    case "draw":
      return drawForm(item, inputs);
    case "true-false": {
      const places = () => [inputs.slice(0, 2), inputs.slice(2)].map((group) => group.findIndex((input) => input.checked));
      return {
        read: places,
        write: (answer) => inputs.forEach((input, place) => (input.checked = place === answer[0] || place === 2 + answer[1])),
        said: () => "",
        mark(result) {
          const [verdict, reason] = places();
          mark(inputs[verdict], result.lines[0] === 0);
          if (result.lines[0] === 0) mark(inputs[2 + reason], result.score === 1);
        },
      };
    }
    default: {
      const read = () => inputs.flatMap((input, place) => (input.checked ? [place] : []));
      return {
        read,
        write: (answer) => inputs.forEach((input, place) => (input.checked = answer.includes(place))),
        said: () => read().map((place) => words(inputs[place])).join("; "),
        mark(result) {
          const { right } = JSON.parse(item.dataset.key ?? "{}");
          if (type !== "commit") result.lines.forEach((place) => mark(inputs[place], right.includes(place)));
        },
      };
    }
  }
}

/** @param {HTMLElement} item @param {(words: string) => void} announce @returns {Form} */
function orderForm(item, announce) {
  const list = /** @type {HTMLElement} */ (item.querySelector("ol"));
  const entries = () => all(list, "li");
  const placeOf = (/** @type {any} */ entry) => Number(entry.dataset.place);
  for (const entry of entries()) {
    const [up, down] = all(entry, "button");
    const move = (/** @type {boolean} */ later) => {
      // the neighbour moves, not the entry: the pressed button keeps the focus
      const neighbour = later ? entry.nextElementSibling : entry.previousElementSibling;
      if (neighbour) later ? entry.before(neighbour) : entry.after(neighbour);
      item.dispatchEvent(new Event("change"));
      announce(`“${entry.querySelector("span").textContent}” is now ${entries().indexOf(entry) + 1} of ${entries().length}.`);
    };
    up.addEventListener("click", () => move(false));
    down.addEventListener("click", () => move(true));
    up.parentElement.hidden = false;
  }
  return {
    read: () => entries().map(placeOf),
    write: (answer) => list.append(...entries().sort((one, other) => answer.indexOf(placeOf(one)) - answer.indexOf(placeOf(other)))),
    said: () => "",
  };
}

/** @param {HTMLElement} item @param {any[]} sliders @returns {Form} */
function drawForm(item, sliders) {
  const chart = /** @type {any} */ (item.querySelector("svg"));
  const line = chart.querySelector(".quiz-line");
  const { low, high, given, values, left, right, top, bottom } = JSON.parse(chart.dataset.axes);
  let touched = false;
  let locked = false;
  const answer = () => [...values, ...sliders.map((slider) => Number(slider.value))];
  const x = (/** @type {number} */ place) => left + ((right - left) * place) / (given + sliders.length - 1);
  const y = (/** @type {number} */ value) => bottom + ((top - bottom) * (value - low)) / (high - low);
  function redraw() {
    line.setAttribute("points", answer().map((value, place) => `${x(place)},${y(value)}`).slice(Math.max(0, given - 1)).join(" "));
    sliders.forEach((slider) => (slider.nextElementSibling.textContent = shown(Number(slider.value))));
  }
  item.addEventListener("input", () => {
    touched = true;
    redraw();
  });
  const follow = (/** @type {PointerEvent} */ event) => {
    if (locked || !(event.buttons & 1)) return;
    event.preventDefault();
    const box = chart.getBoundingClientRect();
    const { width, height } = chart.viewBox.baseVal;
    const place = Math.round((((event.clientX - box.left) / box.width) * width - left) / ((right - left) / (given + sliders.length - 1)));
    const slider = sliders[Math.min(Math.max(place - given, 0), sliders.length - 1)];
    slider.value = String(low + ((((event.clientY - box.top) / box.height) * height - bottom) / (top - bottom)) * (high - low));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  chart.addEventListener("pointerdown", follow);
  chart.addEventListener("pointermove", follow);
  chart.addEventListener("pointerup", () => item.dispatchEvent(new Event("change")));
  return {
    read: () => (touched ? answer() : null),
    write(kept) {
      touched = true;
      sliders.forEach((slider, place) => (slider.value = String(kept[given + place])));
      redraw();
    },
    said: () => "",
    lock() {
      locked = true;
      sliders.forEach((slider) => (slider.disabled = true));
      chart.querySelector(".quiz-truth")?.removeAttribute("hidden");
    },
  };
}

/**
 * @param {HTMLElement} item
 * @param {Store} store
 */
function bringToLife(item, store) {
  const id = item.dataset.item ?? "";
  const version = item.dataset.version ?? "";
  const type = /** @type {Type} */ (item.dataset.type);
  const key = JSON.parse(item.dataset.key ?? "{}");
  const button = /** @type {HTMLButtonElement} */ (item.querySelector(".quiz-check"));
  const feedback = /** @type {HTMLElement} */ (item.querySelector(".quiz-feedback"));
  const reasons = /** @type {HTMLDetailsElement | null} */ (item.querySelector(".quiz-reasons"));
  const lines = all(item, ".quiz-reasons li");
  const form = formOf(item, type, (words) => (feedback.textContent = words));
  const kept = store.get(id);
  const fits = kept?.version === version;
  let attempts = fits ? kept.attempts : 0;
  let locked = false;
  let judged = "";

  function clear() {
    judged = "";
    all(item, "[data-mark]").forEach((label) => label.removeAttribute("data-mark"));
    delete item.dataset.state;
    feedback.replaceChildren();
  }

  /** @param {Answer} answer */
  function show(answer) {
    clear();
    judged = JSON.stringify(answer);
    const first = document.createElement("p");
    if (!reasons) {
      feedback.textContent = "Recorded.";
      return null;
    }
    const result = judge(type, key, answer);
    first.append(Object.assign(document.createElement("strong"), { textContent: verdict(type, key, answer, result) }));
    feedback.append(first);
    const named = result.lines.length > 1 || ["order", "match", "classify"].includes(type) && result.score !== 1;
    for (const place of result.lines) {
      // one answer: its reason follows the verdict; several: a line each, which names the answer
      const line = named ? feedback.appendChild(document.createElement("p")) : first;
      line.append(" ", ...(named ? [lines[place].querySelector("i").cloneNode(true), " "] : []));
      line.append(...lines[place].querySelector("span").cloneNode(true).childNodes);
    }
    form.mark?.(result);
    item.dataset.state = result.score === null || type === "predict" ? "kept" : result.score === 1 ? "right" : "wrong";
    reasons.hidden = item.dataset.state === "kept" || (result.score !== 1 && attempts < TRIES_BEFORE_REASONS);
    // where the truth was shown, the answer stays what it was before
    if (type === "estimate" || type === "draw" || (type === "predict" && result.score !== null)) {
      locked = true;
      form.lock?.();
      button.setAttribute("aria-disabled", "true");
    }
    return result.score;
  }

  button.addEventListener("click", () => {
    const answer = form.read();
    const missing = complaint(type, key, answer);
    if (locked || missing || answer === null) {
      if (!locked) feedback.textContent = missing;
      return;
    }
    attempts += 1;
    const record = { version, answer, said: form.said(), checked: true, attempts, score: show(answer), at: Date.now() };
    store.set(id, record);
    item.dispatchEvent(new CustomEvent("quiz-answer", { bubbles: true, detail: { id, ...record } }));
  });
  item.addEventListener("keydown", (event) => {
    // Enter in a field checks, as a form would
    if (event.key === "Enter" && event.target instanceof HTMLInputElement && event.target.type === "text") button.click();
  });
  // while a new answer is typed, the message to the old one goes
  item.addEventListener("input", () => locked || clear());
  item.addEventListener("change", () => {
    const answer = form.read();
    // a field that is left reports a change once more after Enter has checked it
    if (locked || answer === null || JSON.stringify(answer) === judged) return;
    clear();
    store.set(id, { version, answer, said: form.said(), checked: false, attempts, score: null, at: Date.now() });
  });

  button.hidden = false;
  if (reasons) reasons.hidden = true;
  if (fits) {
    form.write(kept.answer);
    const answer = form.read();
    if (kept.checked && answer !== null && !complaint(type, key, answer)) show(answer);
  }
}

/**
 * @param {HTMLElement} line
 * @param {Store} store
 */
function recall(line, store) {
  const kept = store.get(line.dataset.recall ?? "");
  if (kept?.version !== line.dataset.version || !kept?.checked) return;
  const answer = Object.assign(document.createElement("q"), { textContent: kept.said });
  line.replaceChildren("Your answer before you read: ", answer, ".");
}

/**
 * @param {HTMLElement} root holds items
 * @param {Store} store
 */
export function hydrate(root, store) {
  all(root, ".quiz-item").forEach((item) => bringToLife(item, store));
}

/** Says in the lines of progress how far the reader is with the items of the page. */
function countAnswers() {
  const count = (/** @type {string} */ state) => all(document, ".quiz-item" + state).length;
  const told = `You have answered ${count("[data-state]")} of ${count("")} questions of this chapter, ${count("[data-state=right]")} of them right.`;
  all(document, "[data-progress]").forEach((line) => (line.textContent = told + notKept));
}

function startPage() {
  const recallAll = () => all(document, "[data-recall]").forEach((line) => recall(line, browserStore));
  recallAll();
  document.addEventListener("quiz-answer", recallAll);
  document.addEventListener("quiz-answer", countAnswers);
  document.addEventListener("change", countAnswers);
  // a page that puts items in later brings its own store along
  document.addEventListener("quiz-stamp", (/** @type {any} */ { target, detail }) => hydrate(target, detail));
  // the mark keeps a second copy of this module from answering twice
  for (const quiz of all(document, "[data-quiz-page]:not([data-live])")) {
    quiz.setAttribute("data-live", "");
    hydrate(quiz, browserStore);
  }
  countAnswers();
}

/** The anywidget side: the kernel's traits keep the answers. */
export default {
  /** @param {{model: {get: Function, set: Function, save_changes: Function, on: Function, off: Function}, el: HTMLElement}} view */
  render({ model, el }) {
    let own = false;
    const draw = () => {
      if (own) return;
      el.innerHTML = model.get("html");
      hydrate(el, {
        get: (id) => asKept(model.get("records")[id]),
        set(id, kept) {
          own = true;
          model.set("records", { ...model.get("records"), [id]: kept });
          own = false;
          model.save_changes();
        },
      });
    };
    draw();
    // another view of the same quiz was answered
    model.on("change:records", draw);
    return () => model.off("change:records", draw);
  },
};

if (typeof document !== "undefined") startPage();
