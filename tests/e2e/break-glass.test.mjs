// A record that is closed, opened in an emergency, closed again, and looked at by the privacy officer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { kPassword, Server } from "./harness.mjs";
import { fillWard, kidneyInjury, patients, shownName } from "./hl7.mjs";
import { ask, axeFindings, change, keptOffline, launch, layoutFindings, newPhone, open, signInQuickly } from "./phone.mjs";

const kReason = "collapsed in the corridor of our ward";

let server, browser, phone, desk, chan;
before(async () => {
  server = await Server.start();
  await fillWard(server);
  await server.send(kidneyInjury(patients.chan));
  browser = await launch();
  phone = await newPhone(browser, server);
  await signInQuickly(phone, "outsider");
  const { patients: found } = await change(phone, "post", "/api/patients/find", { text: patients.chan.nhs });
  chan = found[0].patient.id;
  desk = await newPhone(browser, server);
  await signInQuickly(desk, "privacy");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const closed = () => phone.page.getByRole("heading", { name: "This record is closed to you" });
const sheet = () => phone.page.getByRole("dialog", { name: "Emergency access" });
const submit = () => sheet().getByRole("button", { name: "Open for 60 minutes" });

async function noFindings(page, what) {
  assert.deepEqual(await axeFindings(page), [], what);
  assert.deepEqual(await layoutFindings(page), [], what);
}

test("without a tie a record is closed: it says who it is about, as a search does, and nothing about the illness", async () => {
  await open(phone, `/patient/${chan}`);
  await closed().waitFor();
  await phone.page.getByRole("heading", { name: shownName(patients.chan) }).waitFor();
  assert.doesNotMatch(await phone.page.locator("body").innerText(), /creatinine|fracture|penicillin|AKI/i);
});

test("the form asks for a reason, words and the password, and takes nothing less", async () => {
  await phone.page.getByRole("button", { name: "Open in an emergency" }).click();
  await sheet().getByText(`${shownName(patients.chan)} · 14-Jul-1945`).waitFor();
  await noFindings(phone.page, "the form");
  assert.ok(await submit().isDisabled());
  await sheet().getByText("Emergency treatment").click();
  await sheet().getByLabel("In your own words").fill("too short");
  await sheet().getByLabel("Your password").fill("not the password");
  assert.ok(await submit().isDisabled());
  await sheet().getByLabel("In your own words").fill(kReason);
  await submit().click();
  await sheet().getByText("The password is not right").waitFor();
  assert.equal(await closed().count(), 1, "the record stays closed, and the person signed in");
});

test("with the password the record opens, marked on each of its screens", async () => {
  await sheet().getByLabel("Your password").fill(kPassword);
  await submit().click();
  await phone.page.getByText(/Emergency access until \d\d:\d\d/).waitFor();
  await phone.page.getByText(/creatinine/i).first().waitFor();
  for (const section of ["Obs", "Summary"]) {
    await phone.page.getByRole("link", { name: section, exact: true }).click();
    await phone.page.getByText(/Emergency access until/).waitFor();
    await noFindings(phone.page, section);
  }
});

test("what is open for an hour is not kept for reading offline", async () => {
  const { as_of: asOf } = await ask(phone, `/api/patients/${chan}`);
  assert.ok(asOf);
  // Lists are kept, so keeping as such works.
  await open(phone, "/");
  await phone.page.waitForFunction(() => document.querySelector("h1"));
  const { records } = await keptOffline(phone.page);
  assert.ok(records.includes("/api/me"), String(records));
  assert.deepEqual(records.filter((path) => path.startsWith(`/api/patients/${chan}`)), []);
});

test("an alert opened by emergency access is marked and not kept either, and no list shows the patient", async () => {
  const { alerts } = await ask(phone, `/api/patients/${chan}`);
  const alert = alerts.find((one) => one.rule === "aki");
  await open(phone, `/alert/${alert.id}`);
  await phone.page.getByText(/Emergency access until/).waitFor();
  await noFindings(phone.page, "alert");
  await change(phone, "post", `/api/patients/${chan}/star`, { starred: true });
  assert.deepEqual((await ask(phone, "/api/lists/starred/patients")).patients, []);
  await change(phone, "post", `/api/patients/${chan}/star`, { starred: false });
  await open(phone, "/");
  const { records } = await keptOffline(phone.page);
  assert.deepEqual(records.filter((path) => path.startsWith("/api/alerts/")), []);
});

test("when the hour is over the screen is cleared, also without a network", async () => {
  const { page } = phone;
  let isOffline = false;
  // The same answers, with an hour that ends in a moment.
  await page.route(`**/api/patients/${chan}**`, async (route) => {
    if (isOffline) return route.abort();
    const response = await route.fetch();
    const body = await response.json();
    body.access.until = new Date(Date.now() + 2_000).toISOString();
    return route.fulfill({ response, json: body });
  });
  await open(phone, `/patient/${chan}`);
  await page.getByText(/Emergency access until/).waitFor();
  isOffline = true;
  await page.getByText(/Emergency access until/).waitFor({ state: "detached" });
  await page.getByText("No connection").first().waitFor();
  assert.doesNotMatch(await page.locator("body").innerText(), /creatinine/i);
  await page.unroute(`**/api/patients/${chan}**`);
});

test("who is tied to the patient needs no emergency", async () => {
  const ward = await newPhone(browser, server);
  await signInQuickly(ward, "nurse");
  const body = { reason: "other", text: kReason, password: kPassword };
  await assert.rejects(change(ward, "post", `/api/patients/${chan}/break-glass`, body), /409/);
  await ward.context.close();
});

test("ended by the person, it is closed again at once", async () => {
  await open(phone, `/patient/${chan}`);
  await phone.page.getByRole("button", { name: "End now" }).click();
  await closed().waitFor();
  assert.deepEqual(await phone.problems, []);
});

test("what was looked at stays in sight, however often the closed record is tried afterwards", async () => {
  // More entries of this person about this patient than are read at once.
  for (let i = 0; i < 51; ++i) await Promise.all(Array.from({ length: 10 }, () => ask(phone, `/api/patients/${chan}`)));
  const { cases } = await ask(desk, "/api/privacy/break-glass?state=waiting");
  assert.equal(cases.length, 1);
  const actions = new Set(cases[0].uses.map((use) => use.action));
  for (const action of ["patient.read", "results.read", "observations.read", "alert.read"]) assert.ok(actions.has(action), action);
});

test("the privacy officer sees who, whom, why and what was looked at, and says what a review found", async () => {
  const { page } = desk;
  await open(desk, "/");
  await page.getByRole("heading", { name: "Emergency accesses" }).waitFor();
  await page.getByText("Eve Larsen").waitFor();
  await page.getByText(kReason).waitFor();
  await page.getByText(new RegExp(shownName(patients.chan).replace(/[()]/g, "\\$&"))).waitFor();
  await page.getByText(/What was looked at/).click();
  await page.getByText("Observations", { exact: false }).first().waitFor();
  await noFindings(page, "cases");
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await page.getByText("Justified", { exact: true }).click();
  await page.getByLabel("What it is based on").fill("the crash call is in the switchboard's log");
  await noFindings(page, "review");
  await page.getByRole("button", { name: "Save the review" }).click();
  await page.getByText("None waits for a review").waitFor();
  await page.getByRole("button", { name: "Reviewed" }).click();
  await page.getByText("the crash call is in the switchboard's log").waitFor();
  assert.deepEqual(desk.problems, []);
});

test("the officer sees the case and no chart", async () => {
  for (const path of [`/api/patients/${chan}`, `/api/patients/${chan}/results`, "/api/alerts?group=to_see"]) {
    const answer = await desk.context.request.get(server.url + path);
    assert.equal(answer.status(), 403, path);
  }
});
