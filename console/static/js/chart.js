// A chart of points in time, and the table that says the same. Its series are the figure's templates.
import uPlot from "../vendor/uplot.js";
import { lang } from "./lang.js";
import { count } from "./money.js";

const SPAN = 300;
const HEIGHT = 200;

const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const second = (value) => (value == null ? "" : clock.format(value * 1000));

export class Chart {
  constructor(figure) {
    this.figure = figure;
    this.place = figure.querySelector("[data-plot]");
    this.table = figure.querySelector("tbody");
    this.series = [...figure.querySelectorAll("template[data-series]")];
    this.points = new Map();
    this.plot = null;
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(figure);
    figure.querySelector("details").addEventListener("toggle", () => this.tabulate());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw(true));
    const shown = [...this.table.rows].map((row) => [...row.cells].map((cell) => Number(cell.dataset.number)));
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
    for (const second of this.points.keys()) if (second <= newest - SPAN) this.points.delete(second);
    this.draw();
  }

  columns() {
    const sorted = [...this.points.values()].sort((a, b) => a[0] - b[0]);
    return ["at", ...this.series].map((_, column) => sorted.map((point) => point[column]));
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
    if (this.plot) this.plot.setData(this.columns());
    else this.plot = new uPlot(this.options(), this.columns(), this.place);
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
        cell.textContent = count(value);
      }
      return row;
    }));
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
    // The legend shows the second under the pointer, and the newest while there is none.
    const newest = (plot, value, at) => value ?? plot.data[at].at(-1);
    const line = (label, name) => ({
      label,
      stroke: colour(name),
      width: 1.5,
      points: { show: false },
      value: (plot, value, at) => count(newest(plot, value, at)),
    });
    return {
      ...this.size(),
      padding: [12, 28, 0, 0], // half a time of day fits beside the last line
      scales: { x: { time: true }, y: { range: (_, low, high) => [0, Math.max(high * 1.1, 5)] } },
      axes: [
        { ...axis, space: 90, size: 28, incrs: [1, 5, 10, 15, 30, 60, 120], values: (_, ticks) => ticks.map(second) },
        { ...axis, size: 48, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000] },
      ],
      series: [
        { label: this.figure.dataset.at, value: (plot, value, at) => second(newest(plot, value, at)) },
        ...this.series.map((each) => line(each.content.textContent, `--${each.dataset.series}`)),
      ],
    };
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
