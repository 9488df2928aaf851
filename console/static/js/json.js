// JSON that keeps its numbers as they are written: 2^53 + 1, or a price of forty decimals, is no number of a browser.

/** What a page shows of a document is no deeper: it may be older than the 200 levels that are taken in now. */
const DEEPEST = 1024;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
const NAMES = [["true", true], ["false", false], ["null", null]];

/** A number that a browser would round or write otherwise, as it was written. */
export class Literal {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/** The value of this JSON, as JSON.parse gives it but for its Literals. Throws a SyntaxError. */
export function read(text) {
  let at = 0;

  function fail() {
    throw new SyntaxError(`no JSON at ${at}`);
  }

  function take(pattern) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) fail();
    at += found.length;
    return found;
  }

  /** Is this the next character that is no space? Then it is behind us. */
  function passed(character) {
    take(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  }

  /** What stands between commas up to this end. */
  function each(end, one) {
    if (passed(end)) return;
    do one();
    while (passed(","));
    if (!passed(end)) fail();
  }

  function value(depth) {
    take(SPACE);
    if (depth >= DEEPEST && "[{".includes(text[at])) fail();
    if (passed("[")) {
      const list = [];
      each("]", () => list.push(value(depth + 1)));
      return list;
    }
    if (passed("{")) {
      const object = Object.create(null); // in it "__proto__" is a name like others
      each("}", () => {
        take(SPACE);
        const name = JSON.parse(take(STRING));
        if (!passed(":")) fail();
        object[name] = value(depth + 1);
      });
      return object;
    }
    if (text[at] === '"') return JSON.parse(take(STRING));
    const named = NAMES.find(([name]) => text.startsWith(name, at));
    if (!named) return number(take(NUMBER));
    at += named[0].length;
    return named[1];
  }

  const whole = value(0);
  take(SPACE);
  if (at < text.length) fail();
  return whole;
}

function number(text) {
  const value = Number(text);
  return String(value) === text ? value : new Literal(text);
}

/** The value as indented JSON, its numbers as they were written. */
export function write(value, space = "") {
  if (value instanceof Literal) return value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${space}  `;
  const list = Array.isArray(value);
  const parts = list
    ? value.map((each) => inner + write(each, inner))
    : Object.entries(value).map(([name, each]) => `${inner}${JSON.stringify(name)}: ${write(each, inner)}`);
  const [open, close] = list ? "[]" : "{}";
  return parts.length ? `${open}\n${parts.join(",\n")}\n${space}${close}` : open + close;
}
