// The programs that script/bench has built, and running one of them for its figures. Imported first:
// tests/live takes the server to test from the environment.
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const build = join(root, 'build/bench');
export const dataFolder = join(build, 'data');
process.env.WARDLIGHT_PROGRAM ??= join(build, 'src/app/wardlight');

/** Runs a program of bench/ to its end; what it prints is one JSON object. */
export function figuresOf(name, ...args) {
  return new Promise((done, failed) => {
    const program = join(build, 'bench', name);
    execFile(program, args.map(String), { maxBuffer: 1 << 26 }, (error, out, complaint) => {
      if (error) failed(new Error(`${name} ${args[0]}: ${complaint || error.message}`));
      else {
        if (complaint) process.stderr.write(complaint);
        done(JSON.parse(out));
      }
    });
  });
}

export const load = (...args) => figuresOf('wardlight_load', ...args);
export const inside = (...args) => figuresOf('wardlight_inside', ...args);

/** What filled stores depend on. */
export const schemaOfStore = () =>
  execFileSync(join(build, 'bench/wardlight_fill'), ['--schema'], { encoding: 'utf8' }).trim();
