// #live-status: whether what the page shows is live, and if not, since when or until when, and why.
import { announce } from "./announce.js";
import { count } from "./money.js";
import { say } from "./words.js";

const banner = document.getElementById("live-status");
/** What the socket says, and what the reader wants: the socket's troubles come first. */
let line = { state: "connecting", seconds: 0, why: "", begun: Date.now() };
let waiting = null;
let shown = "";
setInterval(() => line.seconds && write(), 1000);

/**
 * state: connecting, live, behind (for so many seconds), reconnecting (in so many seconds) or signed-out,
 * with a reason why (see console/live/person.py). A new state is announced; its seconds only tick for the eye.
 */
export function tell(state, seconds = 0, why = "") {
  line = { state, seconds, why, begun: Date.now() };
  show();
}

/** The reader wants the page to stand still, and so many changes wait that can be counted; null: no longer. */
export function pause(changes) {
  if (waiting === changes) return;
  waiting = changes;
  show();
}

function show() {
  if (!banner) return;
  banner.hidden = false;
  const state = line.state === "live" && waiting !== null ? "paused" : line.state;
  const news = shown && state !== shown && !(shown === "connecting" && state === "live");
  banner.dataset.state = shown = state;
  banner.dataset.why = line.why;
  const way = banner.parentElement.querySelector("[data-sign-in]");
  if (way) way.hidden = state !== "signed-out";
  write();
  if (news) announce(banner.textContent.trim());
}

function write() {
  const gone = (Date.now() - line.begun) / 1000;
  const { state, seconds, why } = line;
  let words = say(state, { n: state === "behind" ? Math.floor(seconds + gone) : Math.max(Math.ceil(seconds - gone), 1) });
  if (shown === "paused") words = waiting ? say("paused-waiting", { n: count(waiting) }) : say("paused");
  if (shown === "signed-out" && why) words = say(why);
  const text = banner.querySelector("[data-text]");
  if (text.textContent !== words) text.textContent = words;
}
