// Runs clang-tidy on the sources that changed since they last passed. What a source depends on comes
// from ninja's record of the last compilation; a result is kept under the hash of all of that.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const build = join(root, 'build/release');
const cacheFile = join(root, 'build/lint/passed.json');
const program = 'clang-tidy-19';

/** Source file to the project's own files it includes, as compiled last. */
function readDependencies() {
  const text = execFileSync('ninja', ['-C', build, '-t', 'deps'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const dependencies = new Map();
  for (const block of text.split('\n\n')) {
    const files = block
      .split('\n')
      .filter((line) => line.startsWith('    '))
      .map((line) => relative(root, resolve(build, line.trim())))
      .filter((file) => file.startsWith('src/'));
    if (files.length > 0) dependencies.set(files[0], files);
  }
  return dependencies;
}

function contentHasher() {
  const known = new Map();
  return (file) => {
    if (!known.has(file)) {
      known.set(file, createHash('sha256').update(readFileSync(join(root, file))).digest('hex'));
    }
    return known.get(file);
  };
}

/** The hash under which a source's result is kept; null when it was never compiled. */
function keysOf(sources, dependencies) {
  const hashOf = contentHasher();
  return new Map(
    sources.map((source) => {
      const files = dependencies.get(source.file);
      if (!files) return [source.file, null];
      const parts = ['.clang-tidy', ...files].map(hashOf);
      return [source.file, createHash('sha256').update([source.command, ...parts].join('\n')).digest('hex')];
    }),
  );
}

function check(file) {
  return new Promise((done) => {
    const tidy = spawn(program, ['-p', build, '--quiet', '--use-color=false', join(root, file)], { cwd: root });
    let output = '';
    tidy.stdout.on('data', (data) => (output += data));
    tidy.stderr.on('data', (data) => {
      if (/error:/.test(data)) output += data;
    });
    tidy.on('error', () => done({ passed: false, output: `${program} cannot be started` }));
    tidy.on('close', (code) => done({ passed: code === 0, output }));
  });
}

const sources = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8'))
  .map(({ file, command }) => ({ file: relative(root, file), command }))
  .filter(({ file }) => file.startsWith('src/') && !file.endsWith('_test.cpp'));
const keys = keysOf(sources, readDependencies());
const passed =
  existsSync(cacheFile) && !process.argv.includes('--all') ? JSON.parse(readFileSync(cacheFile, 'utf8')) : {};
const waiting = sources.map(({ file }) => file).filter((file) => keys.get(file) === null || passed[file] !== keys.get(file));
const total = waiting.length;

let failures = 0;
const reported = new Set();
async function work() {
  while (waiting.length > 0) {
    const file = waiting.shift();
    const result = await check(file);
    if (result.passed) {
      passed[file] = keys.get(file);
      continue;
    }
    ++failures;
    // The same finding in a header comes once for each source that includes it.
    for (const finding of result.output.split(/\n(?=\/)/)) {
      const place = finding.split(' ')[0];
      if (!reported.has(place)) console.log(finding.replaceAll(root + '/', '').trimEnd());
      reported.add(place);
    }
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work));
mkdirSync(dirname(cacheFile), { recursive: true });
writeFileSync(cacheFile, JSON.stringify(passed));
console.log(`lint: ${total} of ${sources.length} sources looked at, ${failures} with findings`);
process.exit(failures > 0 ? 1 : 0);
