// An Active Directory domain of our own: Samba, provisioned into a folder, on a loopback address that
// nothing else uses, because its ports cannot be chosen.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until, within } from '../live/wait.mjs';
import { canConnect } from './forwarder.mjs';

export const ADDRESS = '127.77.0.1';
export const BASE = 'DC=hosp,DC=test';
const ADMIN_PASSWORD = 'Only-for-this-test-1';

const configuration = (folder, certificates) => `
[global]
netbios name = DC1
realm = HOSP.TEST
workgroup = HOSP
server role = active directory domain controller
server services = ldap
interfaces = ${ADDRESS}/8
bind interfaces only = yes
private dir = ${folder}/private
state directory = ${folder}/state
cache directory = ${folder}/cache
lock directory = ${folder}/lock
pid directory = ${folder}/run
binddns dir = ${folder}/bind-dns
ncalrpc dir = ${folder}/run/ncalrpc
log file = ${folder}/log
tls cafile = ${certificates.authority}
tls certfile = ${certificates.good.certificate}
tls keyfile = ${certificates.good.key}
[sysvol]
path = ${folder}/sysvol
[netlogon]
path = ${folder}/sysvol/hosp.test/scripts
`;

/** Provisions and starts a domain; it needs root for its ports and its own files. */
export async function startSamba(folder, certificates) {
  if (process.getuid() !== 0) throw new Error('Samba needs the ports 389 and 636: run these tests as root');
  if (!existsSync('/usr/share/samba/setup')) throw new Error('samba-ad-provision is missing: run script/setup');
  for (const name of ['private', 'state', 'cache', 'lock', 'run', 'sysvol']) mkdirSync(join(folder, name), { recursive: true });
  const file = join(folder, 'smb.conf');
  writeFileSync(file, configuration(folder, certificates));
  const tool = (...args) => execFileSync('samba-tool', [...args, '-s', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  tool('domain', 'provision', '--realm=HOSP.TEST', '--domain=HOSP', '--server-role=dc', '--dns-backend=NONE', '--host-name=dc1',
    `--host-ip=${ADDRESS}`, `--adminpass=${ADMIN_PASSWORD}`);
  const here = ['-H', join(folder, 'private/sam.ldb')];
  const server = { tls: `ldaps://${ADDRESS}`, plain: `ldap://${ADDRESS}`, log: '' };
  server.tool = (...args) => tool(...args, ...here);
  // For what samba-tool has no word for: over the wire, as the domain's administrator.
  const ldap = (program, args, input = '') =>
    execFileSync(program, ['-H', server.tls, '-x', '-D', 'Administrator@hosp.test', '-w', ADMIN_PASSWORD, ...args], {
      input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, LDAPTLS_CACERT: certificates.authority },
    });
  server.modify = (dn, ...lines) => ldap('ldapmodify', [], [`dn: ${dn}`, 'changetype: modify', ...lines].join('\n') + '\n');
  /** The bytes of an attribute of the one with this name. */
  server.lookUp = (name, attribute) => {
    const found = ldap('ldapsearch', ['-LLL', '-o', 'ldif-wrap=no', '-b', BASE, `(sAMAccountName=${name})`, attribute]);
    const [, mark, value] = new RegExp(`^${attribute}:(:?) (.*)$`, 'm').exec(found);
    return Buffer.from(value, mark === ':' ? 'base64' : 'utf8');
  };
  const child = spawn('samba', ['--interactive', '--no-process-group', '-M', 'single', '-s', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (server.log += text));
  const ended = new Promise((done) => child.on('exit', done));
  child.on('exit', (code) => (server.exit = code ?? 'killed'));
  server.stop = async () => {
    if (server.exit === undefined) child.kill('SIGTERM');
    await within('the end of Samba', ended);
  };
  try {
    await until('Samba answers', async () => {
      if (server.exit !== undefined) throw new Error(`Samba ended (${server.exit}): ${server.log}`);
      return canConnect(636, ADDRESS);
    }, 60_000);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
