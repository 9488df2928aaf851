// A chart's upright axis: lengths of time by powers of ten, counts evenly, or bent where a few seconds tower over all.
import { span } from "./time.js";

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];
/** The least that a scale of counts, and one of milliseconds, ends at. */
const [FEW, SECOND] = [5, 1_000];
/** Above so many times what nine of ten points stay below, a peak would press all others to the ground. */
const TOWERS = 8;

/** Would an even scale show the peaks alone? columns: the values of each series, null where nobody knows. */
export function towering(columns) {
  const values = columns.flat().filter((value) => value != null).sort((a, b) => a - b);
  const most = values[Math.floor(values.length * 0.9)] ?? 0;
  return values.at(-1) > TOWERS * Math.max(most, FEW / TOWERS, 1);
}

/** [scale, axis] of lengths of time: whole powers of ten. */
function long() {
  const power = (value, round) => 10 ** round(Math.log10(Math.max(value || 1, 1)));
  const range = (_, low, high) => [power(low, Math.floor), Math.max(power(high, Math.ceil), SECOND)];
  const words = (_, ticks) => ticks.map((tick) => (tick && Number.isInteger(Math.log10(tick)) ? span(tick) : ""));
  return [{ distr: 3, range }, { size: 84, values: words }];
}

/** Of counts with peaks: even below one, by powers of ten above, so that both can be read. */
function bent() {
  const range = (_, low, high) => [0, Math.max(high * 1.3, FEW)];
  const splits = (_plot, _axis, _low, high) => [0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000].filter((tick) => tick <= high);
  return [{ distr: 4, asinh: 1, range }, { size: 48, splits, filter: (_, ticks) => ticks }];
}

function even() {
  return [{ range: (_, low, high) => [0, Math.max(high * 1.1, FEW)] }, { size: 48, incrs: STEPS }];
}

export const SCALES = { long, bent, even };
