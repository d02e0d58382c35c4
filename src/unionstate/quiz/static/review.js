// The page of progress and review: counts what the browser keeps of the quizzes, moves it to a file and back, and brings
// questions back on dates that FSRS chooses. First what needs no page; then the page. See quiz.js for what it keeps.

/**
 * @typedef {import("./quiz.js").Kept} Kept
 * @typedef {[at: number, rating: number][]} Log the reviews of an item, oldest first: a time in ms and a rating from 1
 *   (again) to 4 (easy). Dates are computed from it anew each time, so two logs of an item are merged by uniting them
 * @typedef {{version: string, type: string, count: number}} Facts what is known of an item; an answer holds places below
 *   `count`, if that is not 0
 * @typedef {(log: [day: number, rating: number][]) => number} Scheduler the day on which an item with these reviews is
 *   due; days are counted from 1970
 * @typedef {{answers: Map<string, Kept>, logs: Map<string, Log>}} Progress
 * @typedef {{read: (key: string) => any, write: (key: string, value: unknown) => boolean, remove: (key: string) => void}}
 *   Storage
 */

export const [AGAIN, HARD, GOOD, EASY] = [1, 2, 3, 4];
export const LARGEST_FILE = 2_000_000;
const FORMAT = "unionstate-progress";
const DAY = 86_400_000;
const MOST_REVIEWS = 1000;
const LONGEST_TEXT = 2000;
const TYPED = ["numeric", "short-text", "estimate", "predict"];
const ANSWERS = "unionstate.quiz.";
const REVIEWS = "unionstate.review.";

/**
 * The number of the day at a time, in the calendar of where the reader is: a day of 23 or 25 hours counts as one.
 * @param {number} at
 * @returns {number}
 */
export function dayOf(at) {
  const date = new Date(at);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY);
}

/**
 * What an answer tells the scheduler.
 * @param {string} type
 * @param {number} score
 * @param {number} attempts
 * @returns {number} a rating
 */
export function ratingOf(type, score, attempts) {
  // the score of a prediction is 1 minus its Brier score, and 1 for the certain only
  const [good, hard] = type === "predict" ? [0.9, 0.75] : [1, 0.5];
  if (score < hard) return AGAIN;
  return score >= good && attempts <= 1 ? GOOD : HARD;
}

/**
 * FSRS as a scheduler. Its own steps of minutes are off: the shortest time between two reviews is a day.
 * @param {any} library ts-fsrs
 * @returns {Scheduler}
 */
export function fsrsScheduler({ fsrs, createEmptyCard }) {
  const algorithm = fsrs({ request_retention: 0.9, maximum_interval: 365, enable_fuzz: false, enable_short_term: false });
  return (log) => {
    let card = createEmptyCard(new Date(log[0][0] * DAY));
    for (const [day, rating] of log) card = algorithm.next(card, new Date(day * DAY), rating).card;
    return Math.round(card.due.getTime() / DAY);
  };
}

/**
 * When an item comes back.
 * @param {Log} log
 * @param {number} today a day
 * @param {Scheduler} scheduler
 * @returns {{due: number, missed: boolean}} `missed` if the last answer was wrong
 */
export function schedule(log, today, scheduler) {
  /** @type {[number, number][]} */
  const counted = [];
  // reviews in the future come from a clock that was wrong; of the reviews of a day the first counts
  const past = log.map(([at, rating]) => /** @type {[number, number]} */ ([dayOf(at), rating])).filter(([day]) => day <= today);
  for (const review of past) if (review[0] !== counted.at(-1)?.[0]) counted.push(review);
  return { due: counted.length ? scheduler(counted) : today, missed: past.at(-1)?.[1] === AGAIN };
}

/**
 * A log with one more review. Reviews that seem to lie in the future are dropped: now the clock is known to be wrong.
 * @param {Log} log
 * @param {number} at
 * @param {number} rating
 * @returns {Log}
 */
export function withReview(log, at, rating) {
  return [...log.filter(([earlier]) => earlier < at), [at, rating]];
}

/** @param {any} value @returns {boolean} */
const isTime = (value) => Number.isSafeInteger(value) && value > 0 && value < 8.64e15;

/** @param {any} value @returns {boolean} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What is kept of an item, or undefined if it is not that, or of another wording. Nothing else is taken over.
 * @param {any} value
 * @param {Facts} facts
 * @returns {Kept | undefined}
 */
export function asRecord(value, { version, type, count }) {
  if (!isObject(value) || value.version !== version) return undefined;
  const { answer, said, checked, attempts, score, at } = value;
  const number = type === "draw" ? Number.isFinite : Number.isSafeInteger;
  const fits = TYPED.includes(type)
    ? typeof answer === "string" && answer.length <= LONGEST_TEXT
    : Array.isArray(answer) &&
      answer.length <= 50 &&
      answer.every((/** @type {any} */ place) => number(place) && (type === "draw" || (place >= -1 && (!count || place < count || type === "true-false"))));
  const scored = score === null || (typeof score === "number" && score >= 0 && score <= 1);
  const counted = Number.isSafeInteger(attempts) && attempts >= 0;
  if (!fits || !scored || !counted || !isTime(at) || typeof checked !== "boolean") return undefined;
  if (typeof said !== "string" || said.length > LONGEST_TEXT) return undefined;
  return { version, answer, said, checked, attempts, score, at };
}

/**
 * The reviews of an item, or undefined if it is not that, or of another wording.
 * @param {any} value
 * @param {Facts} facts
 * @returns {Log | undefined}
 */
export function asLog(value, { version }) {
  if (!isObject(value) || value.version !== version || !Array.isArray(value.log) || value.log.length > MOST_REVIEWS) return undefined;
  const good = value.log.every(
    (/** @type {any} */ review) => Array.isArray(review) && review.length === 2 && isTime(review[0]) && [AGAIN, HARD, GOOD, EASY].includes(review[1]),
  );
  return good ? union(value.log, []) : undefined;
}

/**
 * @param {Log} one
 * @param {Log} other
 * @returns {Log} the reviews of both, each once
 */
export function union(one, other) {
  return [...new Map([...other, ...one]).entries()].sort(([earlier], [later]) => earlier - later);
}

/**
 * The text of a file of progress.
 * @param {Progress} progress
 * @param {Map<string, Facts>} items
 * @param {number} now
 * @returns {string}
 */
export function toFile({ answers, logs }, items, now) {
  const reviews = [...logs].map(([id, log]) => [id, { version: items.get(id)?.version, log }]);
  const file = { format: FORMAT, saved: new Date(now).toISOString(), answers: Object.fromEntries(answers), reviews: Object.fromEntries(reviews) };
  return JSON.stringify(file, null, 1);
}

/**
 * Reads a file of progress, whatever it holds.
 * @param {string} text
 * @param {Map<string, Facts>} items
 * @param {number} now
 * @returns {Progress & {fault: string, unknown: number, unfit: number}} `fault`: why it is no file of progress, or "";
 *   `unknown`: entries of no item of this book; `unfit`: entries that are broken, or of another wording
 */
export function fromFile(text, items, now) {
  /** @type {ReturnType<typeof fromFile>} */
  const found = { fault: "", answers: new Map(), logs: new Map(), unknown: 0, unfit: 0 };
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    return { ...found, fault: "This file is not whole, or it is no file of progress: it is not JSON." };
  }
  const { format, answers, reviews } = isObject(file) ? file : /** @type {any} */ ({});
  if (format !== FORMAT || !isObject(answers) || !isObject(reviews)) {
    return { ...found, fault: "This is no file of progress of this book." };
  }
  // a time in the future comes from a clock that was wrong, and would win for ever
  const known = (/** @type {number} */ at) => Math.min(at, now);
  for (const [id, value] of Object.entries(answers)) {
    const facts = items.get(id);
    const record = facts && asRecord(value, facts);
    if (record) found.answers.set(id, { ...record, at: known(record.at) });
    else facts ? found.unfit++ : found.unknown++;
  }
  for (const [id, value] of Object.entries(reviews)) {
    const facts = items.get(id);
    const log = facts && asLog(value, facts);
    if (log) found.logs.set(id, union(log.map(([at, rating]) => [known(at), rating]), []));
    else facts ? found.unfit++ : found.unknown++;
  }
  return found;
}

/**
 * Which of two records of an item stays: what was checked rather than what was not, then the newer.
 * @param {Kept | undefined} mine
 * @param {Kept} other
 * @returns {boolean} whether the other one
 */
export function replaces(mine, other) {
  if (!mine) return true;
  return mine.checked === other.checked ? other.at > mine.at : other.checked;
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [several]
 * @returns {string}
 */
const counted = (count, one, several = `${one}s`) => `${count} ${count === 1 ? one : several}`;

/**
 * @param {number} day
 * @param {number} today
 * @returns {string}
 */
export function shownDay(day, today) {
  const words = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  const date = new Date(day * DAY).toLocaleDateString("en-GB", /** @type {any} */ (words)).replace(",", "");
  return day === today + 1 ? `tomorrow, ${date}` : `on ${date}, in ${day - today} days`;
}

/**
 * The browser's storage; where it is closed or full, values last as long as the page.
 * @param {(words: string) => void} complain
 * @returns {Storage}
 */
function browserStorage(complain) {
  /** @type {Map<string, any>} */
  const here = new Map();
  return {
    read(key) {
      try {
        return here.has(key) ? here.get(key) : JSON.parse(localStorage.getItem(key) ?? "null");
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        localStorage.setItem(key, JSON.stringify(value));
        here.delete(key);
        return true;
      } catch {
        here.set(key, value);
        complain("This browser’s storage is closed or full: what you do on this page lasts until you leave it. You can still save it as a file.");
        return false;
      }
    },
    remove(key) {
      here.delete(key);
      try {
        localStorage.removeItem(key);
      } catch {
        here.set(key, null);
      }
    },
  };
}

/**
 * @param {any} library ts-fsrs; undefined if it did not load
 */
function startPage(library) {
  const all = (/** @type {string} */ selector, /** @type {ParentNode} */ root = document) => /** @type {any[]} */ ([...root.querySelectorAll(selector)]);
  const one = (/** @type {string} */ selector, /** @type {ParentNode} */ root = document) => /** @type {any} */ (root.querySelector(selector));
  const say = (/** @type {any} */ line, /** @type {string} */ words) => {
    // what has not changed is not announced again
    if (line.textContent !== words) line.textContent = words;
  };
  const [review, progress, dialog] = [one("[data-review]"), one("[data-progress-page]"), one("dialog")];
  const [told, toldStorage, toldAnswer, toldFile] = ["due", "storage", "answer", "file"].map((name) => one(`[data-told=${name}]`));
  const stage = one(".review-stage");
  const button = (/** @type {string} */ name) => one(`[data-do=${name}]`);
  const storage = browserStorage((words) => say(toldStorage, words));

  /** @type {Map<string, Facts>} */
  const items = new Map();
  /** @type {Map<any, string[]>} the ids that a row of the table counts */
  const rows = new Map();
  for (const row of all("[data-chapter]")) {
    const facts = Object.entries(JSON.parse(row.dataset.items));
    for (const [id, [version, type, count]] of facts) items.set(id, { version, type, count });
    rows.set(row, facts.map(([id]) => id));
  }
  const whole = one("tfoot tr");
  rows.set(whole, [...items.keys()]);
  const templates = new Map(all("template[data-item]").map((template) => [template.dataset.item, template]));
  const scheduler = library && fsrsScheduler(library);

  const recordOf = (/** @type {string} */ id) => asRecord(storage.read(ANSWERS + id), /** @type {Facts} */ (items.get(id)));
  const logOf = (/** @type {string} */ id) => asLog(storage.read(REVIEWS + id), /** @type {Facts} */ (items.get(id))) ?? [];
  const keepLog = (/** @type {string} */ id, /** @type {Log} */ log) => storage.write(REVIEWS + id, { version: items.get(id)?.version, log });

  /** The answers given in the chapters start the schedules of their items, the last one of the first day. */
  function beginSchedules() {
    for (const id of templates.keys()) {
      const record = recordOf(id);
      if (!record?.checked || record.score === null) continue;
      const [log, now] = [logOf(id), Date.now()];
      const again = log.length === 1 && record.at > log[0][0] && record.at <= now && dayOf(record.at) === dayOf(log[0][0]);
      if (log.length && !again) continue;
      keepLog(id, [[Math.min(record.at, now), ratingOf(items.get(id)?.type ?? "", record.score, record.attempts)]]);
    }
  }

  /** @type {{id: string, answered: boolean, practice: boolean} | undefined} the item on the stage */
  let current;
  /** @type {string[]} the items that are practised now */
  let practising = [];
  let answeredToday = 0;

  /** What is to come, as it stands in the storage now. */
  function look() {
    const today = dayOf(Date.now());
    const all = [...templates.keys()].flatMap((id) => {
      const log = logOf(id);
      return log.length ? [{ id, ...schedule(log, today, scheduler) }] : [];
    });
    const due = all.filter((item) => item.due <= today).sort((earlier, later) => earlier.due - later.due);
    const later = all.filter((item) => item.due > today).sort((earlier, later) => earlier.due - later.due);
    return { today, due, later, missed: later.filter((item) => item.missed) };
  }

  /** Brings the page up to date; an item that is being answered stays. */
  function refresh() {
    let due = new Set();
    if (scheduler) {
      beginSchedules();
      const now = look();
      due = new Set(now.due.map((item) => item.id));
      if (!current && (now.due.length || practising.length)) stamp(now.due[0]?.id ?? practising.shift(), !now.due.length);
      tell(now);
    } else {
      say(told, "The questions cannot be scheduled: a part of this page did not load.");
    }
    for (const [row, ids] of rows) {
      const records = ids.map(recordOf).filter((record) => record?.checked);
      const cells = { answered: `${records.length} of ${ids.length}`, right: records.filter((record) => record?.score === 1).length, due: ids.filter((id) => due.has(id)).length };
      for (const [name, text] of Object.entries(cells)) say(one(`[data-cell=${name}]`, row), String(text));
    }
  }

  /** @param {ReturnType<typeof look>} now */
  function tell({ today, due, later, missed }) {
    const next = later.length ? ` The next question comes back ${shownDay(later[0].due, today)}.` : "";
    const open = current && !current.answered;
    const more = due.length > (open && !current?.practice ? 1 : 0) || practising.length > 0;
    if (due.length) say(told, `${counted(due.length, "question is", "questions are")} due today.`);
    else if (!later.length) say(told, "Nothing to review yet. Answer questions in the chapters; they come back here in time.");
    else if (open) say(told, "Practice: this moves no date if you have answered the question today.");
    else say(told, `${answeredToday ? "Done for today." : "Nothing is due today."}${next}`);
    button("next").hidden = !current?.answered || !more;
    const offered = (!current || current.answered) && !more ? missed.length : 0;
    say(button("practise"), `Practise the ${counted(offered, "question", "questions")} you missed last`);
    button("practise").hidden = !offered;
  }

  /** @param {string} id @returns {any} the link to the chapter of an item */
  const chapterOf = (id) => one("a", [...rows.keys()].find((row) => rows.get(row)?.includes(id)));

  /** @param {any} id @param {boolean} practice */
  function stamp(id, practice) {
    current = { id, answered: false, practice };
    const template = templates.get(id);
    const heading = Object.assign(document.createElement("h3"), { tabIndex: -1, textContent: `From “${chapterOf(id).textContent}”` });
    stage.replaceChildren(heading, template.content.cloneNode(true));
    say(toldAnswer, "");
    button("easy").hidden = true;
    // quiz.js brings it to life, and knows nothing of an earlier answer
    one(".quiz", stage).dispatchEvent(new CustomEvent("quiz-stamp", { bubbles: true, detail: { get() {}, set() {} } }));
  }

  /** @param {string} id */
  function tellDate(id) {
    const now = look();
    const { due } = now.later.find((item) => item.id === id) ?? { due: now.today };
    const date = due > now.today ? `This question comes back ${shownDay(due, now.today)}. ` : "";
    const link = chapterOf(id).cloneNode(true);
    link.hash = `quiz-${id}`;
    toldAnswer.replaceChildren(date, "It stands in “", link, "”.");
  }

  stage.addEventListener("quiz-answer", (/** @type {CustomEvent} */ { detail }) => {
    if (!current || current.answered) return; // the first try counts
    current.answered = true;
    answeredToday++;
    const { id } = current;
    const [log, at] = [logOf(id), Date.now()];
    const rating = ratingOf(items.get(id)?.type ?? "", detail.score, 1);
    const first = !log.some(([earlier]) => dayOf(earlier) === dayOf(at));
    keepLog(id, withReview(log, at, rating));
    refresh();
    tellDate(id);
    button("easy").hidden = !(first && rating === GOOD);
  });

  function next() {
    current = undefined;
    stage.replaceChildren();
    say(toldAnswer, "");
    refresh();
    one("h3", stage)?.focus();
  }

  button("next").addEventListener("click", next);
  button("easy").addEventListener("click", () => {
    const id = current?.id ?? "";
    const last = logOf(id).at(-1);
    if (last) keepLog(id, withReview(logOf(id), last[0], EASY));
    refresh();
    tellDate(id);
    // a hidden button loses the focus; what is left to do gets it
    button("easy").hidden = true;
    const left = ["next", "practise"].map(button).find((button) => !button.hidden);
    if (left) left.focus();
    else one("h3", stage)?.focus();
  });
  button("practise").addEventListener("click", () => {
    practising = look().missed.map((item) => item.id);
    next();
  });

  for (const row of rows.keys()) {
    one("[data-do=reset]", row).addEventListener("click", () => {
      const ids = rows.get(row) ?? [];
      const kept = ids.filter((id) => [ANSWERS, REVIEWS].some((prefix) => storage.read(prefix + id) !== null));
      const what = row === whole ? "the whole book" : `“${one("a", row).textContent}”`;
      if (!kept.length) {
        say(toldFile, `Nothing is kept for ${what}.`);
        return;
      }
      say(one("#reset-title"), `Reset ${what}`);
      say(one("#reset-what"), `Shall what is kept of ${counted(kept.length, "question")}, answers and review dates, be deleted from this browser? It cannot be undone, but you can save your progress as a file before.`);
      dialog.returnValue = "";
      dialog.onclose = () => {
        if (dialog.returnValue !== "delete") return;
        for (const id of kept) for (const prefix of [ANSWERS, REVIEWS]) storage.remove(prefix + id);
        if (current && kept.includes(current.id)) {
          current = undefined;
          stage.replaceChildren();
          say(toldAnswer, "");
          button("easy").hidden = true;
        }
        practising = practising.filter((id) => !kept.includes(id));
        refresh();
        say(toldFile, `Your answers to ${what} are deleted.`);
      };
      dialog.showModal();
    });
  }

  button("export").addEventListener("click", () => {
    const answers = new Map([...items.keys()].flatMap((id) => [recordOf(id)].flatMap((record) => (record ? [[id, record]] : []))));
    const logs = new Map([...templates.keys()].flatMap((id) => (logOf(id).length ? [[id, logOf(id)]] : [])));
    const text = toFile({ answers: /** @type {any} */ (answers), logs: /** @type {any} */ (logs) }, items, Date.now());
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `pendulum-test-progress-${new Date(dayOf(Date.now()) * DAY).toISOString().slice(0, 10)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    say(toldFile, `Saved as ${link.download}: ${counted(answers.size, "answer")}.`);
  });

  button("import").addEventListener("change", async (/** @type {any} */ { target }) => {
    const [file] = target.files;
    if (!file) return;
    say(toldFile, "");
    say(toldFile, await takeIn(file).catch(() => "The file could not be read."));
    // so that the same file can be chosen again
    target.value = "";
    refresh();
  });

  /** @param {File} file @returns {Promise<string>} what came of it */
  async function takeIn(file) {
    const nothing = " Nothing was changed.";
    if (file.size > LARGEST_FILE) return `This file is too large for a file of progress: over ${LARGEST_FILE / 1e6} MB.${nothing}`;
    const found = fromFile(await file.text(), items, Date.now());
    if (found.fault) return found.fault + nothing;
    let [taken, dated, kept] = [0, 0, true];
    for (const [id, record] of found.answers) {
      if (!replaces(recordOf(id), record)) continue;
      kept = storage.write(ANSWERS + id, record) && kept;
      taken++;
    }
    for (const [id, log] of found.logs) {
      const both = union(logOf(id), log);
      if (!templates.has(id) || both.length === logOf(id).length) continue;
      kept = keepLog(id, both) && kept;
      dated++;
    }
    const parts = [`Taken in: ${counted(taken, "answer")} and the reviews of ${counted(dated, "question")}.`];
    const same = found.answers.size - taken;
    if (same) parts.push(`${counted(same, "answer")} here ${same === 1 ? "is" : "are"} as new or newer, and ${same === 1 ? "stays" : "stay"}.`);
    if (found.unfit) parts.push(`${counted(found.unfit, "entry was", "entries were")} left out: damaged, or of an older wording of the question.`);
    if (found.unknown) parts.push(`${counted(found.unknown, "entry was", "entries were")} left out: this book has no such question.`);
    if (!kept) parts.push("But this browser’s storage is closed or full: it lasts until you leave the page.");
    return parts.join(" ");
  }

  all("[data-without-script]").forEach((part) => (part.hidden = true));
  review.hidden = progress.hidden = false;
  refresh();
  try {
    localStorage.setItem(`${REVIEWS}.`, "");
    localStorage.removeItem(`${REVIEWS}.`);
  } catch {
    say(toldStorage, "This browser’s storage is closed or full: answers last until you leave a page, so they cannot be counted here.");
  }
  // another tab answers; the day changes while the page is open, or while the device sleeps
  addEventListener("storage", refresh);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  (function atMidnight() {
    const date = new Date();
    const night = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
    setTimeout(() => {
      answeredToday = 0;
      refresh();
      atMidnight();
    }, night - date.getTime() + 1000);
  })();
}

if (typeof document !== "undefined" && document.querySelector("[data-review]")) startPage(/** @type {any} */ (globalThis).FSRS);
