// A server with a good certificate that breaks the rules of LDAP: one behaviour for each name. Just
// enough of BER (X.690) and LDAP (RFC 4511) to be wrong in one place at a time.
import { readFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:net';
import { createServer as createTls } from 'node:tls';

function tlv(tag, ...parts) {
  const content = Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : Buffer.from(part))));
  const length = content.length < 128 ? Buffer.from([content.length]) : Buffer.from([0x84, ...[24, 16, 8, 0].map((bits) => (content.length >>> bits) & 255)]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
}
const integer = (value) => tlv(0x02, Buffer.from([value & 0x7f]));
const text = (value) => tlv(0x04, value);
const message = (id, operation, ...controls) => tlv(0x30, integer(id), operation, ...controls);
const result = (tag, code = 0, diagnostic = '', ...more) => tlv(tag, tlv(0x0a, Buffer.from([code])), text(''), text(diagnostic), ...more);

const BIND_ANSWER = 0x61;
const ENTRY = 0x64;
const SEARCH_DONE = 0x65;
const EXTENDED_ANSWER = 0x78;
const ask = { bind: 0x60, search: 0x63, extended: 0x77 };

/** The requests in a stream of bytes: id and kind. Enough for what libldap sends. */
function* requests(state, bytes) {
  state.rest = Buffer.concat([state.rest ?? Buffer.alloc(0), bytes]);
  for (;;) {
    const { rest } = state;
    if (rest.length < 2) return;
    let length = rest[1];
    let head = 2;
    if (length & 0x80) {
      const count = length & 0x7f;
      if (rest.length < 2 + count) return;
      length = rest.readUIntBE(2, count);
      head += count;
    }
    if (rest.length < head + length) return;
    const body = rest.subarray(head, head + length);
    state.rest = rest.subarray(head + length);
    yield { id: body.readUIntBE(2, body[1]), kind: body[2 + body[1]], body };
  }
}

const bound = (id) => message(id, result(BIND_ANSWER));
const done = (id) => message(id, result(SEARCH_DONE));
const attribute = (name, ...values) => tlv(0x30, text(name), tlv(0x31, ...values.map(text)));
const entry = (id, ...attributes) => message(id, tlv(ENTRY, text('uid=ann,ou=people,dc=hosp,dc=test'), tlv(0x30, ...attributes)));
const someone = (id) => entry(id, attribute('entryUUID', '11111111-2222-3333-4444-555555555555'), attribute('uid', 'ann'), attribute('cn', 'Ann'));
const pageControl = (cookie) => tlv(0xa0, tlv(0x30, text('1.2.840.113556.1.4.319'), tlv(0x04, tlv(0x30, integer(0), text(cookie)))));

/** Well until the search, then this. */
const atSearch = (answer) => (socket, request) => {
  if (request.kind === ask.bind) socket.write(bound(request.id));
  if (request.kind === ask.search) answer(socket, request.id);
};
/** This in answer to the first bind. */
const atBind = (answer) => (socket, request) => {
  if (request.kind === ask.bind) answer(socket, request.id);
};

export const misbehaviours = {
  'bytes that are no BER instead of the answer to the bind': atBind((socket) => socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))),
  'a message that says it is 2 GB long': atBind((socket) => socket.write(Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 0x02, 0x01, 0x01]))),
  'a length of eight bytes': atBind((socket) => socket.write(Buffer.from([0x30, 0x88, 255, 255, 255, 255, 255, 255, 255, 255]))),
  'an indefinite length': atBind((socket) => socket.write(Buffer.from([0x30, 0x80, 0x02, 0x01, 0x01, 0x00, 0x00]))),
  'the answer to another question': atBind((socket, id) => socket.write(bound(id + 40))),
  'an answer of another kind': atBind((socket, id) => socket.write(message(id, result(SEARCH_DONE)))),
  'an answer without content': atBind((socket, id) => socket.write(message(id, tlv(BIND_ANSWER)))),
  'a result code that does not exist': atBind((socket, id) => socket.write(message(id, result(BIND_ANSWER, 77, 'what?')))),
  'a notice that the server ends, and the end': atBind((socket) => socket.end(message(0, result(EXTENDED_ANSWER, 52, 'bye')))),
  'the end in the middle of an answer': atBind((socket, id) => socket.end(bound(id).subarray(0, 5))),
  'half an answer and then nothing': atBind((socket, id) => socket.write(bound(id).subarray(0, 5))),
  'never an answer': atBind(() => {}),
  'a referral to another server': atBind((socket, id) => socket.write(message(id, result(BIND_ANSWER, 10, '', tlv(0xa3, text(`ldap://127.0.0.1:${trap.port}/dc=hosp`)))))),
  'an entry that is longer than its message': atSearch((socket, id) => {
    const bad = someone(id);
    bad[bad.indexOf(ENTRY) + 1] = 0x7f;
    socket.write(Buffer.concat([bad, done(id)]));
  }),
  'attributes that are no set': atSearch((socket, id) => socket.write(Buffer.concat([entry(id, tlv(0x30, text('uid'), text('ann'))), entry(id, text('uid')), done(id)]))),
  'sequences nested thousands deep': atSearch((socket, id) => {
    let deep = text('x');
    for (let i = 0; i < 4_000; ++i) deep = tlv(0x30, deep);
    socket.write(Buffer.concat([entry(id, deep), done(id)]));
  }),
  'pages without an end': atSearch((socket, id) => socket.write(message(id, result(SEARCH_DONE), pageControl('more')))),
  'a page control that is none': atSearch((socket, id) =>
    socket.write(message(id, result(SEARCH_DONE), tlv(0xa0, tlv(0x30, text('1.2.840.113556.1.4.319'), text('garbage')))))),
  'the end in the middle of an entry': atSearch((socket, id) => socket.end(someone(id).subarray(0, 30))),
  'entries for ever': atSearch((socket, id) => {
    const one = someone(id);
    const more = () => {
      while (!socket.destroyed && socket.write(one));
      if (!socket.destroyed) socket.once('drain', more);
    };
    more();
  }),
};

/** A server that nobody may be sent to. */
export const trap = { port: 0, connections: 0 };

export async function startTrap() {
  const server = createPlain((socket) => {
    trap.connections += 1;
    socket.destroy();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  trap.port = server.address().port;
  return { stop: () => new Promise((closed) => server.close(closed)) };
}

function listenOn(server, sockets) {
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return new Promise((listening) =>
    server.listen(0, '127.0.0.1', () =>
      listening({
        port: server.address().port,
        stop: () => {
          for (const socket of sockets) socket.destroy();
          return new Promise((closed) => server.close(closed));
        },
      }),
    ),
  );
}

/** TLS with a good certificate, and `misbehave` for each request. */
export async function startHostile(certificate, misbehave) {
  const server = createTls({ cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) }, (socket) => {
    const state = {};
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      for (const request of requests(state, bytes)) misbehave(socket, request);
    });
  });
  server.on('tlsClientError', () => {});
  return listenOn(server, new Set());
}

/** No TLS at all: `connected` does what it likes with the bare connection; all that is sent is kept. */
export async function startBare(connected) {
  const seen = { bytes: Buffer.alloc(0) };
  const server = createPlain((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      seen.bytes = Buffer.concat([seen.bytes, bytes]);
      connected.data?.(socket, bytes);
    });
    connected.open?.(socket);
  });
  const listening = await listenOn(server, new Set());
  return Object.assign(listening, { seen });
}

/** What a server without StartTLS says to it, or one in between that wants to read on. */
export const noStartTls = (bytes) => {
  for (const request of requests({}, bytes)) return message(request.id, result(EXTENDED_ANSWER, 2, 'unsupported extended operation'));
  return Buffer.alloc(0);
};
export const startTlsIsFine = (bytes) => {
  for (const request of requests({}, bytes)) return message(request.id, result(EXTENDED_ANSWER));
  return Buffer.alloc(0);
};
