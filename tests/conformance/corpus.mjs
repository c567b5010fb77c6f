// The corpus of HL7 v2 messages that lies beside the repository, when it is there.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder hl7v2 of the corpus; null when it is absent. */
export function corpusFolder() {
  const folder = join(process.env.WARDLIGHT_CORPUS ?? fileURLToPath(new URL('../../../shared/data', import.meta.url)), 'hl7v2');
  return existsSync(folder) ? folder : null;
}

/** Files with messages, grouped by the corpus's first folder. */
export function messageFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(hl7|mllp|txt)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((path) => ({ path, group: relative(folder, path).split(sep)[0] }));
}
