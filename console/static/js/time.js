// Instants in the reader's language and time zone, and lengths of time (console/spans.py has the same).
import { count } from "./money.js";
import { lang } from "./lang.js";
import { say } from "./words.js";

const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(lang, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const full = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "long" });
const tenth = new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Today's instants by the second, others by the minute. */
export function short(instant) {
  return (instant.toDateString() === new Date().toDateString() ? clock : day).format(instant);
}

export function long(instant) {
  return full.format(instant);
}

/** Milliseconds as words: 12 ms, 1.2 s, 3 min 5 s, 2 h 10 min, 4 d 3 h. */
export function span(ms) {
  if (ms < SECOND) return say("ms", { n: count(Math.round(ms)) });
  if (ms < MINUTE) return say("s", { n: tenth.format(ms / SECOND) });
  if (ms < HOUR) return say("min", { n: Math.floor(ms / MINUTE), m: Math.floor((ms % MINUTE) / SECOND) });
  if (ms < DAY) return say("h", { n: Math.floor(ms / HOUR), m: Math.floor((ms % HOUR) / MINUTE) });
  return say("d", { n: count(Math.floor(ms / DAY)), m: Math.floor((ms % DAY) / HOUR) });
}

/** The same by whole seconds. */
export function seconds(ms) {
  return ms < MINUTE ? say("s", { n: count(Math.floor(ms / SECOND)) }) : span(ms);
}

/** How long ago, by whole seconds; what lies ahead of this clock counts as now. */
export function age(instant) {
  return seconds(Math.max(Date.now() - instant, 0));
}
