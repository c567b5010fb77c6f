// A sender of HL7 v2 over MLLP, and the raw socket beneath it for tests of bad framing.
import { connect } from 'node:net';
import { within } from './wait.mjs';

export const VT = '\x0b';
export const END = '\x1c\r';

export const frame = (message) => Buffer.concat([Buffer.from(VT), Buffer.from(message), Buffer.from(END)]);

export class MllpConnection {
  #socket;
  #bytes = Buffer.alloc(0);
  #answers = [];
  #waiting = [];
  #error = null;

  static async open(port) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise((done, failed) => {
      socket.once('connect', done);
      socket.once('error', failed);
    });
    return new MllpConnection(socket);
  }

  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (data) => this.#take(data));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('the connection was closed')));
  }

  #take(data) {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    for (let end; (end = this.#bytes.indexOf(END)) >= 0; ) {
      const answer = this.#bytes.subarray(this.#bytes.indexOf(VT) + 1, end).toString('utf8');
      this.#bytes = this.#bytes.subarray(end + END.length);
      const waiter = this.#waiting.shift();
      if (waiter) waiter.done(answer);
      else this.#answers.push(answer);
    }
  }

  #end(error) {
    this.#error ??= error;
    for (const waiter of this.#waiting.splice(0)) waiter.failed(this.#error);
  }

  get isClosed() {
    return this.#error !== null;
  }

  /** Bytes as they are. */
  write(bytes) {
    this.#socket.write(bytes);
  }

  /** The next answer, in order of arrival; rejects when the connection ends before it. */
  answer(milliseconds = 30_000) {
    const ready = this.#answers.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    if (this.#error) return Promise.reject(this.#error);
    return within('an acknowledgement', new Promise((done, failed) => this.#waiting.push({ done, failed })), milliseconds);
  }

  send(message, milliseconds) {
    this.write(frame(message));
    return this.answer(milliseconds);
  }

  /** Answers that came without being asked for. */
  get unread() {
    return this.#answers.length;
  }

  close() {
    this.#socket.destroy();
  }

  /** Says that nothing more comes, and waits until the server has closed as well. */
  async finish() {
    const closed = new Promise((done) => this.#socket.once('close', done));
    this.#socket.end();
    await within('the end of the connection', closed);
  }
}

/** Code, control id and text of an acknowledgement, with its ERR segments. */
export function readAnswer(answer) {
  // The answer speaks with the delimiters of the message.
  const segments = answer.split('\r').filter(Boolean).map((segment) => segment.split(answer[3]));
  const msa = segments.find(([name]) => name === 'MSA') ?? [];
  return { code: msa[1], controlId: msa[2], text: msa[3] ?? '', errors: segments.filter(([name]) => name === 'ERR') };
}
