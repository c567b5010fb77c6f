// A browser's or another system's calls: HTTPS with the throw-away certificate, session cookie and
// CSRF token.
import { Agent, request } from 'node:https';
import { PASSWORD } from './server.mjs';

const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 16 });

/** One request; never rejects for a status. `body` may be text, bytes or something for JSON. */
export function call(address, method, path, { body, headers = {} } = {}) {
  const bytes =
    body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return new Promise((done, failed) => {
    const sent = request(new URL(path, address), {
      method,
      agent,
      headers: { ...(bytes !== undefined && { 'Content-Length': Buffer.byteLength(bytes) }), ...headers },
    });
    sent.on('error', failed);
    sent.on('response', (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', failed);
      response.on('aborted', () => failed(new Error('the answer broke off')));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        done({ status: response.statusCode, headers: response.headers, text, json: () => JSON.parse(text) });
      });
    });
    sent.end(bytes);
  });
}

export class Session {
  #cookie = '';
  #csrf = '';

  static async signIn(address, user, password = PASSWORD) {
    const session = new Session();
    session.address = address;
    const signedIn = await session.call('POST', '/api/sign-in', { user, password });
    if (signedIn.status !== 200) throw new Error(`${user} cannot sign in: ${signedIn.status} ${signedIn.text}`);
    session.#cookie = signedIn.headers['set-cookie'].map((one) => one.split(';')[0]).join('; ');
    const me = (await session.call('GET', '/api/me')).json();
    session.#csrf = me.csrf;
    session.account = me.account.id;
    return session;
  }

  /** Sessions outlive the server: after a restart only the address is another. */
  movedTo(address) {
    this.address = address;
    return this;
  }

  get cookie() {
    return this.#cookie;
  }

  get csrf() {
    return this.#csrf;
  }

  call(method, path, body, headers = {}) {
    return call(this.address, method, path, {
      body,
      headers: {
        ...(body !== undefined && { 'Content-Type': path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json' }),
        ...(this.#cookie && { Cookie: this.#cookie }),
        ...(this.#csrf && { 'X-Wardlight-CSRF': this.#csrf }),
        ...headers,
      },
    });
  }

  /** A call that must succeed; its JSON. */
  async do(method, path, body) {
    const response = await this.call(method, path, body);
    if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
    return response.text === '' ? null : response.json();
  }
}
