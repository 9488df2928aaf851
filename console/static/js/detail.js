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

export function start(root) {
  const lists = [...root.querySelectorAll("[data-list]")].map((container) => [
    container.dataset.list,
    new Rows(container, container.dataset.key),
  ]);

  function renew(data) {
    const told = data[root.dataset.subject];
    if (!told || told.version < Number(root.dataset.version)) return;
    const row = folded(told);
    root.dataset.version = row.version;
    fill(root, row);
    for (const [name, rows] of lists) if (Array.isArray(row[name])) rows.replace(row[name]);
    if (row.actions) offer(root.dataset.subject, row.actions);
  }
  return { snapshot: renew, event: renew };
}
