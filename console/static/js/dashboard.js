// The dashboard: the verdict, counts by state, the charts, and a table for each thing that may be wrong.
import { silence } from "./banner.js";
import { Chart } from "./chart.js";
import { fill } from "./fields.js";
import { paused } from "./pause.js";
import { Rows } from "./rows.js";
import { look, word } from "./words.js";

/** Milliseconds without a frame (one comes each second) after which the page no longer vouches for itself. */
const STALE = 4_000;
/** More seconds than these the chart does not show. */
const SECONDS = 300;
/** Milliseconds until it says so again, with what it has become. */
const AGAIN = 10_000;

export function start(root) {
  const part = (id) => root.querySelector(`#${id}`);
  const list = (name, key = "id") => new Rows(root.querySelector(`[data-list=${name}]`), key);
  const charts = {
    seconds: new Chart(part("chart")),
    orders: new Chart(part("order-latency")),
    jobs: new Chart(part("job-latency")),
  };
  const reasons = list("reasons");
  const people = list("people");
  const errors = list("errors");
  const queues = list("queues", "name");
  const workers = list("workers");
  const problems = list("problems");
  let heardAt = Date.now();
  let staleAt = -AGAIN;
  let verdict = null;

  /** How to renew each part of a frame that is there. */
  const RENEW = {
    verdict(value) {
      verdict = value;
      tell(value);
      reasons.replace(value.reasons);
    },
    orders: (counts) => fill(part("order-counts"), counts),
    jobs: (counts) => fill(part("job-counts"), counts),
    oldest: (row) => fill(part("oldest"), row ?? { id: "", task: "", run_at: "" }),
    figures: (figures) => fill(part("figures"), figures),
    latency(points) {
      charts.orders.replace(points.orders);
      charts.jobs.replace(points.jobs);
    },
    people(found) {
      fill(part("people"), { count: found.count });
      people.replace(found.rows);
    },
    errors(found) {
      fill(part("errors"), { count: found.count, others: found.others });
      errors.replace(found.rows);
    },
    queues: (rows) => queues.replace(rows),
    workers(rows) {
      workers.replace(rows);
      let above;
      for (const { id } of rows) {
        const process = id.split("/")[0];
        workers.byId.get(id).classList.toggle("more", process === above);
        above = process;
      }
    },
    ledger(ledger) {
      const state = String(ledger.ok ?? "");
      const note = part("ledger").querySelector(".note");
      note.dataset.tone = { true: "good", false: "bad" }[state] ?? "idle";
      note.querySelector("[data-text]").textContent = word("ledger", state);
      fill(part("ledger"), { checked_at: ledger.checked_at, broken: ledger.problems?.length > 0 });
      problems.replace(ledger.problems ?? []);
    },
  };

  function tell(row) {
    part("verdict").dataset.tone = look("verdict", row.code).tone;
    fill(part("verdict"), row);
  }

  function renew(data) {
    if (Date.now() - heardAt > STALE && verdict) tell(verdict);
    heardAt = Date.now();
    silence(0);
    staleAt = -AGAIN;
    for (const [name, value] of Object.entries(data)) RENEW[name]?.(value);
  }

  setInterval(() => {
    if (paused()) return; // what stands here is old because its reader wants it so
    const ms = Date.now() - heardAt;
    if (ms <= STALE) return;
    silence(heardAt);
    if (ms - staleAt > AGAIN) tell({ code: "stale", ms: (staleAt = ms) });
  }, 1_000);

  return {
    snapshot(data) {
      charts.seconds.replace(data.per_second ?? []);
      renew(data);
    },
    event(data) {
      if (data.per_second?.length) charts.seconds.add(data.per_second);
      renew(data);
    },
    /** Two frames as one: an event leaves out what has not changed, and has the newest seconds only. */
    join(kept, data) {
      const per_second = [...(kept.per_second ?? []), ...(data.per_second ?? [])].slice(-SECONDS);
      return { ...kept, ...data, per_second };
    },
  };
}
