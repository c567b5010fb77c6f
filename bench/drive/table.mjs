// Runs to medians, medians to a table with its bars.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function spell(value) {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-GB');
  return String(Number(value.toPrecision(3)));
}

/** "met by 1.4", "missed by 2.1": the factor between figure and bar; nothing without a bar. */
export function verdictOf(figure, value) {
  const { atLeast, atMost } = figure;
  if (atLeast === undefined && atMost === undefined) return '';
  if (atMost === 0) return value === 0 ? 'met' : 'missed';
  const factor = atLeast !== undefined ? value / atLeast : atMost / value;
  if (!Number.isFinite(factor)) return factor > 0 ? 'met' : 'missed';
  return factor >= 1 ? `met by ${spell(factor)}` : `missed by ${spell(1 / factor)}`;
}

const barOf = ({ atLeast, atMost, unit }) =>
  atLeast !== undefined ? `≥ ${spell(atLeast)} ${unit}` : atMost !== undefined ? `≤ ${spell(atMost)} ${unit}` : '';

/** One row for each figure: the median of the runs and how far they lie apart. */
export function summarise(figures, runs) {
  return figures
    .map((figure) => ({ figure, values: runs.map((run) => run[figure.key]).filter((value) => typeof value === 'number') }))
    .filter(({ values }) => values.length > 0)
    .map(({ figure, values }) => ({
      name: figure.name,
      key: figure.key,
      unit: figure.unit,
      median: median(values),
      least: Math.min(...values),
      most: Math.max(...values),
      runs: values.length,
      bar: barOf(figure),
      verdict: verdictOf(figure, median(values)),
    }));
}

export function markdown(rows) {
  const lines = rows.map(
    (row) =>
      `| ${row.name} | ${spell(row.median)} ${row.unit} | ${spell(row.least)} to ${spell(row.most)} | ${row.bar} | ${row.verdict} |`,
  );
  return ['| figure | median | spread | bar | verdict |', '|---|---|---|---|---|', ...lines].join('\n');
}

/** What has a bar, as rows that also say which run they are from. A check that held is no row. */
export function rowsWithBars({ name, machine, options, rows, runs }) {
  const size = options.scale === 1 ? '' : `, data times ${options.scale}`;
  const from = `${machine.at.slice(0, 10)}, ${runs.length} × ${options.seconds} s, load ${machine.load_before.toFixed(1)}${size}`;
  return rows
    .filter(({ bar, verdict }) => bar !== '' && verdict !== 'met')
    .map(
      (row) =>
        `| ${name} | ${row.name} | ${row.bar} | ${spell(row.median)} ${row.unit} | ${spell(row.least)} to ${spell(row.most)} | ${row.verdict} | ${from} |`,
    );
}
