// The MLLP receiver node-hl7-server (npm) with what a hospital needs at least: each message on the disk
// before its acknowledgement. Usage: node node_receiver.mjs FOLDER; prints "ready PORT".
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Server } from 'node-hl7-server';

const store = new Database(join(process.argv[2], 'peer.db'));
store.pragma('journal_mode = WAL');
store.pragma('synchronous = FULL');
store.exec('CREATE TABLE message (number INTEGER PRIMARY KEY, body TEXT NOT NULL)');
// Without a transaction around it a statement is committed when it returns.
const keep = store.prepare('INSERT INTO message (body) VALUES (?)');

/** A port that is free now: the receiver does not say which one it was given. */
const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

const port = await freePort();
const receiver = new Server({ bindAddress: '127.0.0.1' }).createInbound({ port }, async (request, response) => {
  keep.run(request.getMessage().toString());
  await response.sendResponse('AA');
});
receiver.on('listen', () => console.log(`ready ${port}`));
