// Prints, per screen of a real server: Lighthouse's figures (mobile, simulated slow 4G, 4x CPU), and
// how long the list takes when the app is opened again (warm) at 4x CPU. Not a test: a busy machine
// changes the figures. Usage: node lighthouse.mjs [RUNS]
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { kPassword, Server } from "./harness.mjs";
import { fillWard, kidneyInjury, patients, shownName } from "./hl7.mjs";

const runs = Number(process.argv[2] ?? 3);
const lighthouse = fileURLToPath(import.meta.resolve("lighthouse/cli/index.js"));
const folder = mkdtempSync(join(tmpdir(), "wardlight-lighthouse."));
const server = await Server.start();
try {
  await fillWard(server);
  await server.send(kidneyInjury(patients.chan));
  for (const [user, addresses] of await screens()) await measure(user, addresses);
  await measureWarmList();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function screens() {
  const { context, close } = await browserFor("nurse");
  const ask = async (path) => (await context.request.get(server.url + path)).json();
  const { alerts } = await ask("/api/alerts?group=to_see");
  const { id, patient } = alerts.find((alert) => alert.rule === "aki");
  await close();
  return [
    [null, ["/"]],
    ["nurse", ["/", "/alerts", `/alert/${id}`, `/patient/${patient.id}`, `/patient/${patient.id}/observations`, "/more"]],
    ["admin", ["/admin/feeds", "/admin/rota"]],
  ];
}

async function browserFor(user, port = 0) {
  const profile = mkdtempSync(join(folder, "profile."));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.WARDLIGHT_CHROMIUM ?? "/usr/bin/chromium",
    viewport: { width: 390, height: 844 },
    ignoreHTTPSErrors: true,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--ignore-certificate-errors", `--remote-debugging-port=${port}`],
  });
  if (user) {
    const answer = await context.request.post(`${server.url}/api/sign-in`, { data: { user, password: kPassword } });
    if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
    const page = await context.newPage();
    await page.goto(`${server.url}/icon.svg`);
    await page.evaluate(() => localStorage.setItem("wardlight.session", "yes"));
    await page.close();
  }
  return { context, close: () => context.close() };
}

async function measure(user, addresses) {
  const port = await freePort();
  const { close } = await browserFor(user, port);
  for (const address of addresses) {
    const figures = [];
    for (let run = 0; run < runs; run++) figures.push(await audit(server.url + address, port));
    figures.sort((a, b) => a.performance - b.performance);
    const median = figures[Math.floor(figures.length / 2)];
    console.log(`${user ?? "nobody"} ${address.replace(/[0-9a-f-]{36}/, ":id")}`, JSON.stringify(median));
  }
  await close();
}

async function audit(url, port) {
  const output = join(folder, "report.json");
  const options = ["--quiet", "--disable-storage-reset", "--output=json", `--output-path=${output}`, `--port=${port}`];
  const categories = "--only-categories=performance,accessibility,best-practices";
  await promisify(execFile)(process.execPath, [lighthouse, url, ...options, categories], { timeout: 180_000 });
  const { categories: scores, audits } = JSON.parse(readFileSync(output, "utf8"));
  const score = (name) => Math.round(scores[name].score * 100);
  return {
    performance: score("performance"),
    accessibility: score("accessibility"),
    best_practices: score("best-practices"),
    lcp_ms: Math.round(audits["largest-contentful-paint"].numericValue),
    tbt_ms: Math.round(audits["total-blocking-time"].numericValue),
    cls: Number(audits["cumulative-layout-shift"].numericValue.toFixed(3)),
    kb: Math.round(audits["total-byte-weight"].numericValue / 1024),
  };
}

/** From opening the installed app again to the first patient on the screen. */
async function measureWarmList() {
  const { context, close } = await browserFor("nurse");
  const first = await context.newPage();
  await first.goto(server.url);
  await first.getByText(shownName(patients.chan)).waitFor();
  await first.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await first.close();
  const times = [];
  for (let run = 0; run < 5; run++) {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    const started = performance.now();
    await page.goto(server.url, { waitUntil: "commit" });
    await page.getByText(shownName(patients.chan)).waitFor();
    times.push(Math.round(performance.now() - started));
    await page.close();
  }
  console.log("list ready, warm, 4x CPU, ms:", times.sort((a, b) => a - b).join(" "));
  await close();
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
