// Every screen in every theme and language: accessible, no wider than a small phone, every target a
// fingertip wide, all its words translated, nothing from elsewhere, no policy broken.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { kPassword, Server } from "./harness.mjs";
import { fillWard, kidneyInjury, patients } from "./hl7.mjs";
import { ask, axeFindings, change, launch, layoutFindings, newPhone, open, settled, signInQuickly } from "./phone.mjs";

const kThemes = ["day", "dark", "night"];
const kLanguages = ["en", "zh-Hant", "zh-Hans"];

let server, browser;
/** Labels that come from the hospital's own settings and stay as they were written. */
let settings = "";
/** Screen name -> [address, who]; filled once the ids are known. */
const screens = new Map();

before(async () => {
  server = await Server.start();
  await fillWard(server);
  await server.send(kidneyInjury(patients.chan));
  await server.send("MSH|^~\\&|QMPAS|QM|WARDLIGHT|QM|20261121041500||ADT^A01|E2EBAD|P|2.4\rPV1|1|I|7A^R1^3^QM\r").catch(() => {});
  browser = await launch();
  await findScreens();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function findScreens() {
  const phone = await newPhone(browser, server);
  await signInQuickly(phone, "nurse");
  const { alerts } = await ask(phone, "/api/alerts?group=to_see");
  const alert = alerts.find((one) => one.rule === "aki");
  assert.ok(alert, "the made-up kidney injury must alert");
  const chan = alert.patient.id;
  const { analytes } = await ask(phone, `/api/patients/${chan}/results`);
  const creatinine = analytes.find((one) => /creatinine/i.test(one.name)).code;
  await phone.context.close();
  const outside = await newPhone(browser, server);
  await signInQuickly(outside, "outsider");
  const found = (await change(outside, "post", "/api/patients/find", { text: patients.abbott.family })).patients;
  const abbott = found[0].patient.id;
  await change(outside, "post", `/api/patients/${abbott}/break-glass`, {
    reason: "emergency_treatment",
    text: "1234567890",
    password: kPassword,
  });
  await outside.context.close();
  const desk = await newPhone(browser, server);
  await signInQuickly(desk, "admin");
  settings = JSON.stringify(await ask(desk, "/api/admin/policies"));
  await desk.context.close();
  for (const [name, address, user] of [
    ["sign-in", "/", null],
    ["my patients", "/", "nurse"],
    ["alerts", "/alerts", "nurse"],
    ["alert", `/alert/${alert.id}`, "nurse"],
    ["results", `/patient/${chan}`, "nurse"],
    ["one result", `/patient/${chan}/result/${encodeURIComponent(creatinine)}/`, "nurse"],
    ["observations", `/patient/${chan}/observations`, "nurse"],
    ["summary", `/patient/${chan}/summary`, "nurse"],
    ["find", "/find", "nurse"],
    ["more", "/more", "nurse"],
    ["devices", "/devices", "nurse"],
    ["passkeys", "/passkeys", "nurse"],
    ["unknown address", "/nowhere", "nurse"],
    ["unknown patient", "/patient/00000000-0000-4000-8000-000000000000", "nurse"],
    ["switchboard", "/switchboard", "coordinator"],
    ["feeds", "/admin/feeds", "admin"],
    ["quarantine", "/admin/quarantine", "admin"],
    ["rota", "/admin/rota", "admin"],
    ["policies", "/admin/policies", "admin"],
    ["accounts", "/admin/accounts", "admin"],
    ["recoveries", "/admin/recoveries", "admin"],
    ["audit log", "/privacy/log", "privacy"],
    ["unusual access", "/privacy/unusual", "privacy"],
    ["a closed record", `/patient/${chan}`, "outsider"],
    ["a record open by emergency access", `/patient/${abbott}/summary`, "outsider"],
    ["emergency accesses", "/privacy", "privacy"],
  ]) {
    screens.set(name, [address, user]);
  }
}

/** English texts long enough to be nobody's name, without placeholders. */
function englishTexts() {
  const dictionaries = ["shared", "admin"].map((part) =>
    readFileSync(new URL(`../../web/src/${part}/locales/en.ts`, import.meta.url), "utf8"),
  );
  return dictionaries
    .flatMap((source) => [...source.matchAll(/^\s+\w+:\s*"([^"{}]+)",$/gm)].map((match) => match[1]))
    .filter((text) => /[a-z]{3}.*\s.*[a-z]{3}/i.test(text) && text.length >= 10);
}

// Colours do not depend on the language, nor lengths of texts on the theme.
const kLooks = [...kThemes.map((theme) => ["en", theme]), ...kLanguages.slice(1).map((language) => [language, "day"])];

for (const [language, theme] of kLooks) {
  describe(`${language}, ${theme}`, () => {
    for (const user of [null, "nurse", "coordinator", "admin", "outsider", "privacy"]) {
      test(`the screens of ${user ?? "somebody not signed in"}`, async () => {
        const phone = await newPhone(browser, server, { language, theme });
        if (user) await signInQuickly(phone, user);
        const findings = [];
        for (const [name, [address, who]] of screens) {
          if (who !== user) continue;
          await phone.page.setViewportSize({ width: 390, height: 844 });
          await open(phone, address);
          assert.equal(await phone.page.evaluate(() => document.documentElement.lang), language);
          findings.push(...(await axeFindings(phone.page)).map((finding) => `${name}: ${finding}`));
          await phone.page.setViewportSize({ width: 320, height: 640 });
          await settled(phone.page);
          findings.push(...(await layoutFindings(phone.page)).map((finding) => `${name}: ${finding}`));
          if (language !== "en") {
            const text = await phone.page.locator("body").innerText();
            for (const english of englishTexts()) {
              if (text.includes(english) && !settings.includes(english)) findings.push(`${name}: not translated: ${english}`);
            }
          }
        }
        findings.push(...phone.problems);
        await phone.context.close();
        assert.deepEqual(findings, []);
      });
    }
  });
}

test("every dictionary text that the translation check looks for was found in the sources", () => {
  assert.ok(englishTexts().length > 80, `${englishTexts().length} texts`);
});
