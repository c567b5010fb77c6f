// What the privacy officer waits for: pages of the audit log of one patient with 100,000 entries.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Session } from '../../tests/live/api.mjs';
import { admission } from '../../tests/live/messages.mjs';
import { MllpConnection } from '../../tests/live/mllp.mjs';
import { percentile } from '../../tests/live/process.mjs';
import { addUser } from '../../tests/live/server.mjs';
import { query } from '../../tests/live/database.mjs';
import { until } from '../../tests/live/wait.mjs';
import { withServer } from '../drive/hospital.mjs';
import { newFolder, remove } from '../drive/stores.mjs';

const MRN = 'A100';
const ENTRIES = 100_000;
const PAGES = 100;

/** Entries of the last week, all of one patient, by the accounts that there are. */
function fill(data, patient, count) {
  const week = 7 * 86_400_000_000;
  const now = Date.now() * 1_000;
  const sql = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count})
    INSERT INTO audit_entry (sequence, at, account, role, session, address, action, resource_type, resource_id, patient, purpose, decision, reason, outcome)
    SELECT (SELECT COALESCE(MAX(sequence), 0) FROM audit_entry) + 1 + i, ${now - week} + i * ${Math.floor(week / count)},
      (SELECT id FROM account WHERE user_name = 'doctor'), 'doctor', 's', '10.0.0.1', 'patient.read', 'Patient', '${patient}', '${patient}', 'TREAT', 1, 'ward', 1 FROM n`;
  execFileSync('sqlite3', ['-cmd', '.timeout 60000', join(data, 'wardlight.db'), sql]);
}

async function admit({ server, data }) {
  const feed = await MllpConnection.open(server.mllp[0]);
  await feed.send(admission({ mrn: MRN, ward: '7B' }, 'A1'));
  feed.close();
  return until('the patient', () => query(data, "SELECT id FROM resource WHERE type = (SELECT type FROM resource WHERE patient = id LIMIT 1)")[0]?.id);
}

async function timed(times, call) {
  const from = performance.now();
  const answer = await call();
  times.push(performance.now() - from);
  return answer;
}

export const auditPage = {
  about: 'the audit log of one patient with 100,000 entries, over TLS, names and the look’s own entry included',
  figures: [
    { key: 'page_p95_ms', name: 'page of 100 entries, p95', unit: 'ms', atMost: 300 },
    { key: 'page_p50_ms', name: 'page of 100 entries, p50', unit: 'ms' },
    { key: 'rare_p95_ms', name: 'one action that is not there, among 100,000, p95', unit: 'ms' },
    { key: 'unusual_ms', name: 'unusual access, a week', unit: 'ms' },
    { key: 'entries', name: 'entries', unit: '' },
  ],
  async run({ scale }) {
    const folder = newFolder();
    try {
      const patient = await withServer(admit, folder);
      addUser(folder, 'officer', 'privacy_officer');
      fill(folder, patient, Math.ceil(ENTRIES * scale));
      return await withServer(async ({ server, data }) => {
        const officer = await Session.signIn(server.http, 'officer');
        const search = async (body) => {
          const answer = await officer.call('POST', '/api/audit/search', body);
          if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
          return answer.json();
        };
        const pages = [];
        let before;
        for (let i = 0; i < PAGES; ++i) {
          const page = await timed(pages, () => search({ patient, before }));
          before = page.next ?? undefined;
        }
        const rare = [];
        for (let i = 0; i < 20; ++i) {
          let next = await timed(rare, () => search({ patient, action: 'nothing' }));
          while (next.next) next = await timed(rare, () => search({ patient, action: 'nothing', before: next.next }));
        }
        const unusual = [];
        const week = { from: new Date(Date.now() - 6.9 * 86_400_000).toISOString() };
        const answer = await timed(unusual, () => officer.call('POST', '/api/audit/unusual', week));
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
        return {
          page_p95_ms: percentile(pages, 0.95),
          page_p50_ms: percentile(pages, 0.5),
          rare_p95_ms: percentile(rare, 0.95),
          unusual_ms: unusual[0],
          entries: query(data, 'SELECT COUNT(*) AS n FROM audit_entry')[0].n,
        };
      }, folder);
    } finally {
      remove(folder);
    }
  },
};
