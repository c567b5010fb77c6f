// Runs a benchmark several times and prints medians, spread and verdicts as a Markdown table.
//   node bench/run.mjs [NAME|all|table] [--runs N] [--seconds N] [--scale X]
// script/bench builds first and calls this. Results also go to build/bench/results/NAME.json.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './drive/programs.mjs';
import { describeMachine, headerOf } from './drive/machine.mjs';
import { markdown, rowsWithBars, summarise } from './drive/table.mjs';
import { parser, storage } from './names/alone.mjs';
import { auditPage } from './names/audit.mjs';
import { fhirBundle, fhirCreate, fhirRead } from './names/fhir.mjs';
import { growth } from './names/growth.mjs';
import { alertLatency, alerts, mllp, mllpOne } from './names/intake.mjs';
import { peers } from './names/peers.mjs';
import { idle, idleTls, startup } from './names/process.mjs';
import { revoke } from './names/revoke.mjs';
import { chart, creatinine, patients } from './names/search.mjs';

const BENCHMARKS = {
  mllp,
  'mllp-one': mllpOne,
  alerts,
  'alert-latency': alertLatency,
  parser,
  'fhir-create': fhirCreate,
  'fhir-bundle': fhirBundle,
  'fhir-read': fhirRead,
  'chart-search': chart,
  'creatinine-year': creatinine,
  'patient-search': patients,
  startup,
  idle,
  'idle-tls': idleTls,
  storage,
  revoke,
  'audit-page': auditPage,
  growth,
  peers,
};

const resultFile = (name) => join(build, 'results', `${name}.json`);

/** The table of docs/performance.md, from the newest result of each benchmark. */
function printTable() {
  console.log('| benchmark | figure | bar | median | spread | verdict | measured |\n|---|---|---|---|---|---|---|');
  for (const name of Object.keys(BENCHMARKS)) {
    if (existsSync(resultFile(name))) rowsWithBars(JSON.parse(readFileSync(resultFile(name), 'utf8'))).forEach((row) => console.log(row));
  }
}

async function runBenchmark(name, options) {
  const benchmark = BENCHMARKS[name];
  const machine = await describeMachine();
  console.log(`\n## ${name}\n${benchmark.about}\n\n${headerOf(machine)}\n`);
  const missing = benchmark.missing?.();
  if (missing) {
    console.log(missing);
    return;
  }
  const count = Math.min(options.runs, benchmark.runs ?? options.runs);
  const runs = [];
  for (let i = 0; i < count; ++i) runs.push(await benchmark.run(options));
  const rows = summarise(benchmark.figures, runs);
  const size = options.scale === 1 ? '' : `, size of the data times ${options.scale}`;
  console.log(`${markdown(rows)}\n\n${count} runs of ${options.seconds} s${size}`);
  mkdirSync(join(build, 'results'), { recursive: true });
  writeFileSync(resultFile(name), JSON.stringify({ name, machine, options, rows, runs }, null, 2) + '\n');
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' }, seconds: { type: 'string', default: '10' }, scale: { type: 'string', default: '1' } },
});
const options = { runs: Number(values.runs), seconds: Number(values.seconds), scale: Number(values.scale) };
if (Object.values(options).some((value) => !(value > 0))) throw new Error('--runs, --seconds and --scale are numbers above 0');
const [name] = positionals;
if (name === undefined) {
  const width = Math.max(...Object.keys(BENCHMARKS).map((known) => known.length));
  for (const [known, { about }] of Object.entries(BENCHMARKS)) console.log(`${known.padEnd(width)}  ${about}`);
  console.log(`${'all'.padEnd(width)}  all of them, one after another`);
  console.log(`${'table'.padEnd(width)}  the newest result of each as the table of docs/performance.md`);
} else if (name === 'table') {
  printTable();
} else if (name !== 'all' && !(name in BENCHMARKS)) {
  console.error(`no benchmark is called ${name}; script/bench lists them`);
  process.exitCode = 2;
} else {
  for (const one of name === 'all' ? Object.keys(BENCHMARKS) : [name]) {
    try {
      await runBenchmark(one, options);
    } catch (error) {
      console.error(`${one}: ${error.message}`);
      process.exitCode = 1;
    }
  }
}
