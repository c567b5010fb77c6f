// A slapd of our own: its own folder, ports and certificates.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until, within } from '../live/wait.mjs';
import { canConnect } from './forwarder.mjs';

export const BASE = 'dc=hosp,dc=test';
export const READER = `cn=reader,${BASE}`;
export const READER_PASSWORD = 'reads-people-and-groups';
const ROOT = `cn=root,${BASE}`;
const ROOT_PASSWORD = 'root-of-the-test';

export async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

const configuration = (folder, certificates, certificate) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile ${folder}/slapd.pid
argsfile ${folder}/slapd.args
TLSCACertificateFile ${certificates.authority}
TLSCertificateFile ${certificate.certificate}
TLSCertificateKeyFile ${certificate.key}
sizelimit unlimited
database mdb
suffix ${BASE}
directory ${folder}/db
rootdn ${ROOT}
rootpw ${ROOT_PASSWORD}
maxsize 268435456
index objectClass,uid,member,entryUUID eq
overlay ppolicy
ppolicy_default cn=policy,${BASE}
access to attrs=userPassword by self write by anonymous auth by * none
access to * by dn.exact="${READER}" read by * none
`;

export const person = (user, { password, name = `Name of ${user}`, more = [] }) =>
  [`dn: uid=${user},ou=people,${BASE}`, 'objectClass: inetOrgPerson', 'objectClass: shadowAccount', `uid: ${user}`, `cn: ${name}`,
    `sn: ${user}`, `userPassword: ${password}`, ...more].join('\n');

export const groupName = (group) => `cn=${group},ou=groups,${BASE}`;
export const personName = (user) => `uid=${user},ou=people,${BASE}`;
export const group = (name, members) =>
  [`dn: ${groupName(name)}`, 'objectClass: groupOfNames', `cn: ${name}`, ...members.map((member) => `member: ${member}`)].join('\n');

const tree = `dn: ${BASE}
objectClass: dcObject
objectClass: organization
dc: hosp
o: Hospital

dn: ou=people,${BASE}
objectClass: organizationalUnit
ou: people

dn: ou=groups,${BASE}
objectClass: organizationalUnit
ou: groups

dn: ${READER}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: ${READER_PASSWORD}

dn: cn=policy,${BASE}
objectClass: device
objectClass: pwdPolicy
cn: policy
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 3
`;

/** Starts it with these entries (LDIF); `certificate` is the one it shows. */
export async function startOpenLdap(folder, certificates, entries, certificate = certificates.good) {
  if (!existsSync('/usr/sbin/slapd')) throw new Error('slapd is missing: run script/setup');
  mkdirSync(join(folder, 'db'), { recursive: true });
  const file = join(folder, 'slapd.conf');
  writeFileSync(file, configuration(folder, certificates, certificate));
  execFileSync('/usr/sbin/slapadd', ['-f', file], { input: [tree, ...entries].join('\n\n') + '\n', stdio: ['pipe', 'pipe', 'pipe'] });
  const server = { plainPort: await freePort(), tlsPort: await freePort(), log: '' };
  server.plain = `ldap://127.0.0.1:${server.plainPort}`;
  server.tls = `ldaps://127.0.0.1:${server.tlsPort}`;
  const child = spawn('/usr/sbin/slapd', ['-d', '0', '-f', file, '-h', `${server.plain} ${server.tls}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.setEncoding('utf8').on('data', (text) => (server.log += text));
  const ended = new Promise((done) => child.on('exit', done));
  child.on('exit', (code) => (server.exit = code ?? 'killed'));
  await until('slapd answers', async () => {
    if (server.exit !== undefined) throw new Error(`slapd ended (${server.exit}): ${server.log}`);
    return canConnect(server.tlsPort);
  });
  const ldap = (program, args, input = '') =>
    execFileSync(program, ['-H', server.tls, '-D', ROOT, '-w', ROOT_PASSWORD, '-x', ...args], {
      input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, LDAPTLS_CACERT: certificates.authority },
    });
  server.modify = (dn, ...lines) => ldap('ldapmodify', ['-e', 'relax'], [`dn: ${dn}`, 'changetype: modify', ...lines].join('\n') + '\n');
  server.add = (entry) => ldap('ldapadd', [], entry + '\n');
  server.remove = (dn) => ldap('ldapdelete', [dn]);
  server.replace = (dn, attribute, value) => server.modify(dn, `replace: ${attribute}`, `${attribute}: ${value}`);
  server.stop = async () => {
    if (server.exit === undefined) child.kill('SIGTERM');
    await within('the end of slapd', ended);
  };
  return server;
}
