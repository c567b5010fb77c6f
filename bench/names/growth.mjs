// The same figures with ten times the data: latency may grow by half.
import { load } from '../drive/programs.mjs';
import { withServer } from '../drive/hospital.mjs';
import { copyOf, filledFolder, remove } from '../drive/stores.mjs';
import { chartSearch, creatinineYear } from './search.mjs';

const TIMES = 10;
const MOST_GROWTH = 1.5;
// Well below what the server can do, so that latency is the work and not the queue.
const MESSAGES_PER_SECOND = 1_000;
const CREATES_PER_SECOND = 500;

const MEASURES = [
  ['mllp_p99_ms', 'ACK p99 at 1,000/s'],
  ['create_p50_ms', 'FHIR create p50 at 500/s'],
  ['chart_p50_ms', 'chart search p50'],
  ['chart_cpu_us', 'chart search, CPU of the server'],
  ['creatinine_p50_ms', 'year of creatinine by the store, p50'],
];

/** Latency of a queue that only grows says how long the run was, nothing else. */
function mustKeepUp(what, outcome, rate) {
  if (outcome.per_second >= 0.95 * rate) return;
  throw new Error(`${what}: ${outcome.per_second.toFixed(0)}/s of ${rate}/s were answered; growth cannot be told from the queue`);
}

async function measure(options, size) {
  const chart = await chartSearch(size).run(options);
  const creatinine = await creatinineYear(options, size);
  const folder = copyOf(filledFolder(size));
  try {
    const common = ['--connections', 16, '--warm-up', 1, '--seconds', options.seconds];
    const written = await withServer(async ({ mllp: to, https }) => {
      const mllp = await load('mllp', ...to, ...common, '--rate', MESSAGES_PER_SECOND, '--patients', 1_000);
      const create = await load('create', ...(await https('system')), ...common, '--rate', CREATES_PER_SECOND,
        '--patients', size.patients);
      mustKeepUp('messages', mllp, MESSAGES_PER_SECOND);
      mustKeepUp('creates', create, CREATES_PER_SECOND);
      return { mllp_p99_ms: mllp.p99_ms, create_p50_ms: create.p50_ms };
    }, folder);
    return { ...written, chart_p50_ms: chart.p50_ms, chart_cpu_us: chart.server_cpu_us, creatinine_p50_ms: creatinine.alone_p50_ms };
  } finally {
    remove(folder);
  }
}

export const growth = {
  about: 'latencies with 1 and with 10 million Observations and 0.1 and 1 million messages',
  figures: MEASURES.flatMap(([key, name]) => [
    { key: `${key}_growth`, name: `${name}, growth`, unit: 'times', atMost: MOST_GROWTH },
    { key, name: `${name}, once`, unit: key.endsWith('_us') ? 'us' : 'ms' },
    { key: `${key}_ten`, name: `${name}, ten times`, unit: key.endsWith('_us') ? 'us' : 'ms' },
  ]),
  async run(options) {
    const once = (factor) => {
      const patients = Math.ceil(1_000 * options.scale) * factor;
      return { patients, observations: patients * 1_000, messages: patients * 100 };
    };
    const before = await measure(options, once(1));
    const after = await measure(options, once(TIMES));
    const outcome = {};
    for (const [key] of MEASURES) {
      outcome[key] = before[key];
      outcome[`${key}_ten`] = after[key];
      outcome[`${key}_growth`] = after[key] / before[key];
    }
    return outcome;
  },
};
