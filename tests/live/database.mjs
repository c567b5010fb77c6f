// Looks into a server's store from outside, with the sqlite3 program: what is on the disk counts,
// not what the server says about it.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The rows of a query, as objects. */
export function query(data, sql) {
  const text = execFileSync('sqlite3', ['-cmd', '.timeout 10000', '-json', join(data, 'wardlight.db'), sql], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  return text.trim() === '' ? [] : JSON.parse(text);
}

export const MESSAGE_STATES = ['received', 'applied', 'quarantined', 'duplicate', 'discarded'];
