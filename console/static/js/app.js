// What every page starts: values in the reader's language and time zone, then the live topic it names.
import { startChoices } from "./choices.js";
import { startCopying } from "./copy.js";
import { startDialogs } from "./dialog.js";
import * as detail from "./detail.js";
import { adopt } from "./fields.js";
import { startLines } from "./lines.js";
import * as list from "./list.js";
import { held } from "./pause.js";
import { Socket } from "./socket.js";
import { startTools } from "./tools.js";
import { Topic } from "./topic.js";

/** data-page → its module; the charts, larger than all the rest, are fetched where they are needed. */
const PAGES = {
  list: () => list,
  detail: () => detail,
  dashboard: () => import("./dashboard.js"),
};

adopt(document.body);
startCopying();
startDialogs();
startTools();

const form = document.getElementById("order-form");
if (form) startLines(form);
for (const offering of document.querySelectorAll("form[data-offering]")) startChoices(offering);

/** What one region of the page watches, and the module that shows it. A list holds back rows, others frames. */
async function watched(root) {
  const filter = {};
  for (const { name, value } of root.attributes) {
    if (name.startsWith("data-filter-")) filter[name.slice("data-filter-".length)] = value;
  }
  const { start } = await PAGES[root.dataset.page]();
  const page = start(root);
  const exact = Boolean(root.querySelector(".tree"));
  return new Topic(root.dataset.topic, filter, root.dataset.page === "list" ? page : held(page), exact);
}

const roots = [...document.querySelectorAll("[data-topic]")];
if (roots.length) {
  new Socket(await Promise.all(roots.map(watched))).open();
} else if (document.querySelector("[data-page=demo]")) {
  await import("./demo.js");
} else if (document.querySelector("figure.chart")) {
  const { Chart } = await import("./chart.js");
  for (const figure of document.querySelectorAll("figure.chart")) new Chart(figure);
}
