// A list of orders or jobs. Its newest page takes new rows in; older pages only renew what they show.
import { fill } from "./fields.js";
import { Rows } from "./rows.js";

export function start(root) {
  const body = root.querySelector("[data-rows]");
  const rows = new Rows(body, "id");
  const counts = root.querySelector("[data-counts]");
  const takesNew = "insert" in body.dataset;
  const keep = Number(body.dataset.keep) || 50;

  return {
    snapshot(data) {
      if (takesNew) rows.replace(data.rows.slice(0, keep));
      else for (const row of data.rows) rows.patch(row.id, row);
      if (data.counts) fill(counts, data.counts);
    },
    event(data) {
      for (const row of data.rows ?? []) {
        if (!rows.patch(row.id, row) && takesNew && !data.gone?.includes(row.id)) rows.insert(row.id, row, keep);
      }
      if (takesNew) for (const id of data.gone ?? []) rows.remove(id);
      if (data.counts) fill(counts, data.counts);
    },
  };
}
