// What a list offers above its rows: to show what waits.
import { count } from "./money.js";
import { say } from "./words.js";

export class Offer {
  /** show(): put in what waits. */
  constructor(root, show) {
    this.place = root.querySelector(".fresh");
    const link = this.place.querySelector("[data-fresh]");
    const takesIn = root.querySelector("[data-insert]");
    link.addEventListener("click", (event) => {
      if (!takesIn || this.changed || event.ctrlKey || event.metaKey || event.shiftKey) return; // the address has it
      event.preventDefault();
      show();
      root.scrollIntoView({ block: "start" });
    });
  }

  /** fresh: rows that wait; changed: by something the page cannot show itself. */
  tell({ fresh, changed }) {
    this.changed = changed;
    this.place.hidden = !fresh && !changed;
    const words = fresh ? say("fresh", { n: count(fresh) }) : changed ? say("changed") : "";
    const text = this.place.querySelector("[data-text]");
    if (text.textContent !== words) text.textContent = words;
  }
}
