// Chromium as a phone: contexts, signing in, counting taps, and what every screen must satisfy.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { kPassword } from "./harness.mjs";

const axeSource = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const kRules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export function launch() {
  return chromium.launch({
    executablePath: process.env.WARDLIGHT_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // The certificate is the test's own; without this the service worker would not be allowed.
      "--ignore-certificate-errors",
    ],
  });
}

/**
 * A phone with its own storage. `problems` collects script errors, policy violations and requests to
 * other origins; `taps` counts what a thumb does through `tap`.
 */
export async function newPhone(browser, server, { language = "en", theme = "day", width = 390, height = 844, keepsShell = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    ignoreHTTPSErrors: true,
    serviceWorkers: keepsShell ? "allow" : "block",
    locale: "en-GB",
  });
  await context.addInitScript(
    ([chosenLanguage, chosenTheme]) => {
      if (localStorage.getItem("wardlight.language")) return;
      localStorage.setItem("wardlight.language", chosenLanguage);
      localStorage.setItem("wardlight.theme", chosenTheme);
    },
    [language, theme],
  );
  const page = await context.newPage();
  const phone = { context, page, server, problems: [], taps: 0 };
  page.on("pageerror", (error) => phone.problems.push(error.message));
  page.on("console", (entry) => {
    // A refused or missing resource is logged by the browser itself; the app shows it on the screen.
    if (entry.type() === "error" && !/Failed to load resource/.test(entry.text())) phone.problems.push(entry.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) phone.problems.push(request.url());
  });
  return phone;
}

/** Through the form, as a person does. */
export async function signIn(phone, user, password = kPassword) {
  const { page, server } = phone;
  if (!page.url().startsWith(server.url)) await page.goto(server.url);
  await page.locator("#user").fill(user);
  await page.locator("#password").fill(password);
  await page.locator("form button[type=submit]").click();
}

/** Without the form, for tests about other screens. */
export async function signInQuickly(phone, user) {
  const answer = await phone.context.request.post(`${phone.server.url}/api/sign-in`, { data: { user, password: kPassword } });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
  await phone.context.addInitScript(() => localStorage.setItem("wardlight.session", "yes"));
}

export async function tap(phone, locator) {
  await locator.click();
  phone.taps++;
}

/** What the server answers this phone's person. */
export async function ask(phone, path) {
  const answer = await phone.context.request.get(phone.server.url + path);
  return answer.json();
}

/** A change by the calls the app makes, as this phone's person. */
export async function change(phone, method, path, data) {
  const { csrf } = await ask(phone, "/api/me");
  const answer = await phone.context.request[method](phone.server.url + path, { data, headers: { "x-wardlight-csrf": csrf } });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? null : answer.json();
}

export async function open(phone, path) {
  await phone.page.goto(phone.server.url + path);
  await settled(phone.page);
}

/** The app has drawn, no skeleton is left, and the bar says how old the data is. */
export async function settled(page) {
  await page.waitForFunction(
    () =>
      document.querySelector(".screen:not([hidden]) h1, .sign-in h1") &&
      !document.querySelector("[class^=skeleton], .trend-placeholder, .fresh-bar.waiting"),
  );
}

/** What the phone has kept for reading offline: addresses of records, and names of keys. */
export function keptOffline(page) {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opened = indexedDB.open("wardlight");
        opened.onerror = () => reject(opened.error);
        opened.onsuccess = () => {
          const database = opened.result;
          if (database.objectStoreNames.length === 0) {
            // The server had the browser clear everything; nothing may be left behind by looking.
            database.close();
            indexedDB.deleteDatabase("wardlight");
            resolve({ records: [], keys: [] });
            return;
          }
          const transaction = database.transaction(["records", "keys"]);
          const [records, keys] = ["records", "keys"].map((name) => transaction.objectStore(name).getAllKeys());
          transaction.oncomplete = () => {
            database.close();
            resolve({ records: records.result, keys: keys.result });
          };
        };
      }),
  );
}

export async function axeFindings(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules }), kRules);
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
}

/** Pixels by which the page is wider than the screen, and targets smaller than a fingertip. */
export function layoutFindings(page) {
  return page.evaluate(() => {
    const findings = [];
    const overflow = document.documentElement.scrollWidth - innerWidth;
    if (overflow > 0) findings.push(`${overflow} px wider than the screen`);
    for (const element of document.querySelectorAll("a[href], button, select, input, textarea, summary, [role=slider]")) {
      // A radio button's target is its label; a row's link covers its row.
      const target = element.matches("[type=radio], [type=checkbox]") ? element.closest("label") : element;
      const box = (element.matches(".row-link") ? element.closest("tr") : target).getBoundingClientRect();
      if (box.width < 2 || box.height < 2) continue;
      if (box.width < 43.5 || box.height < 43.5) {
        findings.push(`${Math.round(box.width)} x ${Math.round(box.height)} px: ${element.textContent.trim() || element.className}`);
      }
    }
    return findings;
  });
}
