// Amounts: whole minor units and a currency, shown without ever passing through a float.
import { lang } from "./lang.js";

const digits = JSON.parse(document.querySelector("meta[name=currency-digits]")?.content || "{}");
const formats = new Map();

function formatOf(places) {
  if (!formats.has(places)) {
    formats.set(
      places,
      new Intl.NumberFormat(lang, { minimumFractionDigits: places, maximumFractionDigits: places }),
    );
  }
  return formats.get(places);
}

/** 123456, "EUR" → "1,234.56 EUR". */
export function money(minor, currency) {
  const places = digits[currency] ?? 2;
  const sign = minor < 0 ? "-" : "";
  const text = String(minor).replace("-", "").padStart(places + 1, "0");
  const cut = text.length - places;
  const decimal = places ? `${sign}${text.slice(0, cut)}.${text.slice(cut)}` : `${sign}${text}`;
  return `${formatOf(places).format(decimal)} ${currency}`;
}

/** "1234.50 EUR", as it is kept, is written as amounts are; anything else stays. */
export function rewritten(text) {
  const [, units, rest = "", unit] = /^(-?[0-9]{1,15})(?:\.([0-9]{1,3}))? ([A-Z]{3})$/.exec(text) ?? [];
  return unit && rest.length === (digits[unit] ?? 2) ? money(units + rest, unit) : text;
}

const whole = new Intl.NumberFormat(lang);

export function count(value) {
  return whole.format(value);
}
