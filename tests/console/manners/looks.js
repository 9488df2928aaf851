// Put into a page by looks.py: questions about how it is laid out, answered in sentences.
globalThis.looks = (() => {
  const EDGE = 1; // a pixel, for what is rounded
  const TARGET = 24; // WCAG 2.2, 2.5.8
  const PRESSED = "a[href], button, input:not([type=hidden]), select, textarea, summary";

  const path = (element) => {
    const steps = [];
    for (let at = element; at && at !== document.body && steps.length < 4; at = at.parentElement) {
      const part = at.id ? `#${at.id}` : at.className && typeof at.className === "string" ? `.${at.className.trim().split(/\s+/).join(".")}` : "";
      steps.unshift(at.localName + part);
    }
    return steps.join(" > ");
  };
  const up = function* (element) {
    for (let at = element; at; at = at.parentElement) yield [at, getComputedStyle(at)];
  };
  const clipped = (element) => [...up(element)].some(([, style]) => style.clipPath !== "none");
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && !clipped(element);
  /** What the reader moves sideways by itself, the page standing still. */
  const scrolls = (element) => [...up(element)].some(([at, style]) =>
    at !== document.documentElement && at !== document.body && /auto|scroll/.test(style.overflowX));
  const text = (element) => element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);

  function basics() {
    const found = [];
    const headings = document.querySelectorAll("h1").length;
    if (headings !== 1) found.push(`${headings} h1`);
    if (!document.title.trim()) found.push("no title");
    if (!document.documentElement.lang) found.push("no lang");
    const live = document.querySelector("[data-topic]");
    if (live && !document.querySelector("#live-status")) found.push("live, and does not say whether it is");
    if (live && document.querySelector("#announcement")?.getAttribute("role") !== "status") found.push("live, without a polite status line");
    return found;
  }

  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  /** Waits until the page's scripts have done what they do at its start. */
  async function ready() {
    const begun = () => [...document.querySelectorAll("figure.chart:has(td)")].every((each) => each.querySelector("canvas")) &&
      (!document.querySelector("[data-topic]") || Boolean(document.querySelector("#live-status:not([hidden])")));
    for (let frames = 0; !begun(); frames += 1) {
      if (frames > 300) throw new Error("the page's scripts do not start");
      await new Promise(requestAnimationFrame);
    }
  }

  /** Charts follow the width a frame later. */
  async function sticksOut() {
    await drawn();
    const found = [];
    const wide = document.scrollingElement.scrollWidth;
    if (wide > innerWidth) found.push(`at ${innerWidth} px the page is ${wide} px wide`);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim()) continue;
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()].filter(({ width }) => width);
      const out = rects.some(({ left, right }) => left < -EDGE || right > innerWidth + EDGE);
      if (out && seen(node.parentElement) && !scrolls(node.parentElement)) {
        found.push(`at ${innerWidth} px "${node.data.trim().slice(0, 30)}" sticks out: ${path(node.parentElement)}`);
      }
    }
    for (const element of document.querySelectorAll(PRESSED)) {
      const { left, right, width } = element.getBoundingClientRect();
      if (width && (left < -EDGE || right > innerWidth + EDGE) && seen(element) && !scrolls(element)) {
        found.push(`at ${innerWidth} px it sticks out: ${path(element)}`);
      }
    }
    return found;
  }

  /** A link among words: the line it stands in says how high it is. */
  const inSentence = (element) => element.localName === "a" && getComputedStyle(element).display === "inline" &&
    element.parentElement.textContent.trim().length > element.textContent.trim().length;

  function tooSmall() {
    const targets = [...document.querySelectorAll(PRESSED)].filter(seen).map((element) => {
      const label = /checkbox|radio/.test(element.type) && element.closest("label");
      return { element, rect: (label || element).getBoundingClientRect() };
    }).filter(({ rect }) => rect.width && rect.height);
    const small = ({ width, height }) => Math.min(width, height) < TARGET - 0.1;
    const away = (rect, other) => {
      const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
      if (small(other)) return Math.hypot(x - other.x - other.width / 2, y - other.y - other.height / 2) >= TARGET;
      const near = (at, from, to) => Math.max(from - at, 0, at - to);
      return Math.hypot(near(x, other.left, other.right), near(y, other.top, other.bottom)) >= TARGET / 2;
    };
    return targets
      .filter(({ element, rect }) => small(rect) && !inSentence(element))
      .filter(({ element, rect }) => !targets.every((other) => other.element === element || other.element.contains(element) || away(rect, other.rect)))
      .map(({ element, rect }) => `${Math.round(rect.width)} × ${Math.round(rect.height)} px are too small to press: ${path(element)} "${text(element)}"`);
  }

  function moving() {
    const longest = (list) => Math.max(...list.split(",").map((each) => parseFloat(each) * (each.trim().endsWith("ms") ? 1 : 1000)));
    const found = [...document.querySelectorAll("body, body *")].filter((element) => {
      const style = getComputedStyle(element);
      return longest(style.transitionDuration) > 1 || (style.animationName !== "none" && longest(style.animationDuration) > 1);
    });
    return found.slice(0, 5).map((element) => `moves although asked not to: ${path(element)}`);
  }

  function openAll() {
    for (const each of document.querySelectorAll("details")) each.open = true;
    document.querySelector("dialog")?.showModal();
  }

  const ring = (element) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(element);
    return JSON.stringify([outlineStyle === "none" ? 0 : [outlineWidth, outlineColor], boxShadow, borderColor]);
  };
  const before = new Map();

  function remember() {
    before.clear();
    document.activeElement?.blur();
    for (const each of document.querySelectorAll(`${PRESSED}, [tabindex="0"]`)) before.set(each, ring(each));
  }

  /** [what the focus is on, complaints about how that looks] */
  function focused() {
    const element = document.activeElement;
    if (!element || element === document.body) return [null, []];
    const name = `${[...before.keys()].indexOf(element)} ${path(element)} "${text(element)}"`;
    const found = [];
    if (before.get(element) === ring(element)) found.push(`focus is not to be seen: ${name}`);
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const on = document.elementFromPoint((Math.max(left, 0) + Math.min(right, innerWidth)) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
    if (!on || !(element.contains(on) || on.contains(element))) found.push(`focus is behind ${on ? path(on) : "the edge"}: ${name}`);
    return [name, found];
  }

  return { ready, basics, sticksOut, tooSmall, moving, openAll, remember, focused };
})();
