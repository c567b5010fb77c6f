// The directory against a real slapd: TLS and nothing else, nested groups, refusals that look alike
// and are told apart in the audit log, failover, leavers, groups that change, the mass change guard.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { Session } from '../live/api.mjs';
import { query } from '../live/database.mjs';
import { admission } from '../live/messages.mjs';
import { MllpConnection, readAnswer } from '../live/mllp.mjs';
import { PASSWORD, addUser, newDataFolder, removeFolder, run } from '../live/server.mjs';
import { until } from '../live/wait.mjs';
import { makeCertificates } from './certificates.mjs';
import { Forwarder } from './forwarder.mjs';
import { Hospital, mappingText } from './hospital.mjs';
import { BASE, READER, READER_PASSWORD, freePort, group, groupName, person, personName, startOpenLdap } from './openldap.mjs';

const SECRET = 'Purple-monkey-7';
const LEAVER_OUT_WITHIN = 60_000; // the promise; the server is set to ask every second here
const folder = newDataFolder();
let certificates = null;
let slapd = null;
const hospitals = new Set();
const others = new Set();

const rules = [
  { id: 'nurses', group: groupName('clin-nurses'), role: 'ward_nurse' },
  { id: 'doctors', group: groupName('doctors'), role: 'doctor', teams: ['on-call'] },
  { id: 'wards', group: groupName('icu-*'), wards: ['ICU'] },
  { id: 'high-dependency', group: groupName('hdu-*'), wards: ['HDU'] },
  { id: 'administrators', group: groupName('it'), role: 'administrator' },
];

/** People who are all of one group of their own, so that tests do not disturb each other. */
function crowd(name, count) {
  const users = Array.from({ length: count }, (_, i) => `${name}${i + 1}`);
  return { users, entries: users.map((user) => person(user, { password: SECRET })) };
}
const few = crowd('few', 8);

before(async () => {
  certificates = makeCertificates(folder);
  mkdirSync(join(folder, 'slapd'));
  slapd = await startOpenLdap(join(folder, 'slapd'), certificates, [
    person('ann', { password: SECRET, name: 'Ann Example' }),
    person('bob', { password: SECRET }),
    person('both', { password: SECRET }),
    person('dora', { password: SECRET, more: ['pwdAccountLockedTime: 000001010000Z'] }),
    person('luke', { password: SECRET }),
    person('exa', { password: SECRET, more: ['shadowExpire: 1'] }),
    person('nora', { password: SECRET }),
    person('leo', { password: SECRET }),
    person('mia', { password: SECRET }),
    person('gus', { password: SECRET }),
    person('admin', { password: SECRET }),
    person('o(d)d*', { password: SECRET }),
    ...few.entries,
    // ann is in icu-team, which is in icu-nurses, which is in clin-nurses; and these go in a circle.
    group('icu-team', [personName('ann')]),
    group('icu-nurses', [groupName('icu-team')]),
    group('clin-nurses', [groupName('icu-nurses'), groupName('circle'), ...['dora', 'exa', 'luke', 'leo', 'mia', 'gus', 'both', 'admin'].map(personName)]),
    group('circle', [groupName('clin-nurses'), groupName('circle')]),
    group('doctors', ['bob', 'both'].map(personName)),
    group('it', few.users.map(personName)),
  ]);
});

afterEach(async () => {
  for (const hospital of hospitals) {
    await hospital.stop();
    removeFolder(hospital.data);
    removeFolder(hospital.folder);
  }
  hospitals.clear();
  for (const other of others) await other.stop();
  others.clear();
});

after(async () => {
  await slapd?.stop();
  removeFolder(folder);
});

/** A hospital whose directory is our slapd, or what `settings` say. */
function newHospital(settings = {}, withRules = rules) {
  const hospital = new Hospital({
    settings: { urls: [slapd.tls], ca_file: certificates.authority, dialect: 'openldap', base: BASE, bind_dn: READER, ...settings },
    rules: withRules,
    password: READER_PASSWORD,
  });
  hospitals.add(hospital);
  return hospital;
}

async function startHospital(settings, withRules) {
  const hospital = newHospital(settings, withRules);
  addUser(hospital.data, 'local.admin', 'administrator');
  addUser(hospital.data, 'lab', 'integration');
  return hospital.start();
}

const signIn = (hospital, user, password = SECRET) => Session.signIn(hospital.server.http, user, password);
const isRefused = async (session) => (await session.call('GET', '/api/me')).status === 401;

test('LDAPS and StartTLS reach the directory, nested groups give the rights', async (t) => {
  for (const [name, settings] of [['ldaps', {}], ['StartTLS', { urls: [slapd.plain], start_tls: true }]]) {
    await t.test(name, async () => {
      const hospital = await startHospital(settings);
      const ann = await signIn(hospital, 'Ann');
      const me = await ann.do('GET', '/api/me');
      assert.equal(me.account.role, 'ward_nurse');
      assert.equal(me.account.name, 'Ann Example');
      assert.equal(me.account.user, 'ann');
      assert.deepEqual(me.wards, ['ICU']);
      const bob = await (await signIn(hospital, 'bob')).do('GET', '/api/me');
      assert.equal(bob.account.role, 'doctor');
      assert.deepEqual(bob.teams.map((team) => team.id), ['on-call']);
      assert.equal(hospital.audit("action = 'account.add' AND reason = 'first_sign_in'").length, 2);
      // The second time it is the same account.
      await signIn(hospital, 'ann');
      assert.equal(hospital.audit("action = 'account.add' AND reason = 'first_sign_in'").length, 2);
      assert.equal(hospital.account('ann').id, ann.account);
    });
  }
});

test('what is not TLS with a proven certificate is refused with a clear reason', async (t) => {
  await t.test('a plain address is refused before anything is sent', () => {
    const checked = newHospital({ urls: [slapd.plain] }).command('check');
    assert.equal(checked.code, 1);
    assert.match(checked.err, /passwords in the clear/);
  });
  const cases = [
    ['a certificate of another authority', { ca_file: certificates.stranger }, /: TLS: its certificate is not accepted: self-signed certificate in certificate chain/],
    ['an authority that is no certificate', { ca_file: join(folder, 'good.key') }, /good\.key (cannot be used as ca_file|holds no certificate)/],
    ['StartTLS with another authority', { urls: [slapd.plain], start_tls: true, ca_file: certificates.stranger }, /: StartTLS: its certificate is not accepted: self-signed certificate in certificate chain/],
  ];
  for (const [name, settings, reason] of cases) {
    await t.test(name, () => {
      const checked = newHospital(settings).command('check');
      assert.equal(checked.code, 1, checked.out);
      assert.match(checked.out, reason);
      assert.match(checked.out, /^FAIL\t/m);
    });
  }
  for (const [name, certificate, reason] of [['a certificate of another host', 'ofOtherHost', /IP address mismatch/], ['a certificate that has ended', 'ended', /certificate has expired/]]) {
    await t.test(name, async () => {
      const own = join(folder, certificate);
      mkdirSync(own);
      const other = await startOpenLdap(own, certificates, [], certificates[certificate]);
      others.add(other);
      const checked = newHospital({ urls: [other.tls] }).command('check');
      assert.equal(checked.code, 1, checked.out);
      assert.match(checked.out, reason);
    });
  }
});

test('the service account is checked', () => {
  const hospital = newHospital();
  assert.equal(hospital.command('check').code, 0);
  assert.match(hospital.command('check').out, /^ok\tldaps:.*connected and bound in \d+ ms, \d+ people, certificate until .*\(\d+ days\)$/m);
  writeFileSync(hospital.passwordFile, 'not the password\n');
  assert.match(hospital.command('check').out, /account of bind_dn is refused/);
  writeFileSync(hospital.passwordFile, '\n');
  assert.match(hospital.command('check').out, /holds no password/);
  writeFileSync(hospital.passwordFile, `${READER_PASSWORD}\n`);
  chmodSync(hospital.passwordFile, 0o644);
  assert.match(hospital.command('check').out, /may be read by others/);
});

test('refusals look alike to the person and are told apart in the audit log', async () => {
  const hospital = await startHospital();
  const cases = [
    ['ann', 'not the password', 'wrong_password'],
    ['ann', '', 'empty_password'],
    ['nobody', SECRET, 'unknown_user'],
    ['*', SECRET, 'unknown_user'],
    ['ann)(uid=*', SECRET, 'unknown_user'],
    ['a\u0000nn', SECRET, 'unknown_user'],
    ['x'.repeat(1_000), SECRET, 'unknown_user'],
    ['dora', SECRET, 'disabled'],
    ...['1', '2', '3'].map((password) => ['luke', password, 'wrong_password']),
    ['luke', SECRET, 'locked'],
    ['exa', SECRET, 'expired'],
    ['nora', SECRET, 'no_role'],
    ['both', SECRET, 'role_conflict'],
    ['o(d)d*', SECRET, 'no_role'],
    ['local.admin', SECRET, 'wrong_password'],
  ];
  const texts = new Set();
  for (const [user, password, reason] of cases) {
    const tried = await hospital.tryToSignIn(user, password);
    assert.equal(tried.status, 401, user);
    assert.equal(tried.reason, reason, user);
    texts.add(tried.text);
  }
  assert.equal(texts.size, 1);
  assert.equal(hospital.audit("action = 'account.add' AND reason = 'first_sign_in'").length, 0);
});

test('an account here wins over the same name in the directory, and doctor says so', async () => {
  const hospital = newHospital();
  addUser(hospital.data, 'admin', 'administrator');
  await hospital.start();
  const admin = await Session.signIn(hospital.server.http, 'admin', PASSWORD);
  assert.equal((await admin.do('GET', '/api/me')).account.role, 'administrator');
  assert.equal((await hospital.tryToSignIn('admin', SECRET)).reason, 'wrong_password');
  await until('doctor warns', () => /directory +accounts here have names of people in the directory.*admin/.test(hospital.doctor()));
  assert.match(hospital.command('plan').out, /^stays out\tadmin\teverything\tan account here has this name$/m);
});

test('several controllers: the first is dead, then the second dies, then the first is back', async () => {
  const first = new Forwarder(slapd.tlsPort);
  first.port = await freePort();
  const second = await new Forwarder(slapd.tlsPort).start();
  others.add(first).add(second);
  const hospital = await startHospital({ urls: [`ldaps://127.0.0.1:${first.port}`, second.url] });
  await signIn(hospital, 'ann');
  assert.ok(second.connections > 0);
  await first.start();
  await until('the first is asked again', async () => {
    await signIn(hospital, 'ann');
    return first.connections > 0;
  }, 40_000);
  await second.stop();
  await signIn(hospital, 'bob');
  await first.stop();
  await second.start();
  await until('the second is asked again', async () => (await hospital.tryToSignIn('bob', SECRET)).status === 200, 40_000);
});

test('with no controller at all: sessions go on, accounts here sign in, nothing is disabled', async () => {
  const way = await new Forwarder(slapd.tlsPort).start();
  others.add(way);
  const hospital = await startHospital({ urls: [way.url] });
  const ann = await signIn(hospital, 'ann');
  await way.stop();
  await until('doctor says since when', () => /warn +directory +no answer since 20\d\d-/.test(hospital.doctor()));
  assert.equal((await ann.call('GET', '/api/me')).status, 200);
  const refused = await hospital.tryToSignIn('ann', SECRET);
  assert.deepEqual([refused.status, refused.reason], [401, 'directory_unreachable']);
  const started = performance.now();
  await Session.signIn(hospital.server.http, 'local.admin', PASSWORD);
  assert.ok(performance.now() - started < 5_000);
  assert.equal(hospital.account('ann').directory_bar, '');
  // Not counted as failures: the right password is taken as soon as the directory is back.
  for (let i = 0; i < 8; ++i) await hospital.tryToSignIn('ann', SECRET);
  await way.start();
  await until('the directory answers again', async () => (await hospital.tryToSignIn('ann', SECRET)).status === 200, 40_000);
  await until('doctor is content', () => /ok +directory +asked/.test(hospital.doctor()));
});

test('emergency access is confirmed by the directory, and not held up when it is down', async () => {
  const way = await new Forwarder(slapd.tlsPort).start();
  others.add(way);
  const hospital = await startHospital({ urls: [way.url] });
  const feed = await MllpConnection.open(hospital.server.mllp[0]);
  assert.equal(readAnswer(await feed.send(admission({ mrn: 'D1', ward: '9Z' }, 'D1'))).code, 'AA');
  feed.close();
  const ann = await signIn(hospital, 'ann');
  const lab = await Session.signIn(hospital.server.http, 'lab');
  const patient = await until('the patient is known', async () => {
    const found = await lab.do('GET', '/fhir/Patient');
    return found.entry?.[0].resource;
  });
  const open = (password) =>
    ann.call('POST', `/api/patients/${patient.id}/break-glass`, { reason: 'emergency_treatment', text: 'unconscious at the door', password });
  assert.equal((await open('not the password')).status, 403);
  await way.stop();
  await until('nothing answers', () => /no answer since/.test(hospital.doctor()));
  assert.equal((await open('')).status, 403);
  assert.equal((await open(SECRET)).status, 200);
  assert.deepEqual(hospital.audit("action = 'step_up'").map((entry) => entry.reason), ['directory_unreachable', 'directory_unreachable', 'wrong_password']);
  // What lasts longer than an emergency waits for the directory: nobody adds a passkey of theirs now.
  const confirmed = await ann.call('POST', '/api/step-up', { password: SECRET });
  assert.deepEqual([confirmed.status, confirmed.json().error.where], [503, 'directory']);
  assert.equal(hospital.audit("action = 'step_up'").length, 4);
  assert.equal((await ann.call('POST', '/api/passkeys/options', {})).json().error.where, 'step_up');
  assert.equal(hospital.audit("action = 'patient.break_glass'").length, 1);
});

test('who leaves is signed out within a minute: removed, disabled, expired, out of all groups', async (t) => {
  const hospital = await startHospital();
  const leavers = [
    ['leo', () => slapd.remove(personName('leo')), 'missing'],
    ['mia', () => slapd.modify(personName('mia'), 'add: pwdAccountLockedTime', 'pwdAccountLockedTime: 000001010000Z'), 'disabled'],
    ['gus', () => slapd.modify(personName('gus'), 'add: shadowExpire', 'shadowExpire: 100'), 'expired'],
    ['bob', () => slapd.modify(groupName('doctors'), 'delete: member', `member: ${personName('bob')}`), 'no_role'],
  ];
  const sessions = new Map();
  for (const [user] of leavers) sessions.set(user, await signIn(hospital, user));
  const stays = await signIn(hospital, 'ann');
  for (const [user, leave, reason] of leavers) {
    leave();
    const started = performance.now();
    await until(`${user} is out`, () => isRefused(sessions.get(user)), LEAVER_OUT_WITHIN);
    t.diagnostic(`${user} (${reason}): refused after ${Math.round(performance.now() - started)} ms`);
    assert.equal(hospital.account(user).directory_bar, reason);
    const [entry] = hospital.audit(`action = 'account.disable' AND resource_id = '${hospital.account(user).id}'`);
    assert.deepEqual([entry.reason, entry.role], [reason, 'directory']);
  }
  assert.equal((await stays.call('GET', '/api/me')).status, 200);
  slapd.modify(groupName('doctors'), 'add: member', `member: ${personName('bob')}`);
  await until('bob may come back', async () => (await hospital.tryToSignIn('bob', SECRET)).status === 200);
});

test('other groups are other rights for the sessions there are; an administrator here still decides', async () => {
  const hospital = await startHospital();
  const ann = await signIn(hospital, 'ann');
  slapd.modify(groupName('icu-team'), 'add: member', `member: ${personName('nora')}`);
  const nora = await signIn(hospital, 'nora');
  const wards = async () => (await nora.do('GET', '/api/me')).wards.join();
  slapd.add(group('hdu-team', [personName('nora')]));
  await until('nora has another ward in the same session', async () => (await wards()) === 'HDU,ICU');
  slapd.remove(groupName('hdu-team'));
  await until('and has it no more', async () => (await wards()) === 'ICU');
  slapd.replace(personName('ann'), 'cn', 'Ann Smith');
  await until('ann has her new name', async () => (await ann.do('GET', '/api/me')).account.name === 'Ann Smith');
  run(['user', 'disable', '--data', hospital.data, '--name', 'ann']);
  assert.equal((await hospital.tryToSignIn('ann', SECRET)).reason, 'disabled');
  assert.throws(() => run(['user', 'passwd', '--data', hospital.data, '--name', 'ann', '--password-file', '-'], { input: 'a long new password\n' }), /the directory's/);
  slapd.modify(groupName('icu-team'), 'delete: member', `member: ${personName('nora')}`);
});

test('a dry run says who would gain or lose what by which rule, also for another mapping', async () => {
  const hospital = await startHospital();
  await signIn(hospital, 'ann');
  await signIn(hospital, 'bob');
  const untouched = hospital.command('plan');
  assert.equal(untouched.code, 0, untouched.err);
  assert.match(untouched.out, /^may come\tfew1\trole administrator, wards none, teams none\trule administrators$/m);
  assert.match(untouched.out, /^stays out\tboth\teverything\trules give different roles: nurses, doctors$/m);
  assert.match(untouched.out, /^0 of 2 accounts of the directory would lose access$/m);
  const tried = join(hospital.folder, 'tried.toml');
  writeFileSync(tried, mappingText([
    { id: 'nurses-of-icu', group: groupName('icu-*'), role: 'ward_nurse', wards: ['7B'] },
    { id: 'doctors', group: groupName('doctors'), wards: ['7B'] },
  ], '2'));
  const planned = hospital.command('plan', '--mapping', tried);
  assert.equal(planned.code, 0, planned.err);
  for (const line of [
    'gains\tann\tward 7B\trule nurses-of-icu',
    'loses\tann\tward ICU\tno rule gives it any more',
    'loses\tbob\teverything\tno rule gives a role',
    'loses\tfew1\ta first sign-in\tno rule gives a role',
    '1 of 2 accounts of the directory would lose access',
  ]) {
    assert.ok(planned.out.split('\n').includes(line), `${line}\nis not in\n${planned.out}`);
  }
  assert.equal(hospital.account('bob').directory_bar, '');
});

test('a wrong mapping leaves the one before in force, a right one counts without a restart', async () => {
  const hospital = await startHospital();
  const ann = await signIn(hospital, 'ann');
  writeFileSync(hospital.mapping, 'version = "2"\n[[rule]]\nid = "x"\n');
  await until('doctor names the line', () => /FAIL +directory +.*line 2.*in force is 1 \(/.test(hospital.doctor()));
  assert.equal((await ann.do('GET', '/api/me')).wards[0], 'ICU');
  hospital.map(rules.map((rule) => (rule.id === 'wards' ? { ...rule, wards: ['HDU'] } : rule)), '3');
  await until('ann is on the other ward', async () => (await ann.do('GET', '/api/me')).wards[0] === 'HDU');
  assert.ok(hospital.audit("action = 'directory.mapping'").some((entry) => entry.resource_id.startsWith('3 (')));
});

test('when too many would lose access at once, nothing happens until somebody says so', async () => {
  const hospital = await startHospital();
  const sessions = [];
  for (const user of few.users) sessions.push(await signIn(hospital, user));
  const ann = await signIn(hospital, 'ann');
  slapd.modify(groupName('it'), 'replace: member', `member: ${personName('few1')}`);
  await until('doctor tells', () => /FAIL +directory +7 of 9 accounts would lose access at once, held since/.test(hospital.doctor()));
  for (const session of [...sessions, ann]) assert.equal((await session.call('GET', '/api/me')).status, 200);
  const held = hospital.command('apply');
  assert.equal(held.code, 3);
  assert.match(held.out, /held: 7 of 9 accounts would lose access/);
  assert.match(hospital.command('plan').out, /mass change/);
  assert.equal((await sessions[6].call('GET', '/api/me')).status, 200);
  const applied = hospital.command('apply', '--confirm');
  assert.equal(applied.code, 0, applied.err);
  assert.match(applied.out, /applied: 7 accounts changed/);
  for (const session of sessions.slice(1)) assert.ok(await isRefused(session));
  for (const session of [sessions[0], ann]) assert.equal((await session.call('GET', '/api/me')).status, 200);
  assert.deepEqual(hospital.audit("action LIKE 'directory.%' AND reason = 'mass_change'").map((entry) => entry.action), ['directory.confirm', 'directory.hold']);
  await until('doctor is content', () => !/FAIL +directory/.test(hospital.doctor()));
});
