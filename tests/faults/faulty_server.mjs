// A server on a disk that fails on demand (faulty_disk.c), under a live load, and what must hold
// whatever the disk did.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MESSAGE_STATES, query } from '../live/database.mjs';
import { admission, hoursAgo, result } from '../live/messages.mjs';
import { MllpConnection, readAnswer } from '../live/mllp.mjs';
import { startServer } from '../live/server.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shim = resolve(process.env.WARDLIGHT_FAULTY_DISK ?? join(root, 'build/release/tests/faults/faulty_disk.so'));

/** What is to fail from now on; see faulty_disk.c. */
export class Faults {
  constructor(file) {
    this.file = file;
    this.clear();
  }
  get environment() {
    assert.ok(existsSync(shim), `${shim} is missing: build the target faulty_disk`);
    return { ...process.env, LD_PRELOAD: shim, WARDLIGHT_FAULTS: this.file };
  }
  /** Rules as in faulty_disk.c; the notes begin anew. */
  set(...rules) {
    rmSync(`${this.file}.log`, { force: true });
    writeFileSync(this.file, rules.map((rule) => `${rule}\n`).join(''));
  }
  clear() {
    this.set();
  }
  /** The calls that rules applied to. */
  get noted() {
    if (!existsSync(`${this.file}.log`)) return [];
    return readFileSync(`${this.file}.log`, 'utf8').split('\n').filter(Boolean);
  }
}

export const startFaulty = (data, faults, options = {}) => startServer(data, { ...options, env: faults.environment });

/** Senders that never stop and never give up, each with patients of its own. */
export class Load {
  acknowledged = new Map(); // control id -> message
  refusals = new Map(); // text -> count
  #isOver = false;
  #port = null;
  #prefix;
  #senders;

  constructor(port, senders = 3, prefix = 'L') {
    this.#port = port;
    this.#prefix = prefix;
    this.#senders = Array.from({ length: senders }, (_, number) => this.#send(number + 1));
  }

  /** After a restart. */
  movedTo(port) {
    this.#port = port;
  }

  async #send(number) {
    let connection = null;
    for (let counter = 0; !this.#isOver; ++counter) {
      const who = { mrn: `8${number}${String(counter >> 2).padStart(5, '0')}` };
      const controlId = `${this.#prefix}${number}-${counter}`;
      const message =
        counter % 4 === 0
          ? admission(who, controlId)
          : result(who, controlId, { value: String(70 + (counter % 4)), takenAt: hoursAgo(20 - (counter % 4)) });
      while (!this.#isOver) {
        try {
          connection ??= await MllpConnection.open(this.#port);
          const answer = readAnswer(await connection.send(message));
          if (answer.code === 'AA') {
            this.acknowledged.set(controlId, message);
            break;
          }
          assert.equal(answer.code, 'AE', answer.text);
          this.refusals.set(answer.text, (this.refusals.get(answer.text) ?? 0) + 1);
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
          connection?.close();
          connection = null;
          await pause(10); // the server is down
        }
      }
    }
    connection?.close();
  }

  get refused() {
    return [...this.refusals.values()].reduce((sum, n) => sum + n, 0);
  }

  async end() {
    this.#isOver = true;
    await Promise.all(this.#senders);
  }
}

export const allApplied = (data) => query(data, 'SELECT 1 FROM raw_message WHERE state = 0 LIMIT 1').length === 0;

/** Every acknowledged message is there once, byte for byte, and applied. */
export function checkMessages(data, acknowledged) {
  const kept = new Map();
  for (const row of query(data, 'SELECT control_id, state, hex(body) AS body FROM raw_message WHERE state <> 3')) {
    assert.ok(!kept.has(row.control_id), `${row.control_id} is there twice`);
    kept.set(row.control_id, row);
  }
  for (const [controlId, message] of acknowledged) {
    const row = kept.get(controlId);
    assert.ok(row, `${controlId} was acknowledged and is lost`);
    assert.equal(MESSAGE_STATES[row.state], 'applied', controlId);
    assert.equal(Buffer.from(row.body, 'hex').toString('utf8'), message, controlId);
  }
  assert.deepEqual(query(data, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
}
