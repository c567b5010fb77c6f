// A port that passes bytes on to another: a controller that can die and come back, and be watched.
import { connect, createServer } from 'node:net';

export function canConnect(port, host = '127.0.0.1') {
  return new Promise((done) => {
    const socket = connect(port, host);
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
}

export class Forwarder {
  connections = 0;
  #open = new Set();
  #server = null;
  port = 0;

  constructor(to, host = '127.0.0.1') {
    this.to = to;
    this.host = host;
  }

  get url() {
    return `ldaps://127.0.0.1:${this.port}`;
  }

  async start() {
    this.#server = createServer((near) => {
      this.connections += 1;
      const far = connect(this.to, this.host);
      for (const [one, other] of [[near, far], [far, near]]) {
        this.#open.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#open.delete(one);
          other.destroy();
        });
      }
    });
    await new Promise((done) => this.#server.listen(this.port, '127.0.0.1', done));
    this.port = this.#server.address().port;
    return this;
  }

  /** The port is closed, as of a machine that is off. */
  async stop() {
    if (this.#server === null) return;
    const closed = new Promise((done) => this.#server.close(done));
    for (const socket of this.#open) socket.destroy();
    await closed;
    this.#server = null;
  }
}
