// The button beside the live status: while it is pressed, nothing that changes by itself moves under who reads.
import { pause as tell } from "./banner.js";
import { say } from "./words.js";

const button = document.querySelector("[data-pause]");
const followers = [];
let now = false;

/** Does the reader want the page to stand still? */
export function paused() {
  return now;
}

/** follow() hears of each press; who has somebody to hear it is a page that can be paused. */
export function onPause(follow) {
  followers.push(follow);
  if (button) button.hidden = false;
}

/** A page whose frames wait while it is paused: all of them as one, which is shown when the reader goes on. */
export function held(page) {
  const join = page.join ?? ((kept, data) => ({ ...kept, ...data }));
  let kept = null; // [snapshot or event, data]
  onPause(() => {
    if (now || !kept) return;
    const [kind, data] = kept;
    kept = null;
    page[kind](data);
  });
  return {
    snapshot(data) {
      if (now) kept = ["snapshot", data];
      else page.snapshot(data);
    },
    event(data) {
      if (!now) page.event(data);
      else kept = kept ? [kept[0], join(kept[1], data)] : ["event", data];
    },
  };
}

button?.addEventListener("click", () => {
  now = !now;
  button.querySelector("[data-text]").textContent = say(now ? "continue" : "pause");
  const icon = button.querySelector("use");
  icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, now ? "#play" : "#pause"));
  tell(now ? 0 : null);
  for (const follow of followers) follow();
});
