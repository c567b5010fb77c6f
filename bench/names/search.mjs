// Searches as a chart and a person at a keyboard make them.
import { inside, load } from '../drive/programs.mjs';
import { withServer } from '../drive/hospital.mjs';
import { filledFolder } from '../drive/stores.mjs';

const CREATININE = 'http://loinc.org|14682-9';
const YEAR = 365;

export const chartSearch = (size) => ({
  run: ({ seconds }) =>
    withServer(
      async ({ https }) =>
        load('get', ...(await https('system')), '--connections', 2, '--warm-up', 1, '--seconds', seconds,
          '--patients', size.patients,
          '--target', `/fhir/Observation?patient={patient}&code=${encodeURIComponent(CREATININE)}&_count=20`),
      filledFolder(size),
    ),
});

export const chart = {
  about: "20 results of one kind out of a patient's 1,000 Observations, through /fhir over TLS",
  figures: [
    { key: 'server_cpu_us', name: 'CPU of the server', unit: 'us/search', atMost: 150 },
    { key: 'p50_ms', name: 'p50, 2 clients', unit: 'ms' },
    { key: 'p99_ms', name: 'p99, 2 clients', unit: 'ms' },
    { key: 'body_bytes', name: 'answer', unit: 'bytes' },
    { key: 'wrong', name: 'wrong answers', unit: '', atMost: 0 },
  ],
  run: (options) => {
    const patients = Math.ceil(1_000 * options.scale);
    return chartSearch({ patients, observations: 1_000 * patients }).run(options);
  },
};

/** A patient seen daily for a year, behind the others; by the store alone and through /fhir. */
export async function creatinineYear({ seconds }, size) {
  const folder = filledFolder({ ...size, creatinineDays: YEAR });
  const alone = await inside('search', '--data', folder, '--patient', size.patients,
    '--parameter', `code=${CREATININE}`, '--parameter', `_count=${YEAR}`);
  const remote = await withServer(
    async ({ https }) =>
      load('get', ...(await https('system')), '--connections', 1, '--warm-up', 1, '--seconds', Math.min(seconds, 5),
        '--patients', 1, '--first-patient', size.patients,
        '--target', `/fhir/Observation?patient={patient}&code=${encodeURIComponent(CREATININE)}&_count=${YEAR}`),
    folder,
  );
  return {
    alone_p50_ms: alone.p50_ms,
    matches: alone.matches,
    p50_ms: remote.p50_ms,
    p99_ms: remote.p99_ms,
    body_bytes: remote.body_bytes,
    wrong: remote.wrong,
  };
}

export const creatinine = {
  about: "a year of one patient's daily creatinine out of 3,650 Observations",
  figures: [
    { key: 'alone_p50_ms', name: 'by the store, p50', unit: 'ms', atMost: 1 },
    { key: 'p50_ms', name: 'through /fhir over TLS, p50', unit: 'ms', atMost: 1 },
    { key: 'p99_ms', name: 'through /fhir over TLS, p99', unit: 'ms' },
    { key: 'matches', name: 'results found', unit: '', atLeast: YEAR },
    { key: 'body_bytes', name: 'answer', unit: 'bytes' },
    { key: 'wrong', name: 'wrong answers', unit: '', atMost: 0 },
  ],
  run: (options) => creatinineYear(options, { patients: 1_000, observations: Math.ceil(1_000_000 * options.scale) }),
};

const PATIENT_SEARCHES = {
  prefix: '/fhir/Patient?family={prefix}&_count=20',
  family: '/fhir/Patient?family:exact={family}&_count=20',
  identifier: '/fhir/Patient?identifier=urn:wardlight:bench:mrn%7C{number}',
};

export const patients = {
  about: 'patients found by the beginning of a name, a whole name and a number among 1 million',
  figures: [
    { key: 'prefix_p99_ms', name: 'beginning of the family name, p99', unit: 'ms', atMost: 50 },
    { key: 'prefix_p50_ms', name: 'beginning of the family name, p50', unit: 'ms' },
    { key: 'family_p99_ms', name: 'whole family name, p99', unit: 'ms', atMost: 50 },
    { key: 'family_p50_ms', name: 'whole family name, p50', unit: 'ms' },
    { key: 'identifier_p99_ms', name: 'number, p99', unit: 'ms', atMost: 50 },
    { key: 'identifier_p50_ms', name: 'number, p50', unit: 'ms' },
    { key: 'wrong', name: 'wrong answers', unit: '', atMost: 0 },
  ],
  run: ({ seconds, scale }) => {
    const size = { patients: Math.ceil(1_000_000 * scale) };
    return withServer(async ({ https }) => {
      const to = await https('system');
      const figures = { wrong: 0 };
      for (const [name, target] of Object.entries(PATIENT_SEARCHES)) {
        const outcome = await load('get', ...to, '--connections', 1, '--seconds', Math.min(seconds, 5),
          '--patients', size.patients, '--target', target);
        figures[`${name}_p50_ms`] = outcome.p50_ms;
        figures[`${name}_p99_ms`] = outcome.p99_ms;
        figures.wrong += outcome.wrong;
      }
      return figures;
    }, filledFolder(size));
  },
};
