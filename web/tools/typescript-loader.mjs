// A module loader that strips types with the transformer Vite already brings. Style sheets load as nothing.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transformWithOxc } from "vite";

export async function load(url, context, nextLoad) {
  const path = url.split("?")[0];
  if (path.endsWith(".css")) return { format: "module", source: "", shortCircuit: true };
  if (!/\.tsx?$/.test(path)) return nextLoad(url, context);
  const file = fileURLToPath(path);
  const { code } = await transformWithOxc(await readFile(file, "utf8"), file, {
    jsx: { runtime: "automatic", importSource: "preact" },
  });
  return { format: "module", source: code, shortCircuit: true };
}
