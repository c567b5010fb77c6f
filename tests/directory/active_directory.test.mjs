// The directory against a real Samba AD domain: sign-in by both names, the reasons that Active
// Directory gives, nested groups and the primary group, who leaves.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { Session } from '../live/api.mjs';
import { PASSWORD, addUser, newDataFolder, removeFolder } from '../live/server.mjs';
import { until } from '../live/wait.mjs';
import { makeCertificates } from './certificates.mjs';
import { Hospital } from './hospital.mjs';
import { BASE, startSamba } from './samba.mjs';

const SECRET = 'Purple-monkey-7';
const READER_PASSWORD = 'Reads-people-1';
const LEAVER_OUT_WITHIN = 60_000;
const folder = newDataFolder();
let certificates = null;
let domain = null;
let hospital = null;

const groupName = (name) => `CN=${name},CN=Users,${BASE}`;
const personName = (name) => `CN=${name} Example,CN=Users,${BASE}`;
const rules = [
  { id: 'nurses', group: groupName('Clin-Nurses'), role: 'ward_nurse' },
  { id: 'icu', group: groupName('ICU-*'), wards: ['ICU'] },
  { id: 'coordinators', group: groupName('Coordinators'), role: 'site_coordinator' },
];

before(async () => {
  certificates = makeCertificates(folder);
  mkdirSync(join(folder, 'domain'));
  domain = await startSamba(join(folder, 'domain'), certificates);
  domain.tool('user', 'create', 'reader', READER_PASSWORD);
  for (const name of ['Clin-Nurses', 'ICU-Nurses', 'ICU-Team', 'Coordinators', 'Circle']) domain.tool('group', 'add', name);
  const people = ['alice', 'carol', 'dave', 'erin', 'mallory', 'peggy', 'henry', 'leo', 'mia', 'gus', 'kim'];
  for (const name of people) domain.tool('user', 'create', name, SECRET, `--given-name=${name}`, '--surname=Example');
  // alice is in ICU-Team, that in ICU-Nurses, that in Clin-Nurses, and that in a circle.
  domain.tool('group', 'addmembers', 'ICU-Team', 'alice');
  domain.tool('group', 'addmembers', 'ICU-Nurses', 'ICU-Team');
  domain.tool('group', 'addmembers', 'Clin-Nurses', 'ICU-Nurses,Circle,dave,erin,mallory,peggy,henry,leo,mia,gus');
  domain.tool('group', 'addmembers', 'Circle', 'Clin-Nurses');
  // carol's only group is her primary one, which memberOf does not show.
  domain.tool('group', 'addmembers', 'Coordinators', 'carol');
  const rid = domain.lookUp('Coordinators', 'objectSid').readUInt32LE(24);
  domain.modify(personName('carol'), 'replace: primaryGroupID', `primaryGroupID: ${rid}`);
  domain.tool('user', 'disable', 'dave');
  domain.tool('user', 'setexpiry', 'erin', '--days=0');
  domain.tool('user', 'setpassword', 'peggy', `--newpassword=${SECRET}`, '--must-change-at-next-login');
  const never = Buffer.alloc(21).toString('base64');
  domain.modify(personName('henry'), 'replace: logonHours', `logonHours:: ${never}`);
  domain.tool('domain', 'passwordsettings', 'set', '--account-lockout-threshold=3');
});

afterEach(async () => {
  await hospital?.stop();
  if (hospital) for (const one of [hospital.data, hospital.folder]) removeFolder(one);
  hospital = null;
});

after(async () => {
  await domain?.stop();
  removeFolder(folder);
});

async function startHospital(settings = {}) {
  hospital = new Hospital({
    settings: { urls: [domain.tls], ca_file: certificates.authority, dialect: 'ad', base: BASE, bind_dn: 'reader@hosp.test', ...settings },
    rules,
    password: READER_PASSWORD,
  });
  addUser(hospital.data, 'local.admin', 'administrator');
  return hospital.start();
}

const signIn = (user) => Session.signIn(hospital.server.http, user, SECRET);

test('LDAPS and StartTLS, by user name and by user@domain: one account, rights of nested groups', async (t) => {
  const bothNames = '(&(objectClass=user)(|(sAMAccountName={user})(userPrincipalName={user})))';
  for (const [name, settings] of [['ldaps', {}], ['StartTLS', { urls: [domain.plain], start_tls: true }]]) {
    await t.test(name, async () => {
      await startHospital({ filter: bothNames, ...settings });
      const alice = await signIn('Alice');
      const me = await alice.do('GET', '/api/me');
      assert.equal(me.account.role, 'ward_nurse');
      assert.equal(me.account.name, 'alice Example');
      assert.deepEqual(me.wards, ['ICU']);
      const again = await signIn('alice@hosp.test');
      assert.equal(again.account, alice.account);
      const id = domain.lookUp('alice', 'objectGUID').toString('hex');
      const known = hospital.account('alice').directory_id.replaceAll('-', '');
      assert.equal(known.slice(16), id.slice(16));
      assert.equal(known.slice(0, 8), Buffer.from(id.slice(0, 8), 'hex').reverse().toString('hex'));
      await hospital.stop();
    });
  }
});

test('the primary group counts, at sign-in and in the rounds after it', async () => {
  await startHospital();
  const carol = await signIn('carol');
  assert.equal((await carol.do('GET', '/api/me')).account.role, 'site_coordinator');
  const applied = hospital.command('apply');
  assert.equal(applied.out, 'applied: 0 accounts changed\n');
  assert.equal((await carol.call('GET', '/api/me')).status, 200);
});

test('another authority is refused, and check says what is reached', async () => {
  await startHospital();
  const checked = hospital.command('check');
  assert.equal(checked.code, 0, checked.out);
  assert.match(checked.out, /connected and bound in \d+ ms, \d+ people, certificate until/);
  hospital.configure({ urls: [domain.tls], ca_file: certificates.stranger, dialect: 'ad', base: BASE, bind_dn: 'reader@hosp.test' });
  const refused = hospital.command('check');
  assert.equal(refused.code, 1);
  assert.match(refused.out, /^FAIL\tldaps:.*TLS: /m);
});

test('refusals look alike to the person and are told apart in the audit log', async () => {
  await startHospital();
  const cases = [
    ['alice', 'not the password', 'wrong_password'],
    ['alice', '', 'empty_password'],
    ['nobody', SECRET, 'unknown_user'],
    ['*', SECRET, 'unknown_user'],
    ['dave', SECRET, 'disabled'],
    ['erin', SECRET, 'expired'],
    ['peggy', SECRET, 'must_change_password'],
    ['henry', SECRET, 'not_at_this_time'],
    ['kim', SECRET, 'no_role'],
    ['mallory', 'wrong 1', 'wrong_password'],
    ['mallory', 'wrong 2', 'wrong_password'],
    ['mallory', 'wrong 3', 'wrong_password'],
    ['mallory', SECRET, 'locked'],
  ];
  const texts = new Set();
  for (const [user, password, reason] of cases) {
    const tried = await hospital.tryToSignIn(user, password);
    assert.equal(tried.status, 401, user);
    assert.equal(tried.reason, reason, `${user} with ${password}`);
    texts.add(tried.text);
  }
  assert.equal(texts.size, 1);
  await Session.signIn(hospital.server.http, 'local.admin', PASSWORD);
});

test('who leaves is signed out within a minute, who changes groups has other rights', async (t) => {
  await startHospital();
  const leavers = [
    ['leo', () => domain.tool('user', 'delete', 'leo'), 'missing'],
    ['mia', () => domain.tool('user', 'disable', 'mia'), 'disabled'],
    ['gus', () => domain.tool('user', 'setexpiry', 'gus', '--days=0'), 'expired'],
  ];
  const sessions = new Map();
  for (const [user] of leavers) sessions.set(user, await signIn(user));
  const alice = await signIn('alice');
  for (const [user, leave, reason] of leavers) {
    leave();
    const started = performance.now();
    await until(`${user} is out`, async () => (await sessions.get(user).call('GET', '/api/me')).status === 401, LEAVER_OUT_WITHIN);
    t.diagnostic(`${user} (${reason}): refused after ${Math.round(performance.now() - started)} ms`);
    assert.equal(hospital.account(user).directory_bar, reason);
  }
  // First in, then out: a round in between must not find her without a role.
  domain.tool('group', 'addmembers', 'Clin-Nurses', 'alice');
  domain.tool('group', 'removemembers', 'ICU-Team', 'alice');
  await until('alice has left the ICU', async () => (await alice.do('GET', '/api/me')).wards.length === 0);
  domain.tool('group', 'addmembers', 'ICU-Team', 'alice');
  domain.tool('group', 'removemembers', 'Clin-Nurses', 'alice');
  domain.tool('user', 'enable', 'mia');
  await until('mia may come back', async () => (await hospital.tryToSignIn('mia', SECRET)).status === 200);
});

test('a dry run and the real thing agree', async () => {
  await startHospital();
  await signIn('alice');
  await hospital.stop();
  domain.tool('group', 'addmembers', 'Coordinators', 'alice');
  const planned = hospital.command('plan');
  assert.match(planned.out, /^loses\talice\teverything\trules give different roles: nurses, icu, coordinators$/m);
  const applied = hospital.command('apply');
  assert.match(applied.out, /^loses\talice\teverything\trules give different roles: nurses, icu, coordinators$/m);
  assert.equal(hospital.account('alice').directory_bar, 'role_conflict');
  domain.tool('group', 'removemembers', 'Coordinators', 'alice');
  assert.match(hospital.command('apply').out, /^gains\talice\taccess\tback in the directory$/m);
});
