// Sends HL7 over many connections as fast as they take it, in a process of its own so that it does
// not slow down who measures: flood.mjs PORT CONNECTIONS WINDOW PREFIX WARD MOST. Says "begun" at
// the first answer. Ends at the end of its standard input or when MOST messages were sent, with one
// line of JSON: how many were acknowledged, codes, milliseconds to the answer.
import { connect } from 'node:net';
import { admission, hoursAgo, result } from '../live/messages.mjs';
import { END, frame } from '../live/mllp.mjs';

const [port, connections, window, prefix, ward, most] = process.argv.slice(2);
const mostEach = Math.ceil(Number(most) / Number(connections));
const codes = {};
const acknowledged = []; // per connection: how many
const waits = [];
let isOver = false;

function message(connection, number) {
  const who = { mrn: `7${connection}${String(number >> 3).padStart(6, '0')}`, ward };
  const id = `${prefix}${connection}-${number}`;
  return number % 8 === 0
    ? admission(who, id)
    : result(who, id, { value: String(70 + (number % 8)), takenAt: hoursAgo(30 - (number % 8)) });
}

/** One sender with so many messages under way; every refused one is sent again. */
function send(connection) {
  return new Promise((done) => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
    const underWay = [];
    let sent = 0;
    let text = '';
    acknowledged[connection] = 0;
    const push = (bytes, number) => {
      underWay.push({ bytes, number, at: performance.now() });
      socket.write(bytes);
    };
    const fill = () => {
      while (!isOver && sent < mostEach && underWay.length < Number(window)) {
        push(frame(message(connection, sent)), sent);
        ++sent;
      }
      if ((isOver || sent >= mostEach) && underWay.length === 0) socket.end();
    };
    socket.on('connect', fill);
    socket.setEncoding('latin1');
    socket.on('data', (more) => {
      text += more;
      for (let end; (end = text.indexOf(END)) >= 0; ) {
        const code = /MSA\|(\w\w)/.exec(text.slice(0, end))?.[1];
        text = text.slice(end + END.length);
        const one = underWay.shift();
        if (waits.length === 0) console.log('begun');
        codes[code] = (codes[code] ?? 0) + 1;
        if (waits.length < 1_000_000) waits.push(performance.now() - one.at);
        if (code === 'AA') ++acknowledged[connection];
        else if (!isOver) push(one.bytes, one.number);
      }
      fill();
    });
    socket.on('error', () => done());
    socket.on('close', () => done());
    end.push(fill);
  });
}

const end = [];
process.stdin.on('end', () => {
  isOver = true;
  for (const look of end) look();
});
process.stdin.resume();
await Promise.all(Array.from({ length: Number(connections) }, (_, number) => send(number + 1)));
waits.sort((a, b) => a - b);
const at = (part) => Math.round(waits[Math.floor((waits.length - 1) * part)] ?? 0);
console.log(JSON.stringify({ codes, acknowledged: acknowledged.reduce((a, b) => a + b, 0), median: at(0.5), p99: at(0.99), most: at(1) }));
