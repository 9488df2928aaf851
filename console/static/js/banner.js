// #live-status: whether what the page shows is live, and if not, since when or until when.
import { announce } from "./announce.js";
import { say } from "./words.js";

const banner = document.getElementById("live-status");
let ticking = 0;

/**
 * state: connecting, live, behind (for so many seconds), paused, reconnecting (in so many seconds)
 * or signed-out. A new state is announced; its seconds only tick for the eye.
 */
export function tell(state, seconds = 0) {
  if (!banner) return;
  clearInterval(ticking);
  banner.hidden = false;
  const news = banner.dataset.state !== state && !(banner.dataset.state === "connecting" && state === "live");
  banner.dataset.state = state;
  const text = banner.querySelector("[data-text]");
  const begun = Date.now();
  const tick = () => {
    const gone = (Date.now() - begun) / 1000;
    const n = state === "behind" ? Math.floor(seconds + gone) : Math.max(Math.ceil(seconds - gone), 1);
    text.textContent = say(state, { n });
  };
  tick();
  if (news) announce(text.textContent);
  if (seconds) ticking = setInterval(tick, 1000);
}
