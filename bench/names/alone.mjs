// Measured without a server.
import { inside } from '../drive/programs.mjs';
import { filledBytes } from '../drive/stores.mjs';

export const parser = {
  about: 'HL7 v2 ADT of one kilobyte parsed on one core',
  figures: [
    { key: 'per_second', name: 'parsed', unit: 'messages/s', atLeast: 200_000 },
    { key: 'message_bytes', name: 'size of the message', unit: 'bytes' },
  ],
  run: ({ seconds }) => inside('parser', '--seconds', Math.min(seconds, 3)),
};

export const storage = {
  about: 'bytes of the data file for each Observation, its index and its place in the change log included',
  figures: [{ key: 'bytes', name: 'stored per Observation', unit: 'bytes', atMost: 1_000 }],
  runs: 1, // the same bytes each time
  async run({ scale }) {
    const patients = 1_000;
    const observations = Math.ceil(1_000_000 * scale);
    const more = filledBytes({ patients, observations }) - filledBytes({ patients });
    return { bytes: more / observations };
  },
};
