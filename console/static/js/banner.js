// #live-status: whether what the page shows is live, and if not, since when or until when, and why.
import { announce } from "./announce.js";
import { count } from "./money.js";
import { say } from "./words.js";

const banner = document.getElementById("live-status");
/** What the socket says, and what the reader wants: the socket's troubles come first. */
let line = { state: "connecting", seconds: 0, why: "", begun: Date.now() };
let waiting = null;
let silent = 0; // since when nothing was heard that should have been; 0: all was
let shown = "";
setInterval(() => (line.seconds || silent) && write(), 1000);

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

/** A page whose topic tells something every second has heard nothing since then (0: it does again). */
export function silence(since) {
  if (silent === since) return;
  silent = since;
  show();
}

function show() {
  if (!banner) return;
  banner.hidden = false;
  const state = line.state !== "live" ? line.state : waiting !== null ? "paused" : silent ? "behind" : "live";
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
  const behind = state === "behind" ? seconds + gone : (Date.now() - silent) / 1000;
  let words = say(shown, { n: shown === "behind" ? Math.floor(behind) : Math.max(Math.ceil(seconds - gone), 1) });
  if (shown === "paused") words = waiting ? say("paused-waiting", { n: count(waiting) }) : say("paused");
  if (shown === "signed-out" && why) words = say(why);
  const text = banner.querySelector("[data-text]");
  if (text.textContent !== words) text.textContent = words;
}
