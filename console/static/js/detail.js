// One order or one job: its own fields, a list for each kind of row that hangs on it, and what may be done.
import { announce } from "./announce.js";
import { fill } from "./fields.js";
import { Rows } from "./rows.js";
import { word } from "./words.js";

/** Buttons for what may be done now; for the rest the words that say why not. codes: action → "" or why not. */
function offer(subject, codes) {
  for (const [action, code] of Object.entries(codes)) {
    const key = `${subject}-${action}`;
    for (const element of document.querySelectorAll(`[data-may="${key}"]`)) element.hidden = code;
    const not = document.querySelector(`[data-may-not="${key}"]`);
    if (!not) continue; // this reader has no such button
    not.hidden = !code;
    const why = not.querySelector("[data-why]");
    why.textContent = code && word(why.dataset.why, code);
    const dialog = document.getElementById(key);
    if (!code || !dialog.open) continue;
    dialog.close();
    announce(not.textContent);
  }
}

/** A carrier's answers that it gave again later in the same words stand apart, folded. */
function folded(row) {
  if (!Array.isArray(row.quotes)) return row;
  const [repeated, quotes] = [true, false].map((again) => row.quotes.filter((quote) => Boolean(quote.repeated) === again));
  return { ...row, quotes, repeated, earlier: repeated.length };
}

/** What was told several times on end is one entry of the timeline: console/views/orders.py has the same. */
function toldOnce(events) {
  const shown = [];
  for (const event of events) {
    const last = shown.at(-1);
    if (last && ["what", "actor", "reason"].every((field) => last[field] === event[field])) {
      Object.assign(last, { at: event.at, times: (last.times ?? 1) + 1, since: last.since ?? last.at });
    } else {
      shown.push({ ...event, times: null, since: null });
    }
  }
  return shown;
}

/** The job that an order which needs a person may wait for: its last, where that can be retried. */
function stuckAt(jobs) {
  const last = jobs.findLast(({ task }) => task !== "orders.tasks.alert");
  return ["failed", "cancelled"].includes(last?.state) ? last : null;
}

export function start(root) {
  const lists = [...root.querySelectorAll("[data-list]")].map((container) => [
    container.dataset.list,
    new Rows(container, container.dataset.key),
  ]);

  function renew(data) {
    const told = data[root.dataset.subject];
    if (!told || told.version < Number(root.dataset.version)) return;
    const row = folded(told);
    if (row.events) row.events = toldOnce(row.events);
    root.dataset.version = row.version;
    fill(root, row);
    for (const [name, rows] of lists) if (Array.isArray(row[name])) rows.replace(row[name]);
    const stuck = root.querySelector("#stuck");
    if (stuck && row.jobs) {
      const job = stuckAt(row.jobs);
      stuck.hidden = !job;
      if (job) fill(stuck, job);
    }
    if (row.actions) offer(root.dataset.subject, row.actions);
  }
  return { snapshot: renew, event: renew };
}
