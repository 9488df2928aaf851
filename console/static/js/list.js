// A list of orders or jobs. Rows that are shown are renewed where they stand. New ones come in on top, and those
// that left go, only while nobody reads: at the list's beginning, pointer and focus elsewhere, not paused.
import { pause as tell } from "./banner.js";
import { fill } from "./fields.js";
import { Offer } from "./offer.js";
import { onPause, paused } from "./pause.js";
import { Rows } from "./rows.js";

/** More rows than these are not remembered while they wait; they are counted. */
const REMEMBERED = 1_000;

export function start(root) {
  const body = root.querySelector("[data-rows]");
  const rows = new Rows(body, "id");
  const counts = root.querySelector("[data-counts]");
  const older = root.querySelector(".pager [rel=next]");
  const keep = Number(body.dataset.insert) || 0; // 0: no row comes in here
  const counted = "counted" in body.dataset; // the hub says which rows belong here
  const list = new Map(); // id → row: the list as it is, whatever is shown of it
  const waiting = new Set(); // ids of rows that came and are not shown
  const left = new Set(); // ids of rows that are shown and left
  let changed = false; // by something only the server can tell
  let begun = false;

  const offer = new Offer(root, () => show());
  onPause(() => renew());
  for (const zone of root.querySelectorAll("input[name=zone]")) {
    zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
  for (const happening of ["pointerleave", "focusout"]) {
    body.parentElement.addEventListener(happening, () => setTimeout(renew));
  }
  addEventListener("scroll", () => waiting.size + left.size && renew(), { passive: true });
  addEventListener("resize", renew);

  /** Would a row that moves move under somebody's pointer, focus or eyes? */
  function read() {
    const table = body.parentElement;
    const hovers = matchMedia("(hover: hover)").matches && table.matches(":hover");
    return paused() || hovers || table.contains(document.activeElement) || table.getBoundingClientRect().top < 0;
  }

  function show() {
    waiting.clear();
    left.clear();
    rows.replace([...list.values()].sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, keep));
    const last = body.lastElementChild;
    if (list.size > keep && older) {
      const address = new URL(older.href);
      address.searchParams.set("after", last.dataset.id);
      older.href = address.href;
      older.hidden = false;
    }
    for (const id of [...list.keys()].sort().slice(0, -keep)) list.delete(id);
    renew();
  }

  function renew() {
    if (keep && waiting.size + left.size && !read()) return show();
    offer.tell({ fresh: waiting.size, changed: changed || Boolean(left.size && !keep) });
    if (paused()) tell(waiting.size + left.size + Number(changed));
  }

  function take(row, gone) {
    const shown = rows.patch(row.id, row);
    if (gone) {
      list.delete(row.id);
      waiting.delete(row.id);
      if (shown) left.add(row.id);
      return;
    }
    left.delete(row.id);
    if (keep) list.set(row.id, row);
    if (!shown && counted && row.id > rows.newest()) waiting.add(row.id);
    if (keep && list.size > REMEMBERED) list.delete([...list.keys()].sort()[0]);
  }

  return {
    snapshot(data) {
      list.clear();
      const there = new Set(data.rows.map((row) => row.id));
      for (const row of data.rows) take(row, false);
      const last = data.rows.at(-1)?.id ?? "";
      if (keep) for (const id of rows.byId.keys()) if (!there.has(id) && (id > last || data.rows.length < keep)) left.add(id);
      changed ||= begun && Boolean(data.changed); // the page was made a moment before its first snapshot
      begun = true;
      if (data.counts) fill(counts, data.counts);
      renew();
    },
    event(data) {
      const gone = new Set(data.gone);
      for (const row of data.rows ?? []) take(row, gone.has(row.id));
      changed ||= Boolean(data.changed);
      if (data.counts) fill(counts, data.counts);
      renew();
    },
  };
}
