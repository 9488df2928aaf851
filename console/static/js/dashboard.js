// The dashboard: counts by state, the chart, the processes and the ledger.
import { Chart } from "./chart.js";
import { fill } from "./fields.js";
import { Rows } from "./rows.js";
import { word } from "./words.js";

export function start(root) {
  const chart = new Chart(root.querySelector("#chart"));
  const workers = new Rows(root.querySelector("[data-list=workers]"), "id");
  const queues = new Rows(root.querySelector("[data-list=queues]"), "name");
  const ledger = root.querySelector("#ledger");

  function renew(data) {
    if (data.orders) fill(root.querySelector("#order-counts"), data.orders);
    if (data.jobs) fill(root.querySelector("#job-counts"), data.jobs);
    if (data.workers) workers.replace(data.workers);
    if (data.engine?.queues) {
      queues.replace(Object.entries(data.engine.queues).map(([name, queue]) => ({ name, ...queue })));
    }
    if (data.ledger) renewLedger(ledger, data.ledger);
  }

  return {
    snapshot(data) {
      chart.replace(data.per_second ?? []);
      renew(data);
    },
    event(data) {
      if (data.per_second?.length) chart.add(data.per_second);
      renew(data);
    },
  };
}

function renewLedger(element, ledger) {
  const state = String(ledger.ok ?? "");
  element.dataset.tone = { true: "good", false: "bad" }[state] ?? "idle";
  element.querySelector("[data-text]").textContent = word("ledger", state);
  fill(element, ledger);
}
