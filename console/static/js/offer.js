// What a list offers above its rows: to show what waits, to pause and to go on.
import { count } from "./money.js";
import { say } from "./words.js";

export class Offer {
  /** show(): put in what waits; pause(now): hold new rows back, or not. */
  constructor(root, { show, pause }) {
    this.place = root.querySelector(".fresh");
    this.button = root.querySelector("[data-pause]");
    const link = this.place.querySelector("[data-fresh]");
    const takesIn = root.querySelector("[data-insert]");
    link.addEventListener("click", (event) => {
      if (!takesIn || this.changed || event.ctrlKey || event.metaKey || event.shiftKey) return; // the address has it
      event.preventDefault();
      show();
      root.scrollIntoView({ block: "start" });
    });
    this.button.hidden = false;
    this.button.addEventListener("click", () => {
      const now = this.button.dataset.pause !== "on";
      this.button.dataset.pause = now ? "on" : "";
      this.button.querySelector("[data-text]").textContent = say(now ? "continue" : "pause");
      const icon = this.button.querySelector("use");
      icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, now ? "#play" : "#pause"));
      pause(now);
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
