// What a server uses, as the kernel sees it.
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Memory of its own in MiB; pages of the mapped store are not counted, the system takes them back at will. */
export function memoryOf(pid) {
  return Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

export const descriptorsOf = (pid) => readdirSync(`/proc/${pid}/fd`).length;

/** Open sockets alone: files are held by the store's readers, one for each worker that had work. */
export function socketsOf(pid) {
  let count = 0;
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      count += readlinkSync(`/proc/${pid}/fd/${name}`).startsWith('socket:') ? 1 : 0;
    } catch {
      // closed meanwhile
    }
  }
  return count;
}

/** Size of a file of the data folder in MiB; 0 when it is not there. */
export function sizeOf(data, name) {
  try {
    return statSync(join(data, name)).size / (1 << 20);
  } catch {
    return 0;
  }
}

/** A value of a list by its share of the list, the list in any order. */
export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
}
