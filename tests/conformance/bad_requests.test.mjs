// Bad requests over real HTTPS: each gets a clear answer of the right kind, and no answer tells
// anything about the inside of the server or about a patient.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { call, Session } from '../live/api.mjs';
import { query } from '../live/database.mjs';
import { admission, hoursAgo, result } from '../live/messages.mjs';
import { MllpConnection, readAnswer } from '../live/mllp.mjs';
import { addUser, newDataFolder, PASSWORD, removeFolder, startServer } from '../live/server.mjs';
import { until, within } from '../live/wait.mjs';

const data = newDataFolder();
const NAME = 'Zebedee';
const MRN = '7300001';
let server = null;
const sessions = {};
let ids = {};

// Who may do what, written down a second time on purpose (the first is src/access/roles.cpp).
const CLINICIAN = ['patients.read', 'patients.find', 'results.read', 'alerts.read', 'alerts.act'];
const MAY = {
  ward_nurse: [...CLINICIAN, 'patients.break_glass'],
  doctor: [...CLINICIAN, 'patients.break_glass'],
  site_coordinator: [...CLINICIAN, 'feeds.read', 'rota.manage'],
  administrator: ['feeds.read', 'quarantine.manage', 'rota.manage', 'policies.manage', 'accounts.manage'],
  privacy_officer: ['privacy.review', 'audit.read'],
  integration: ['fhir.read', 'fhir.write'],
};

const FHIR_ROUTES = [
  ['POST', '/fhir', 'fhir.write'],
  ['GET', '/fhir/Patient', 'fhir.read'],
  ['POST', '/fhir/Patient/_search', 'fhir.read'],
  ['POST', '/fhir/Patient', 'fhir.write'],
  ['GET', '/fhir/Patient/x', 'fhir.read'],
  ['PUT', '/fhir/Patient/x', 'fhir.write'],
  ['DELETE', '/fhir/Patient/x', 'fhir.write'],
  ['GET', '/fhir/Patient/x/_history', 'fhir.read'],
  ['GET', '/fhir/Patient/x/_history/1', 'fhir.read'],
];

/** Every route: the app's from its published description, the FHIR ones from above. */
function routes() {
  const api = JSON.parse(readFileSync(new URL('../../docs/api/openapi.json', import.meta.url), 'utf8'));
  const found = Object.entries(api.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      pattern: path,
      permission: operation['x-permission'] ?? null,
      isOpen: operation.security?.length === 0,
    })),
  );
  assert.ok(found.length > 25);
  return [...found, ...FHIR_ROUTES.map(([method, pattern, permission]) => ({ method, pattern, permission, isOpen: false }))];
}

/** The pattern with the ids of things that exist. */
const pathOf = ({ pattern }) => {
  const id = pattern.includes('/alerts/') ? ids.alert : pattern.includes('/lists/') ? 'ward:7B' : ids.patient;
  return pattern.replace('{id}', encodeURIComponent(id)).replace('{code}', '14682-9').replace('{number}', ids.quarantined);
};

const INSIDE = /\.cpp|\.h:|src\/|terminate|std::|SELECT |INSERT |sqlite|wardlight::|0x[0-9a-f]{6}/i;
function isClean(response, what) {
  assert.doesNotMatch(response.text, INSIDE, `${what}: shows the inside`);
  assert.ok(!response.text.includes(NAME) && !response.text.includes(MRN), `${what}: shows a patient`);
}
/** An error as the app or FHIR expects it. */
function isError(response, status, what) {
  assert.equal(response.status, status, `${what}: ${response.text.slice(0, 200)}`);
  const body = response.json();
  if (body.resourceType) assert.ok(body.issue[0].code, what);
  else assert.ok(body.error.code && body.error.message, what);
  isClean(response, what);
  return body;
}

before(async () => {
  const roles = { ward_nurse: ['--ward', '7B'], doctor: ['--team', 'renal'], site_coordinator: [], administrator: [], privacy_officer: [], integration: [] };
  for (const [role, more] of Object.entries(roles)) addUser(data, role, role, more);
  addUser(data, 'gone', 'ward_nurse');
  server = await startServer(data);
  const feed = await MllpConnection.open(server.mllp[0]);
  const who = { mrn: MRN, name: `${NAME}^Bad` };
  for (const message of [
    admission(who, 'R1'),
    result(who, 'R2', { value: '80', takenAt: hoursAgo(30) }),
    result(who, 'R3', { value: '190', takenAt: hoursAgo(1) }),
  ])
    assert.equal(readAnswer(await feed.send(message)).code, 'AA');
  assert.equal(readAnswer(await feed.send('MSH|^~\\&|S|F|W|H|20260302060000||ADT^A01|R4|P|2.4\r')).code, 'AE');
  feed.close();
  for (const role of Object.keys(roles)) sessions[role] = await Session.signIn(server.http, role);
  ids = await until('an alert', () => {
    const [alert] = query(data, 'SELECT id, patient FROM alert');
    return alert && { alert: alert.id, patient: alert.patient };
  });
  ids.quarantined = query(data, 'SELECT number FROM raw_message WHERE state = 2')[0].number;
});
after(async () => {
  await server?.stop();
  removeFolder(data);
});

const anonymous = (method, path, options) => call(server.http, method, path, options);

test('without a session every route that needs one answers 401', async () => {
  for (const route of routes().filter((one) => !one.isOpen)) {
    for (const headers of [{}, { Cookie: 'wl_session=nonsense' }, { Authorization: 'Bearer nonsense' }, { Authorization: 'Basic eDp5' }]) {
      const response = await anonymous(route.method, pathOf(route), { headers });
      isError(response, 401, `${route.method} ${route.pattern} ${JSON.stringify(headers)}`);
    }
  }
});

test('every role gets 403 at every route that is not for it, and at no other', async () => {
  for (const route of routes().filter((one) => one.permission !== null)) {
    for (const [role, permissions] of Object.entries(MAY)) {
      const what = `${role} ${route.method} ${route.pattern}`;
      const isWrite = route.method !== 'GET';
      const response = await sessions[role].call(route.method, pathOf(route), isWrite ? '{' : undefined);
      if (permissions.includes(route.permission)) {
        assert.doesNotMatch(response.text, /your role does not allow this/, what);
        assert.notEqual(response.status, 401, what);
        assert.ok(response.status < 500, `${what}: ${response.status}`);
      } else {
        assert.match(isError(response, 403, what).error?.message ?? response.text, /your role does not allow this/, what);
      }
    }
  }
});

test('a change without the token of the page is refused', async () => {
  for (const route of routes().filter((one) => one.method !== 'GET' && !one.isOpen)) {
    const role = route.permission?.startsWith('fhir') ? 'integration' : 'administrator';
    const cookie = sessions[role].cookie;
    for (const headers of [{ Cookie: cookie }, { Cookie: cookie, 'X-Wardlight-CSRF': 'wrong' }, { Cookie: cookie, 'X-Wardlight-CSRF': sessions.doctor.csrf }])
      isError(await anonymous(route.method, pathOf(route), { headers, body: '{}' }), 403, `${route.method} ${route.pattern}`);
  }
});

const BAD_JSON = ['', '{', '[]', 'null', '"text"', '{"a":1,}', '{"version":"x"}', '{"version":1e400}', '{"\u0000":1}', '['.repeat(100_000), '{"a":'.repeat(5_000), Buffer.from([0xff, 0xfe, 0x7b]), '{"version":-1,"to":{},"reason":[],"text":7}'];
const ROLE_FOR = { patients: 'ward_nurse', results: 'ward_nurse', alerts: 'ward_nurse', fhir: 'integration' };
test('wrong JSON at every route that takes some is the sender’s fault, said clearly', async () => {
  for (const route of routes().filter((one) => one.method === 'POST' || one.method === 'PUT')) {
    if (route.pattern === '/api/sign-out') continue; // takes no body and ends the session
    const role = ROLE_FOR[route.permission?.split('.')[0]] ?? 'administrator';
    for (const body of BAD_JSON) {
      const what = `${route.method} ${route.pattern} ${String(body).slice(0, 30)}`;
      const response = route.isOpen
        ? await anonymous(route.method, route.pattern, { body, headers: { 'Content-Type': 'application/json' } })
        : await sessions[role].call(route.method, pathOf(route), body);
      assert.ok(response.status < 500, `${what}: ${response.status} ${response.text}`);
      // Somebody was faster: the answer shows the alert as it now is, to whom may see it.
      if (response.status === 409) assert.equal(response.json().error.code, 'conflict', what);
      else if (response.status >= 400) isError(response, response.status, what);
      // Routes that need nothing from the body may do their work.
      else assert.match(route.pattern, /seen|star|replay|_search|sign-in\/options|step-up\/options/, `${what}: ${response.status}`);
    }
  }
});

/** Sends the bytes over TLS and gives back what comes until the server closes or an answer is there. */
function raw(text) {
  const { port, hostname } = new URL(server.http);
  return within(
    'an answer',
    new Promise((done, failed) => {
      let answer = '';
      const socket = connect({ port, host: hostname, rejectUnauthorized: false }, () => socket.write(text));
      socket.on('data', (part) => {
        answer += part;
        if (answer.includes('\r\n\r\n')) socket.destroy();
      });
      socket.on('close', () => done(answer));
      socket.on('error', failed);
    }),
  );
}

test('a body beyond the limit of its route is refused before it is read', async () => {
  const limits = { '/api/sign-in': 4096, '/api/passkeys/sign-in': 64 << 10, '/api/patients/find': 1 << 20, '/fhir': 64 << 20, '/fhir/Patient': 64 << 20 };
  for (const [path, limit] of Object.entries(limits)) {
    const answer = await raw(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${limit + 1}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 413 /, `${path}: ${answer.slice(0, 100)}`);
  }
  const big = await sessions.ward_nurse.call('POST', '/api/patients/find', `{"text":"${'a'.repeat(1 << 20)}"}`);
  isError(big, 413, 'a body of 1 MB');
});

test('requests that are no HTTP get 400 and the connection ends', async () => {
  for (const text of ['nonsense\r\n\r\n', 'GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'POST /api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 'POST /api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'])
    assert.match(await raw(text), /^(HTTP\/1\.1 (400|505) |$)/, JSON.stringify(text));
  assert.match(await raw(`GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`), /^HTTP\/1\.1 4(31|00) /);
});

test('unknown routes, methods and escapes', async () => {
  isError(await anonymous('GET', '/api/nothing'), 404, 'unknown path');
  isError(await sessions.doctor.call('GET', '/api/alerts/no-such-alert'), 404, 'unknown alert');
  isError(await sessions.integration.call('GET', '/fhir/Patient/no-such-patient'), 404, 'unknown patient');
  isError(await sessions.integration.call('GET', '/fhir/Nonsense/1'), 404, 'unknown type');
  const wrongMethod = await anonymous('DELETE', '/api/sign-in');
  isError(wrongMethod, 405, 'unknown method');
  assert.match(wrongMethod.headers.allow, /POST/);
  for (const path of ['/api/alerts/%', '/api/alerts/%zz', '/api/alerts/%00', '/api/alerts/%ff%fe', '/api/alerts/..%2f..%2fetc', '/api/patients/%27%20OR%201=1--'])
    isClean(await sessions.doctor.call('GET', path), path);
  isError(await sessions.integration.call('GET', '/fhir/Patient?nonsense=1'), 400, 'unknown parameter');
  isError(await sessions.integration.call('GET', '/fhir/Patient?birthdate=gt1234567890123456789-99-99'), 400, 'a date that is none');
});

test('what is wrong with a sign-in is not told', async () => {
  const attempt = (user, password) =>
    anonymous('POST', '/api/sign-in', { body: { user, password }, headers: { 'Content-Type': 'application/json' } });
  execFileSync(server.child.spawnfile, ['user', 'disable', '--data', data, '--name', 'gone']);
  const answers = [await attempt('doctor', 'wrong'), await attempt('nobody-of-that-name', 'wrong'), await attempt('gone', PASSWORD)];
  for (const answer of answers) {
    isError(answer, 401, 'sign-in');
    assert.equal(answer.text, answers[0].text);
    assert.equal(answer.headers['set-cookie'], undefined);
  }
  isError(await anonymous('POST', '/api/sign-in', { body: '{}' }), 400, 'another content type');
});

test('an expired session is no session', async () => {
  const session = await Session.signIn(server.http, 'site_coordinator');
  assert.equal((await session.call('GET', '/api/me')).status, 200);
  const expire = `UPDATE session SET expires_at = 1, last_seen = 1 WHERE account = '${session.account}'`;
  execFileSync('sqlite3', ['-cmd', '.timeout 10000', join(data, 'wardlight.db'), expire]);
  isError(await session.call('GET', '/api/me'), 401, 'expired');
  isError(await session.call('POST', `/api/alerts/${ids.alert}/acknowledge`, { version: 1 }), 401, 'expired, a change');
});

test('the administrator sees no patient', async () => {
  for (const path of [`/api/patients/${ids.patient}`, '/api/alerts', `/api/alerts/${ids.alert}`, '/api/lists', '/fhir/Patient'])
    isError(await sessions.administrator.call('GET', path), 403, path);
});

test('after all of it the server still runs and its log holds no patient', () => {
  assert.equal(server.exit, null, server.log);
  assert.ok(!server.log.includes(NAME) && !server.log.includes(MRN));
});
