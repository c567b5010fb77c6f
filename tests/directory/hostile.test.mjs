// A directory that breaks the rules: whatever it answers, or does not, a sign-in is refused like any
// other and in time, the reason is in the log, the server lives, and no password goes out in the clear.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Session, call } from '../live/api.mjs';
import { PASSWORD, addUser, newDataFolder, removeFolder } from '../live/server.mjs';
import { until } from '../live/wait.mjs';
import { makeCertificates } from './certificates.mjs';
import { misbehaviours, noStartTls, startBare, startHostile, startTlsIsFine, startTrap, trap } from './hostile.mjs';
import { Hospital } from './hospital.mjs';

const SECRET = 'Purple-monkey-7';
const READER_PASSWORD = 'reads-people-and-groups';
const ANSWERED_WITHIN = 12_000; // the longest life of a connection for one person, and the hash
const folder = newDataFolder();
let certificates = null;
let trapServer = null;

before(async () => {
  certificates = makeCertificates(folder);
  trapServer = await startTrap();
});

after(async () => {
  await trapServer?.stop();
  removeFolder(folder);
});

/** A server whose only controller is at `url`; `use` looks at what becomes of sign-ins. */
async function withHospital(settings, use) {
  const hospital = new Hospital({
    settings: { ca_file: certificates.authority, dialect: 'openldap', base: 'dc=hosp,dc=test', bind_dn: 'cn=reader,dc=hosp,dc=test', ...settings },
    rules: [{ id: 'nurses', group: 'cn=nurses,dc=hosp,dc=test', role: 'ward_nurse' }],
    password: READER_PASSWORD,
  });
  try {
    addUser(hospital.data, 'local.admin', 'administrator');
    await hospital.start();
    await use(hospital);
    assert.equal((await call(hospital.server.http, 'GET', '/livez')).status, 200);
    await Session.signIn(hospital.server.http, 'local.admin', PASSWORD);
    assert.equal(hospital.server.exit, null, hospital.server.log);
    assert.ok(!hospital.server.log.includes(SECRET) && !hospital.server.log.includes(READER_PASSWORD));
  } finally {
    await hospital.stop();
    removeFolder(hospital.data);
    removeFolder(hospital.folder);
  }
}

async function isRefusedInTime(hospital, reasons = ['directory_unreachable']) {
  const tried = await hospital.tryToSignIn('ann', SECRET);
  assert.equal(tried.status, 401);
  assert.ok(reasons.includes(tried.reason), tried.reason);
  assert.ok(tried.took < ANSWERED_WITHIN, `${tried.took} ms`);
  return tried;
}

// What a single question does not show, as there are no pages, or what is an answer of a kind: it
// knows nobody, or somebody whose password is not proved.
const KNOWS_NOBODY = { reasons: ['directory_unreachable', 'unknown_user', 'several_people'] };
const WELL_FORMED_ENOUGH = {
  'pages without an end': KNOWS_NOBODY,
  'a page control that is none': KNOWS_NOBODY,
  'attributes that are no set': { ...KNOWS_NOBODY, isSeenByRounds: false },
  'sequences nested thousands deep': { ...KNOWS_NOBODY, isSeenByRounds: false },
  'an entry that is longer than its message': { ...KNOWS_NOBODY, isSeenByRounds: false },
  'entries for ever': { reasons: ['several_people', 'directory_unreachable'] },
};

for (const [name, misbehave] of Object.entries(misbehaviours)) {
  test(name, async (t) => {
    const hostile = await startHostile(certificates.good, misbehave);
    try {
      await withHospital({ urls: [`ldaps://127.0.0.1:${hostile.port}`] }, async (hospital) => {
        const { reasons, isSeenByRounds = true } = WELL_FORMED_ENOUGH[name] ?? {};
        const tried = await isRefusedInTime(hospital, reasons);
        t.diagnostic(`${Math.round(tried.took)} ms: ${tried.reason}`);
        if (!isSeenByRounds) return;
        // The round that asks about leavers fares no better, and says so.
        await until('doctor says why', () => /warn +directory +no answer since/.test(hospital.doctor()), 90_000);
        t.diagnostic(/no answer since \S+ (.*)/.exec(hospital.doctor())[1]);
      });
    } finally {
      await hostile.stop();
    }
  });
}

test('nobody was led to another server', () => {
  assert.equal(trap.connections, 0);
});

test('a connection without TLS behind it: nothing is said, a byte now and then, nonsense', async (t) => {
  const cases = {
    'never a word': {},
    'a byte each half second': {
      open: (socket) => {
        const timer = setInterval(() => socket.write(Buffer.from([0x16])), 500);
        socket.on('close', () => clearInterval(timer));
      },
    },
    nonsense: { open: (socket) => socket.write('220 mail.hosp.test ESMTP\r\n') },
    'the end at once': { open: (socket) => socket.destroy() },
  };
  for (const [name, connected] of Object.entries(cases)) {
    await t.test(name, async () => {
      const bare = await startBare(connected);
      try {
        await withHospital({ urls: [`ldaps://127.0.0.1:${bare.port}`] }, isRefusedInTime);
      } finally {
        await bare.stop();
      }
      assert.ok(!bare.seen.bytes.includes(SECRET) && !bare.seen.bytes.includes(READER_PASSWORD));
    });
  }
});

test('somebody in between who says no to StartTLS, or yes and goes on in the clear, learns no password', async (t) => {
  for (const [name, answer] of [['no', noStartTls], ['yes', startTlsIsFine]]) {
    await t.test(name, async () => {
      const bare = await startBare({ data: (socket, bytes) => socket.write(answer(bytes)) });
      try {
        await withHospital({ urls: [`ldap://127.0.0.1:${bare.port}`], start_tls: true }, isRefusedInTime);
      } finally {
        await bare.stop();
      }
      assert.ok(bare.seen.bytes.length > 0);
      assert.ok(!bare.seen.bytes.includes(SECRET) && !bare.seen.bytes.includes(READER_PASSWORD));
    });
  }
});
