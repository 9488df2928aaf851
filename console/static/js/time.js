// Instants in the reader's language and time zone.
import { lang } from "./lang.js";

const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(lang, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const full = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "long" });

/** Today's instants by the second, others by the minute. */
export function short(instant) {
  return (instant.toDateString() === new Date().toDateString() ? clock : day).format(instant);
}

export function long(instant) {
  return full.format(instant);
}
