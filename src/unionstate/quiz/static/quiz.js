// Brings the quiz markup to life: in a page of the book by itself, in a notebook as an anywidget module.
// First what an answer is worth, which needs no page; then the page.

/**
 * @typedef {"single" | "multiple" | "commit" | "true-false" | "numeric" | "short-text" | "order" | "match" |
 *   "classify" | "evidence" | "estimate" | "draw" | "predict"} Type
 * @typedef {{right: number[], count: number, value: number, tolerance: number, near: number, units: string[],
 *   accept: string[], wrong: any[], outcome: 0 | 1 | null, values: number[], given: number, unit: string,
 *   shown: string}} Key what an answer is judged against; a type has some of these, see the key of its class in items.py
 * @typedef {number[] | string} Answer its form for each type is told in judge.py
 * @typedef {{score: number | null, lines: number[], near?: boolean}} Judgement
 * @typedef {{version: string, answer: Answer, said: string, checked: boolean, attempts: number, score: number | null,
 *   at: number}} Kept what is kept of an item; `at` is a time in ms
 * @typedef {{get: (id: string) => Kept | undefined, set: (id: string, kept: Kept) => void}} Store
 * @typedef {{read: () => any, write: (answer: any) => void, said?: () => string, mark?: (result: Judgement) => void,
 *   lock?: () => void}} Form how a type's answer stands in the page; it reads an Answer, or null where there is none
 */

const TRIES_BEFORE_REASONS = 2;

/**
 * The numbers a typed text can mean; readings.py tells the rule.
 * @param {string} text
 * @param {string[]} units in lower case, longest first
 * @returns {number[]}
 */
export function readNumbers(text, units) {
  const trim = (/** @type {string} */ words) => words.replace(/^ | $/g, "");
  text = text.normalize("NFKC").replace(/\p{Cf}/gu, "").toLowerCase().replace(/[\u2212\u2010-\u2014]/g, "-").replaceAll("\u2019", "'");
  text = trim(text.replace(/[ \t\n\r\f\v]+/g, " "));
  const unit = units.find((unit) => text.endsWith(unit) || text.startsWith(unit)) ?? "";
  text = trim(text.endsWith(unit) ? text.slice(0, text.length - unit.length) : text.slice(unit.length));
  const sign = text[0] === "-" ? -1 : 1;
  text = text.replace(/^[-+] ?/, "");
  // what separates the thousands is the same all through, and does not separate the decimals
  const mark = /^\d{1,3}([ ',.])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]\d+)?$/.exec(text)?.[1];
  const found = mark ? [text.replaceAll(mark, "")] : [];
  if (/^(?:\d+[.,]?\d*|[.,]\d+)$/.test(text)) found.push(text);
  const numbers = found.map((digits) => Number(digits.replace(",", ".")));
  return [...new Set(numbers.filter((number) => number < 1e300).map((number) => sign * number))];
}

/**
 * @param {string} text
 * @returns {string} in lower case, without accents and punctuation
 */
export function normalized(text) {
  const letters = text.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "").toLowerCase();
  return letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/**
 * @param {string} text
 * @param {string} other
 * @returns {boolean} whether they differ by a letter; by two if the other is long
 */
export function isNear(text, other) {
  /** @param {string[]} from @param {string[]} to @param {number} edits @returns {boolean} */
  const reaches = ([letter, ...from], [wanted, ...to], edits) =>
    letter === wanted
      ? !letter || reaches(from, to, edits)
      : edits > 0 && (reaches(from, to, edits - 1) || reaches([letter, ...from], to, edits - 1) || reaches(from, [wanted, ...to], edits - 1));
  const [from, to] = [[...text], [...other]];
  const edits = to.length < 8 ? 1 : 2;
  return Math.abs(from.length - to.length) <= edits && reaches(from, to, edits);
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
  if (type === "predict") return chance(answer, key) >= 0 ? "" : "Write a probability from 0 to 100 first.";
  if (typeof answer === "string") return readNumbers(answer, key.units).length ? "" : "Write a number first, for example 1,234.5.";
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
  const { right, count, value } = key;
  const within = (/** @type {number} */ number, /** @type {number} */ value, /** @type {number} */ tolerance) =>
    Math.abs(number - value) <= tolerance + 1e-9 * Math.max(1, Math.abs(value));
  switch (type) {
    case "multiple": {
      const hits = answer.filter((/** @type {number} */ place) => right.includes(place)).length;
      return { score: Math.max(0, hits / right.length - (answer.length - hits) / (count - right.length)), lines: answer };
    }
    case "true-false": {
      const wrong = +(answer[0] !== right[0]);
      return { score: wrong ? 0 : answer[1] === right[1] ? 1 : 0.5, lines: [wrong, 2 + answer[1]] };
    }
    case "numeric":
    case "short-text": {
      const text = normalized(answer);
      const known = [key.accept ?? [value, key.tolerance], ...key.wrong];
      const place = known.findIndex((one) =>
        key.accept ? one.includes(text) : readNumbers(answer, key.units).some((number) => within(number, one[0], one[1])),
      );
      const near = place < 0 && key.accept?.some((spelling) => isNear(text, spelling));
      return { score: place ? 0 : 1, lines: [place < 0 ? known.length : place], near };
    }
    case "order": {
      const pairs = (count * (count - 1)) / 2;
      const rising = answer.flatMap((/** @type {number} */ entry, /** @type {number} */ place) =>
        answer.slice(place + 1).filter((/** @type {number} */ later) => later > entry),
      );
      const wrong = outOfOrder(answer);
      return { score: Math.max(0, (2 * rising.length - pairs) / pairs), lines: wrong.length ? wrong : [count] };
    }
    case "match":
    case "classify": {
      const wrong = right.flatMap((place, stem) => (answer[stem] === place ? [] : [stem]));
      return { score: (right.length - wrong.length) / right.length, lines: wrong.length ? wrong : [right.length] };
    }
    case "estimate": {
      const [number] = readNumbers(answer, key.units);
      return { score: null, lines: [within(number, value, (Math.abs(value) * key.near) / 100) ? 0 : number < value ? 1 : 2] };
    }
    case "predict": {
      const distance = chance(answer, key) / 100 - (key.outcome ?? 0);
      return { score: key.outcome === null ? null : 1 - distance * distance, lines: [0] };
    }
    case "draw":
      return { score: null, lines: [0] };
    case "commit":
      return { score: null, lines: answer };
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

/** @param {any} answer @param {Key} key @returns {any} undefined where it is no probability */
const chance = (answer, key) => readNumbers(answer, key.units).find((number) => number >= 0 && number <= 100);

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
  const { score } = result;
  if (type === "estimate") {
    const off = readNumbers(answer, key.units)[0] - key.value;
    const far = shown(Math.abs(key.value ? (100 * off) / key.value : off)) + (key.value ? " %" : "");
    const said = off ? `${far} too ${off < 0 ? "low" : "high"}` : "exact";
    return `The data say ${key.shown}. Your estimate is ${said}.`.replace("..", "."); // of a unit such as “roub.”
  }
  if (type === "draw") {
    const misses = key.values.map((value, place) => Math.abs(value - answer[place])).slice(key.given);
    const mean = misses.reduce((sum, miss) => sum + miss) / misses.length;
    return `Kept. On average your line is ${shown(mean)} ${key.unit} from the data.`.replace(" %", " percentage points");
  }
  if (score === null) return "Kept.";
  if (type === "predict") {
    return `You gave ${shown(chance(answer, key))} %; it ${key.outcome ? "happened" : "did not happen"}. Brier score ${shown(1 - score)} (0 is best, 1 is worst; always saying 50 % gives 0.25).`;
  }
  if (score === 1) return "Right.";
  if (type === "multiple") {
    const hits = answer.filter((/** @type {number} */ place) => key.right.includes(place)).length;
    const wrong = answer.length - hits;
    const missing = key.right.length - hits;
    const parts = [];
    if (wrong) parts.push(`${wrong} of your choices ${wrong === 1 ? "is" : "are"} wrong`);
    if (missing) parts.push(`${missing} right ${missing === 1 ? "one is" : "ones are"} not chosen`);
    return `Not yet: ${parts.join(", ")}.`;
  }
  if (result.near) return "Not yet, but close: check the spelling.";
  return score ? `Not yet: ${Math.round(100 * score)} % right.` : "Not yet.";
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

/** @param {string} tag @param {...(string | Node)} content */
function element(tag, ...content) {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}

/**
 * @param {HTMLElement} item
 * @param {Type} type
 * @param {Key} key
 * @param {(words: string) => void} announce
 * @returns {Form}
 */
function formOf(item, type, key, announce) {
  const inputs = all(item, "input");
  const [field] = inputs;
  const mark = (/** @type {any} */ field, /** @type {boolean} */ right) => (field.parentElement.dataset.mark = right ? "right" : "wrong");
  switch (type) {
    case "numeric":
    case "short-text":
    case "estimate":
    case "predict":
      return {
        read: () => field.value.trim(),
        write: (answer) => (field.value = answer),
        said: () => (field.value.trim() + (type === "predict" ? " %" : "")).replace(/% *%$/, "%"),
        mark: (result) => mark(field, result.score === 1),
        lock: () => (field.readOnly = true),
      };
    case "match":
    case "classify": {
      const selects = all(item, "select");
      return {
        read: () => selects.map((select) => select.selectedIndex - 1),
        write: (answer) => selects.forEach((select, stem) => (select.selectedIndex = 1 + (answer[stem] ?? -1))),
        mark: (result) => selects.forEach((select, stem) => mark(select, !result.lines.includes(stem))),
      };
    }
    case "order":
      return orderForm(item, announce);
    case "draw":
      return drawForm(item, inputs);
    case "true-false": {
      const groups = [inputs.slice(0, 2), inputs.slice(2)];
      return {
        read: () => groups.map((group) => group.findIndex((input) => input.checked)),
        write: (answer) => groups.forEach((group, which) => group.forEach((input, place) => (input.checked = place === answer[which]))),
        mark({ score }) {
          const [verdict, reason] = inputs.filter((input) => input.checked);
          mark(verdict, !!score);
          if (score) mark(reason, score === 1);
        },
      };
    }
    default: {
      const read = () => inputs.flatMap((input, place) => (input.checked ? [place] : []));
      return {
        read,
        write: (answer) => inputs.forEach((input, place) => (input.checked = answer.includes(place))),
        said: () => read().map((place) => inputs[place].nextElementSibling.textContent).join("; "),
        mark: (result) => result.lines.forEach((place) => mark(inputs[place], key.right.includes(place))),
      };
    }
  }
}

/** @param {HTMLElement} item @param {(words: string) => void} announce @returns {Form} */
function orderForm(item, announce) {
  const [list] = all(item, "ol");
  const entries = () => all(list, "li");
  const placeOf = (/** @type {any} */ entry) => +entry.dataset.place;
  for (const entry of entries()) {
    const [up, down] = all(entry, "button");
    const move = (/** @type {string} */ neighbour, /** @type {string} */ side) => {
      // the neighbour moves, not the entry: the pressed button keeps the focus
      if (entry[neighbour]) entry[side](entry[neighbour]);
      item.dispatchEvent(new Event("change"));
      announce(`“${entry.firstElementChild.textContent}” is now ${entries().indexOf(entry) + 1} of ${entries().length}.`);
    };
    up.addEventListener("click", () => move("previousElementSibling", "after"));
    down.addEventListener("click", () => move("nextElementSibling", "before"));
    up.parentElement.hidden = false;
  }
  return {
    read: () => entries().map(placeOf),
    write: (answer) => list.append(...entries().sort((one, other) => answer.indexOf(placeOf(one)) - answer.indexOf(placeOf(other)))),
  };
}

/** @param {HTMLElement} item @param {any[]} sliders @returns {Form} */
function drawForm(item, sliders) {
  const [chart] = all(item, "svg");
  const [line] = all(item, ".quiz-line");
  const { low, high, given, values, left, right, top, bottom } = JSON.parse(chart.dataset.axes);
  const across = (right - left) / (given + sliders.length - 1);
  const up = (top - bottom) / (high - low);
  let touched = false;
  let locked = false;
  const answer = () => [...values, ...sliders.map((slider) => +slider.value)];
  function redraw() {
    const points = answer().map((value, place) => `${left + across * place},${bottom + up * (value - low)}`);
    line.setAttribute("points", points.slice(Math.max(0, given - 1)).join(" "));
    sliders.forEach((slider) => (slider.nextElementSibling.textContent = shown(+slider.value)));
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
    const place = Math.round((((event.clientX - box.left) / box.width) * width - left) / across);
    const slider = sliders[Math.min(Math.max(place - given, 0), sliders.length - 1)];
    slider.value = low + (((event.clientY - box.top) / box.height) * height - bottom) / up;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  chart.addEventListener("pointerdown", follow);
  chart.addEventListener("pointermove", follow);
  chart.addEventListener("pointerup", () => item.dispatchEvent(new Event("change")));
  return {
    read: () => (touched ? answer() : null),
    write(kept) {
      touched = true;
      sliders.forEach((slider, place) => (slider.value = kept[given + place]));
      redraw();
    },
    lock() {
      locked = true;
      sliders.forEach((slider) => (slider.disabled = true));
      all(chart, ".quiz-truth").forEach((truth) => truth.removeAttribute("hidden"));
    },
  };
}

/**
 * @param {HTMLElement} item
 * @param {Store} store
 */
function bringToLife(item, store) {
  const id = item.id.replace("quiz-", "");
  const { version, type, key: judgedBy } = /** @type {any} */ (item.dataset);
  /** @type {Key} */
  const key = JSON.parse(judgedBy);
  // in the order in which they stand; a quiz that reveals nothing has no reasons
  const [button, feedback, reasons] = all(item, ".quiz-check, .quiz-feedback, .quiz-reasons");
  const lines = all(item, ".quiz-reasons li");
  const form = formOf(item, type, key, (words) => (feedback.textContent = words));
  const known = store.get(id);
  const kept = known?.version === version ? known : undefined;
  let attempts = kept?.attempts ?? 0;
  let locked = false;
  let judged = "";

  function clear() {
    judged = "";
    all(item, "[data-mark]").forEach((label) => label.removeAttribute("data-mark"));
    delete item.dataset.state;
    feedback.replaceChildren();
  }

  /** @param {Answer} answer @returns {number | null} its score */
  function show(answer) {
    clear();
    judged = JSON.stringify(answer);
    if (!reasons) {
      feedback.textContent = "Recorded.";
      return null;
    }
    const result = judge(type, key, answer);
    const { score } = result;
    const first = feedback.appendChild(element("p", element("strong", verdict(type, key, answer, result))));
    const named = result.lines.length > 1 || (["order", "match", "classify"].includes(type) && score !== 1);
    for (const place of result.lines) {
      const [label, said] = all(lines[place], "i, span");
      // one answer: its reason follows the verdict; several: a line each, which names the answer
      const line = named ? feedback.appendChild(element("p", " ", label.cloneNode(true))) : first;
      line.append(" ", ...said.cloneNode(true).childNodes);
    }
    const state = score === null || type === "predict" ? "kept" : score === 1 ? "right" : "wrong";
    item.dataset.state = state;
    if (state !== "kept") form.mark?.(result);
    reasons.hidden = state === "kept" || (score !== 1 && attempts < TRIES_BEFORE_REASONS);
    // where the truth was shown, the answer stays what it was before
    if (type === "estimate" || type === "draw" || (type === "predict" && score !== null)) {
      locked = true;
      form.lock?.();
      button.setAttribute("aria-disabled", "true");
    }
    return score;
  }

  /** @param {Answer} answer @param {boolean} checked @param {number | null} score */
  function keep(answer, checked, score) {
    const record = { version, answer, said: form.said?.() ?? "", checked, attempts, score, at: Date.now() };
    store.set(id, record);
    return record;
  }

  button.addEventListener("click", () => {
    if (locked) return;
    const answer = form.read();
    const missing = complaint(type, key, answer);
    if (missing) {
      feedback.textContent = missing;
      return;
    }
    attempts += 1;
    const detail = { id, ...keep(answer, true, show(answer)) };
    item.dispatchEvent(new CustomEvent("quiz-answer", { bubbles: true, detail }));
  });
  item.addEventListener("keydown", (/** @type {any} */ { key, target }) => {
    // Enter in a field checks, as a form would
    if (key === "Enter" && target.type === "text") button.click();
  });
  // while a new answer is typed, the message to the old one goes
  item.addEventListener("input", () => locked || clear());
  item.addEventListener("change", () => {
    const answer = form.read();
    // a field that is left reports a change once more after Enter has checked it
    if (locked || answer === null || JSON.stringify(answer) === judged) return;
    clear();
    keep(answer, false, null);
  });

  button.hidden = false;
  if (reasons) reasons.hidden = true;
  if (kept) {
    form.write(kept.answer);
    const answer = form.read();
    if (kept.checked && !complaint(type, key, answer)) show(answer);
  }
}

/** Shows in the page's lines of recall what the reader answered, and in its lines of progress how far the reader is. */
function refresh() {
  for (const line of all(document, "[data-recall]")) {
    const kept = browserStore.get(line.dataset.recall);
    if (kept?.checked && kept.version === line.dataset.version) line.replaceChildren("Your answer before you read: ", element("q", kept.said), ".");
  }
  const count = (/** @type {string} */ state) => all(document, ".quiz-item" + state).length;
  const told = `You have answered ${count("[data-state]")} of ${count("")} questions of this chapter, ${count("[data-state=right]")} of them right.`;
  all(document, "[data-progress]").forEach((line) => (line.textContent = told + notKept));
}

/**
 * @param {HTMLElement} root holds items
 * @param {Store} store
 */
export function hydrate(root, store) {
  all(root, ".quiz-item").forEach((item) => bringToLife(item, store));
}

function startPage() {
  document.addEventListener("quiz-answer", refresh);
  document.addEventListener("change", refresh);
  // a page that puts items in later brings its own store along
  document.addEventListener("quiz-stamp", (/** @type {any} */ { target, detail }) => hydrate(target, detail));
  // the mark keeps a second copy of this module from answering twice
  for (const quiz of all(document, "[data-quiz-page]:not([data-live])")) {
    quiz.dataset.live = "";
    hydrate(quiz, browserStore);
  }
  refresh();
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
