// What every page starts: values in the reader's language and time zone, then the live topic it names.
import { adopt } from "./fields.js";
import { startLines } from "./lines.js";
import { listPage } from "./list.js";
import { detailPage } from "./detail.js";
import { dashboardPage } from "./dashboard.js";
import { Socket } from "./socket.js";
import { Topic } from "./topic.js";

const PAGES = { list: listPage, detail: detailPage, dashboard: dashboardPage };

adopt(document.body);

const form = document.getElementById("order-form");
if (form) startLines(form);

const topics = [...document.querySelectorAll("[data-topic]")].map((root) => {
  const filter = {};
  for (const field of ["state", "queue", "task", "customer"]) {
    const value = root.getAttribute(`data-filter-${field}`);
    if (value) filter[field] = value;
  }
  return new Topic(root.dataset.topic, filter, PAGES[root.dataset.page](root));
});
if (topics.length) new Socket(topics).open();
