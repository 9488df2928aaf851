// One order or one job: its own fields, a list for each kind of row that hangs on it, and what may be done.
import { fill } from "./fields.js";
import { Rows } from "./rows.js";
import { word } from "./words.js";

/** Buttons for what may be done now; for the rest the words that say why not. codes: action → "" or why not. */
function offer(subject, codes) {
  for (const [action, code] of Object.entries(codes)) {
    for (const element of document.querySelectorAll(`[data-may="${subject}-${action}"]`)) element.hidden = code;
    for (const element of document.querySelectorAll(`[data-may-not="${subject}-${action}"]`)) {
      element.hidden = !code;
      const why = element.querySelector("[data-why]");
      why.textContent = code && word(why.dataset.why, code);
    }
  }
}

export function start(root) {
  const lists = [...root.querySelectorAll("[data-list]")].map((container) => [
    container.dataset.list,
    new Rows(container, container.dataset.key),
  ]);

  function renew(data) {
    const row = data[root.dataset.subject];
    if (!row || row.version < Number(root.dataset.version)) return;
    root.dataset.version = row.version;
    fill(root, row);
    for (const [name, rows] of lists) if (Array.isArray(row[name])) rows.replace(row[name]);
    if (row.actions) offer(root.dataset.subject, row.actions);
  }
  return { snapshot: renew, event: renew };
}
