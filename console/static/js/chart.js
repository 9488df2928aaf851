// A chart of points in time, and the table that says the same. Its series are the figure's templates, each with
// dashes of its own; data-span says how many seconds it shows, however few of them have a point, data-unit=ms
// that it shows lengths of time. Where a point knows nothing (null), there is a gap.
import { lang } from "./lang.js";
import { count } from "./money.js";
import { SCALES, towering } from "./scale.js";
import { span } from "./time.js";

const { uPlot } = globalThis; // vendor/uplot.js, in the page's head

const SPAN = 300;
const HEIGHT = 200;

const DASHES = { dashed: [6, 4], dotted: [2, 3], dashdot: [9, 3, 2, 3] };

const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const second = (value) => (value == null ? "" : clock.format(value * 1000));

export class Chart {
  constructor(figure) {
    this.figure = figure;
    this.place = figure.querySelector("[data-plot]");
    this.table = figure.querySelector("tbody");
    this.series = [...figure.querySelectorAll("template[data-series]")];
    this.span = Number(figure.dataset.span) || SPAN;
    this.long = figure.dataset.unit === "ms";
    this.points = new Map();
    this.plot = null;
    this.scale = this.long ? "long" : "even";
    this.table.closest("details").open = false; // open is how it comes: without scripts there is nothing else
    figure.dataset.drawn = "";
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(figure);
    figure.querySelector("details").addEventListener("toggle", () => this.tabulate());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw(true));
    const shown = [...this.table.rows].map((row) => [...row.cells].map(({ dataset: { number } }) => (number ? Number(number) : null)));
    if (shown.length) this.add(shown);
  }

  /** points: [[epoch seconds, a value for each of the series, …], …] */
  replace(points) {
    this.points.clear();
    this.add(points);
  }

  add(points) {
    for (const point of points) this.points.set(point[0], point);
    const newest = Math.max(...this.points.keys());
    for (const second of this.points.keys()) if (second <= newest - this.span) this.points.delete(second);
    this.draw();
  }

  columns() {
    const sorted = [...this.points.values()].sort((a, b) => a[0] - b[0]);
    if (sorted.length === 1) sorted.unshift([sorted[0][0] - 1]); // uPlot draws nothing where there is one point
    return ["at", ...this.series].map((_, column) => sorted.map((point) => point[column] ?? null));
  }

  size() {
    const style = getComputedStyle(this.figure);
    const room = this.figure.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return { width: Math.max(room, 200), height: HEIGHT };
  }

  draw(anew = false) {
    if (anew) {
      this.plot?.destroy();
      this.plot = null;
    }
    if (!this.points.size) return;
    const columns = this.columns();
    const scale = this.long ? "long" : towering(columns.slice(1)) ? "bent" : "even";
    if (scale !== this.scale) {
      this.scale = scale;
      return this.draw(true);
    }
    if (this.plot) this.plot.setData(columns);
    else this.plot = new uPlot(this.options(), columns, this.place);
    this.figure.dataset.points = this.points.size;
    this.tabulate();
  }

  /** The table is only kept up while somebody reads it, newest first. */
  tabulate() {
    if (!this.table.closest("details").open) return;
    const sorted = [...this.points.values()].sort((a, b) => b[0] - a[0]);
    this.table.replaceChildren(...sorted.map(([at, ...values]) => {
      const row = document.createElement("tr");
      row.insertCell().textContent = second(at);
      for (const value of values) {
        const cell = row.insertCell();
        cell.className = "end";
        cell.textContent = this.write(value);
      }
      return row;
    }));
  }

  write(value) {
    if (value == null) return "–";
    return this.long ? span(value) : count(value);
  }

  options() {
    const style = getComputedStyle(this.figure);
    const colour = (name) => colourOf(this.figure, name);
    const axis = {
      stroke: colour("--muted"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: `12px ${style.fontFamily}`,
    };
    // The legend shows the second under the pointer, and the newest while there is none. Under it there may be a gap.
    const told = (plot, value, at, place) => (place == null ? plot.data[at].findLast((each) => each != null) : value);
    const points = this.long ? { show: true } : { show: false, filter: alone };
    const line = ({ content, dataset }) => ({
      label: content.textContent,
      stroke: colour(`--${dataset.series}`),
      width: 1.5,
      dash: DASHES[dataset.dash],
      points: { ...points, size: 5, fill: colour(`--${dataset.series}`) },
      value: (...its) => this.write(told(...its)),
    });
    const [scale, values] = SCALES[this.scale]();
    return {
      ...this.size(),
      padding: [12, 28, 0, 0], // half a time of day fits beside the last line
      scales: { x: { time: true, range: (_, low, high) => [high - this.span, high + this.span / 100] }, y: scale },
      hooks: { ready: [mark] },
      axes: [
        { ...axis, space: 90, size: 28, incrs: [1, 5, 10, 15, 30, 60, 120, 300, 600, 900], values: (_, ticks) => ticks.map(second) },
        { ...axis, ...values },
      ],
      series: [
        { label: this.figure.dataset.at, value: (...its) => second(told(...its)) },
        ...this.series.map(line),
      ],
    };
  }
}

/** Points between two that know nothing are no part of any line: the places of those. */
function alone(plot, at) {
  const values = plot.data[at];
  return values.flatMap((value, i) => (value != null && values[i - 1] == null && values[i + 1] == null ? [i] : []));
}

/** The legend shows each line as it is drawn. */
function mark(plot) {
  const [time, ...markers] = plot.root.querySelectorAll(".u-legend .u-marker");
  time.remove();
  for (const [at, marker] of markers.entries()) {
    const { stroke, dash = [] } = plot.series[at + 1];
    const sample = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS(sample.namespaceURI, "line");
    const looks = { x1: 0, x2: 28, y1: 4, y2: 4, stroke: stroke(), "stroke-width": 2, "stroke-dasharray": dash.join(" ") };
    for (const [name, value] of Object.entries(looks)) line.setAttribute(name, value);
    sample.append(line);
    marker.replaceWith(sample);
  }
}

/** A custom property as a plain colour: a canvas does not know light-dark(). */
function colourOf(element, name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
