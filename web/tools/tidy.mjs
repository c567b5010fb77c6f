// The app's own house rules, which neither the compiler nor a general linter knows.
// Prints each breach as file:line and fails when there is one.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const kMaxLines = 600;

/// Each rule: where it holds, what must not be there, and why.
const rules = [
  { in: /\.tsx?$/, not: /(:|<|as|\|)\s*any\b/, why: "no `any`: name the type" },
  { in: /\.tsx?$/, not: /@ts-(ignore|nocheck|expect-error)/, why: "the type checker is not switched off" },
  {
    in: /^src\/.*\.tsx$/,
    not: /\sstyle=/,
    why: "no inline style: the content security policy forbids it, use a class",
  },
  { in: /^src\//, not: /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/, why: "no markup from text" },
  {
    in: /^src\//,
    except: /^src\/shared\/api\.ts$/,
    not: /(?<![\w.])fetch\(/,
    why: "only src/shared/api.ts calls the server",
    alsoAllow: /^src\/(service-worker|clinical\/clinical)\.ts$/,
  },
  {
    in: /^src\//,
    except: /styles\/tokens\.css$/,
    not: /#[0-9a-f]{3,8}\b(?!-)|\brgba?\(|\bhsla?\(/i,
    why: "colours are tokens: src/shared/styles/tokens.css",
  },
  { in: /^src\//, not: /\bconsole\.|\bdebugger\b/, why: "nothing is written to the console: it may hold patient data" },
  { in: /^src\//, not: /https?:\/\/(?!json-schema)/, why: "no other origin", alsoAllow: /fonts\// },
  { in: /^src\/shared\//, not: /from "(\.\.\/)+(clinician|admin)\//, why: "shared code knows no screen" },
  {
    in: /^src\/clinician\//,
    not: /from "\.\.\/admin\//,
    why: "the clinician's screens do not load the administrator's",
  },
  {
    in: /^src\/(clinician|admin)\//,
    not: /toLocale(Date|Time)?String\(|new Intl\.DateTimeFormat/,
    why: "formats live in src/shared/format.ts",
  },
  { in: /^src\//, not: /\b(TODO|FIXME|XXX|HACK)\b/, why: "finish it or file it" },
];

const breaches = sourceFiles(root).flatMap(checkFile);
for (const breach of breaches) console.error(breach);
if (breaches.length > 0) process.exit(1);
console.log("tidy");

function sourceFiles(folder) {
  return ["src", "tests", "tools", "public"].flatMap((top) => filesBelow(join(folder, top)));
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return /\.(tsx?|css|mjs|js)$/.test(entry.name) ? [path] : [];
  });
}

function checkFile(path) {
  const name = relative(root, path).replaceAll("\\", "/");
  if (name === "tools/tidy.mjs") return [];
  const lines = readFileSync(path, "utf8").split("\n");
  const found = [];
  const isGenerated = name === "src/shared/api-types.ts";
  if (lines.length > kMaxLines && !isGenerated) found.push(`${name}:1: longer than ${kMaxLines} lines`);
  for (const rule of rules) {
    const applies = rule.in.test(name) && !rule.except?.test(name) && !rule.alsoAllow?.test(name);
    if (!applies) continue;
    lines.forEach((line, index) => {
      if (rule.not.test(line)) found.push(`${name}:${index + 1}: ${rule.why}`);
    });
  }
  lines.forEach((line, index) => {
    if (/[ \t]+$/.test(line)) found.push(`${name}:${index + 1}: space at the end of the line`);
    if (/\t/.test(line)) found.push(`${name}:${index + 1}: tab`);
    if (line.length > 140 && !isGenerated) found.push(`${name}:${index + 1}: longer than 140 characters`);
  });
  return found;
}
