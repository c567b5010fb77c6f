// An authority and certificates for one test run, by the openssl program.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Makes NAME.pem and NAME.key of an authority. */
function makeAuthority(folder, name) {
  const certificate = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=Test authority ${name}`,
    '-keyout', key, '-out', certificate);
  return { certificate, key };
}

function makeServer(folder, name, authority, subjects, days = '30') {
  const certificate = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  writeFileSync(extensions, `subjectAltName=${subjects}\n`);
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', key, '-out', request);
  openssl('x509', '-req', '-in', request, '-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial',
    '-days', days, '-extfile', extensions, '-out', certificate);
  return { certificate, key };
}

/** What the tests need: a good certificate, and ones that prove nothing. */
export function makeCertificates(folder) {
  const authority = makeAuthority(folder, 'authority');
  const stranger = makeAuthority(folder, 'stranger');
  const here = 'IP:127.0.0.1,IP:127.77.0.1,DNS:localhost';
  return {
    authority: authority.certificate,
    stranger: stranger.certificate,
    good: makeServer(folder, 'good', authority, here),
    ofOtherHost: makeServer(folder, 'other-host', authority, 'DNS:elsewhere.hosp.test'),
    ended: makeServer(folder, 'ended', authority, here, '-1'),
  };
}
