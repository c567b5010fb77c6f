// What a phone loads first, measured on the build. Skips with a clear line when there is none.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const dist = new URL("../../dist/", import.meta.url);
const kKilobyte = 1024;
const skip = existsSync(new URL("index.html", dist)) ? false : "no build in web/dist: run `npm run build` first";

const bytes = (path: string) => readFileSync(new URL(path.replace(/^\//, ""), dist));
const gzipped = (path: string) => gzipSync(bytes(path), { level: 9 }).length;
const assets = () => readdirSync(new URL("assets/", dist)).filter((name) => !/\.(br|gz)$/.test(name));

function firstLoad(): { scripts: string[]; styles: string[]; fonts: string[] } {
  const html = bytes("index.html").toString();
  const all = (pattern: RegExp) => [...html.matchAll(pattern)].map((match) => match[1] ?? "");
  return {
    scripts: all(/<script[^>]*src="([^"]+)"/g),
    styles: all(/<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"/g),
    fonts: all(/<link[^>]*rel="preload"[^>]*href="([^"]+\.woff2)"/g),
  };
}

/** The addresses that the service worker keeps. */
const keptOffline = () =>
  [
    ...bytes("service-worker.js")
      .toString()
      .matchAll(/url:\s*[`"']([^`"']+)[`"']/g),
  ].map((match) => match[1] ?? "");

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const largestLanguage = () =>
  Math.max(
    ...assets()
      .filter((name) => /^zh-.*\.js$/.test(name))
      .map((name) => gzipped(`assets/${name}`)),
  );

test("scripts of the first view, with the largest language, are at most 60 KB gzipped", { skip }, () => {
  const size = sum(firstLoad().scripts.map(gzipped)) + largestLanguage();
  assert.ok(size <= 60 * kKilobyte, `${size} bytes`);
});

test("the whole first load is at most 130 KB", { skip }, () => {
  const { scripts, styles, fonts } = firstLoad();
  const size =
    gzipped("index.html") +
    sum([...scripts, ...styles].map(gzipped)) +
    largestLanguage() +
    sum(fonts.map((font) => bytes(font).length));
  assert.ok(size <= 130 * kKilobyte, `${size} bytes`);
});

test("style sheets are at most 15 KB, the font at most 40 KB", { skip }, () => {
  const { styles, fonts } = firstLoad();
  assert.ok(sum(styles.map(gzipped)) <= 15 * kKilobyte);
  assert.equal(fonts.length, 1);
  assert.ok(sum(fonts.map((font) => bytes(font).length)) <= 40 * kKilobyte);
});

test("no part loaded later is above 40 KB gzipped, and all that is kept offline is at most 400 KB", { skip }, () => {
  const first = firstLoad().scripts;
  const later = assets().filter((name) => name.endsWith(".js") && !first.includes(`/assets/${name}`));
  for (const name of later) {
    assert.ok(gzipped(`assets/${name}`) <= 40 * kKilobyte, `${name}: ${gzipped(`assets/${name}`)} bytes`);
  }
  const kept = keptOffline();
  assert.ok(sum(kept.map((path) => bytes(path).length)) <= 400 * kKilobyte);
  // All but the desk's: a phone that opens without a network finds every part it may draw.
  const others = assets().filter((name) => !name.startsWith("desk-"));
  assert.deepEqual(
    others.filter((name) => !kept.includes(`/assets/${name}`)),
    [],
  );
  assert.ok(kept.length > others.length);
});

test("nothing comes from another origin, and no script or style is written into the page", { skip }, () => {
  const html = bytes("index.html").toString();
  assert.doesNotMatch(html, /https?:\/\//);
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
});

test("every file has its compressed copies", { skip }, () => {
  for (const name of assets().filter((name) => /\.(js|css)$/.test(name))) {
    assert.ok(existsSync(new URL(`assets/${name}.br`, dist)) && existsSync(new URL(`assets/${name}.gz`, dist)), name);
  }
});
