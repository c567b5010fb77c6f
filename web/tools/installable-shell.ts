// After the build: compiles the service worker with the list of files it must keep for offline
// use, and writes .br and .gz copies that the server sends as they are.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, type Plugin } from "vite";

interface ShellFile {
  url: string;
  /** Null when the address already changes with the content. */
  revision: string | null;
}

/** Screens of administrators and the privacy officer: nobody's phone keeps them, they need the network. */
export const kDeskPrefix = "desk-";
const kKeptOffline = /\.(js|css|html|woff2|svg|png|wasm|webmanifest)$/;
const kWorthCompressing = /\.(js|css|html|svg|wasm|txt|webmanifest)$/;

export function installableShell(): Plugin {
  let folder = "dist";
  return {
    name: "installable-shell",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        await buildServiceWorker(folder, shellFiles(folder));
        compressCopies(folder);
      },
    },
  };
}

function shellFiles(folder: string): ShellFile[] {
  return filesBelow(folder)
    .filter((file) => kKeptOffline.test(file) && !basename(file).startsWith(kDeskPrefix))
    .map((file) => {
      const url = `/${relative(folder, file).split(sep).join("/")}`;
      const isHashed = url.startsWith("/assets/");
      return { url, revision: isHashed ? null : fingerprint(file) };
    })
    .sort((a, b) => (a.url < b.url ? -1 : 1));
}

async function buildServiceWorker(folder: string, files: ShellFile[]): Promise<void> {
  await build({
    configFile: false,
    logLevel: "error",
    define: { "self.__SHELL_FILES": JSON.stringify(files) },
    build: {
      outDir: folder,
      emptyOutDir: false,
      copyPublicDir: false,
      target: "es2022",
      lib: { entry: "src/service-worker.ts", formats: ["es"], fileName: () => "service-worker.js" },
    },
  });
}

function compressCopies(folder: string): void {
  for (const file of filesBelow(folder)) {
    if (!kWorthCompressing.test(file)) continue;
    const content = readFileSync(file);
    writeFileSync(`${file}.br`, brotliCompressSync(content));
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function fingerprint(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);
}
