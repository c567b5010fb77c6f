// Puts the demonstration's doctor on call for renal, by the calls an administrator's browser makes.
// node tools/demo_rota.mjs ADDRESS USER; the password comes on standard input.
import { readFileSync } from 'node:fs';

const [address, user] = process.argv.slice(2);
const password = readFileSync(0, 'utf8').trim();
const ROLE = 'renal_oncall';
const DAYS = 30;

async function call(method, path, { body, cookie, csrf } = {}) {
  const response = await fetch(new URL(path, address), {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(cookie && { Cookie: cookie }),
      ...(csrf && { 'X-Wardlight-CSRF': csrf }),
    },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

const signedIn = await call('POST', '/api/sign-in', { body: { user, password } });
const cookie = signedIn.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
const { csrf } = await (await call('GET', '/api/me', { cookie })).json();
const rota = await (await call('GET', '/api/admin/rota', { cookie })).json();

const doctor = rota.people.find((person) => person.role === 'doctor');
if (!doctor) throw new Error('there is no doctor to put on duty');
const from = Date.now();
const shift = {
  role: ROLE,
  person: doctor.id,
  from: new Date(from).toISOString(),
  until: new Date(from + DAYS * 86_400_000).toISOString(),
};
await call('PUT', '/api/admin/rota', {
  cookie,
  csrf,
  body: { roles: rota.roles, shifts: [...rota.shifts, shift], version: rota.version, accept_gaps: true },
});
await call('POST', '/api/sign-out', { cookie, csrf });
