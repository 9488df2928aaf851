// One order or one job: its own fields, and a list for each kind of row that hangs on it.
import { fill } from "./fields.js";
import { Rows } from "./rows.js";

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
  }
  return { snapshot: renew, event: renew };
}
