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
  // The oldest id of the list; what lies below is on older pages. Empty: the list goes down to its end.
  let edge = (older && new URL(older.href).searchParams.get("after")) ?? "";
  let top; // the newest id when the page was opened: where no row comes in, what is above it is new
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
    cut(keep);
    rows.replace([...list.values()].sort((one, other) => (one.id < other.id ? 1 : -1)));
    older.hidden = !edge;
    const address = new URL(older.href);
    address.searchParams.set("after", edge);
    older.href = address.href;
    renew();
  }

  /** Keep so many rows, the newest: the others are on older pages. */
  function cut(size) {
    if (list.size <= size) return;
    const ids = [...list.keys()].sort();
    for (const id of ids.slice(0, -size)) list.delete(id);
    edge = ids.at(-size);
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
    if (!counted || (keep ? row.id < edge : row.id <= top)) return;
    if (keep) list.set(row.id, row);
    if (!shown) waiting.add(row.id);
  }

  return {
    snapshot(data) {
      const there = new Set(data.rows.map((row) => row.id));
      const last = data.rows.at(-1)?.id ?? "";
      const known = [...list.keys(), ...rows.byId.keys()].sort()[0];
      // Below a full snapshot there are older rows, unless all that is known down to the list's end is in it.
      edge = data.rows.length < keep || (!edge && known >= last) ? "" : last;
      top ??= data.rows[0]?.id ?? "";
      list.clear();
      waiting.clear();
      for (const row of data.rows) take(row, false);
      if (keep) for (const id of rows.byId.keys()) if (!there.has(id) && id >= edge) left.add(id);
      changed ||= begun && Boolean(data.changed); // the page was made a moment before its first snapshot
      begun = true;
      if (data.counts) fill(counts, data.counts);
      renew();
    },
    event(data) {
      const gone = new Set(data.gone);
      for (const row of data.rows ?? []) take(row, gone.has(row.id));
      cut(REMEMBERED);
      changed ||= Boolean(data.changed);
      if (data.counts) fill(counts, data.counts);
      renew();
    },
  };
}
