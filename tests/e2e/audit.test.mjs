// The privacy officer asks the audit log: by person, patient, time and reason; what is unusual; a file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Server } from "./harness.mjs";
import { admission, discharge, fillWard, kDay, merge, patients, shownName } from "./hl7.mjs";
import { until } from "../live/wait.mjs";
import { ask, axeFindings, change, launch, layoutFindings, newPhone, open, settled, signInQuickly } from "./phone.mjs";

/** A patient with the whole name of somebody who works here. */
const okoro = { mrn: "QM700900", nhs: "9990000999", family: "Okoro", given: "Ben", title: "Mr", born: "19800101", sex: "M", bed: "20" };

/** Registered twice; the second record is merged into the first. */
const twice = { mrn: "QM700901", nhs: "9990000042", family: "Abbott", given: "Alice", title: "Mrs", born: "19440303", sex: "F", bed: "21" };
const gone = { mrn: "QM700902", nhs: "9990000050", family: "Brown", given: "Rosa", title: "Ms", born: "19700202", sex: "F", bed: "22" };

let server, browser, desk;
const ids = {};
before(async () => {
  server = await Server.start();
  await fillWard(server);
  for (const patient of [okoro, twice]) await server.send(admission(patient));
  await server.send(admission(gone, Date.now() - 9 * kDay));
  await server.send(discharge(gone, Date.now() - 5 * kDay));
  browser = await launch();
  const nurse = await newPhone(browser, server);
  await signInQuickly(nurse, "nurse");
  const find = async (patient) => (await change(nurse, "post", "/api/patients/find", { text: patient.nhs })).patients[0].patient.id;
  ids.chan = await find(patients.chan);
  ids.okoro = await find(okoro);
  await ask(nurse, `/api/patients/${ids.chan}`);
  await ask(nurse, `/api/patients/${ids.okoro}`);
  ids.twice = await find(twice);
  ids.abbott = await find(patients.abbott);
  await ask(nurse, `/api/patients/${ids.twice}`);
  await server.send(merge(patients.abbott, twice));
  const coordinator = await newPhone(browser, server);
  await signInQuickly(coordinator, "coordinator");
  ids.gone = (await change(coordinator, "post", "/api/patients/find", { text: gone.mrn })).patients[0].patient.id;
  await ask(coordinator, `/api/patients/${ids.gone}`);
  const colleague = await newPhone(browser, server);
  await signInQuickly(colleague, "colleague");
  await ask(colleague, `/api/patients/${ids.okoro}`);
  const outsider = await newPhone(browser, server);
  await signInQuickly(outsider, "outsider");
  assert.equal((await ask(outsider, `/api/patients/${ids.chan}`)).error.code, "forbidden");
  desk = await newPhone(browser, server);
  await signInQuickly(desk, "privacy");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const search = (query) => change(desk, "post", "/api/audit/search", query);
const entries = () => desk.page.locator(".audit-entry");
const form = () => desk.page.locator("form");
const narrow = () => form().getByText("Narrow it down").click();
const show = () => form().getByRole("button", { name: "Show", exact: true }).click();

async function noFindings(what) {
  await settled(desk.page);
  assert.deepEqual(await axeFindings(desk.page), [], what);
  assert.deepEqual(await layoutFindings(desk.page), [], what);
}

test("by patient: everybody who looked or tried, with names, and the officer's own look is there too", async () => {
  const { entries: found, patient } = await search({ patient_number: patients.chan.nhs });
  assert.equal(patient.mrn, patients.chan.mrn);
  const seen = found.map((one) => `${one.who?.name} ${one.action} ${one.decision}`);
  assert.ok(seen.includes("Nia Morgan patient.read permit"), seen.join("\n"));
  assert.ok(seen.includes("Eve Larsen patient.read deny"), seen.join("\n"));
  const [own] = (await search({ patient: ids.chan })).entries;
  assert.equal(`${own.who.name} ${own.action} ${own.purpose}`, "Sam Osei audit.read HCOMPL");
});

test("what was done with a record before it was merged is found by either number", async () => {
  await until("the merge is applied", async () => (await search({ patient_number: twice.mrn })).patient?.mrn === patients.abbott.mrn);
  for (const asked of [{ patient_number: twice.mrn }, { patient_number: patients.abbott.mrn }, { patient: ids.twice }]) {
    const { entries: found, patient } = await search({ ...asked, action: "patient.read" });
    assert.equal(patient.id, ids.abbott);
    assert.deepEqual(found.map((one) => one.who.name), ["Nia Morgan"], JSON.stringify(asked));
  }
});

test("by person, time, action, reason, and refusals only: each narrows, together as well", async () => {
  const { people } = await ask(desk, "/api/audit/people");
  const eve = people.find((person) => person.name === "Eve Larsen").id;
  const actions = async (query) => (await search(query)).entries.map((entry) => `${entry.who?.name ?? "-"} ${entry.action}`);
  assert.ok((await actions({ person: eve })).every((text) => text.startsWith("Eve Larsen")));
  assert.deepEqual(await actions({ person: eve, only_denied: true }), ["Eve Larsen patient.read"]);
  assert.deepEqual(await actions({ only_denied: true, reason: "no_relationship" }), ["Eve Larsen patient.read"]);
  assert.deepEqual(await actions({ patient: ids.okoro, action: "patient.read" }), ["Ben Okoro patient.read", "Nia Morgan patient.read"]);
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  assert.deepEqual(await actions({ until: hourAgo }), []);
  assert.deepEqual(await actions({ person: eve, from: hourAgo, reason: "no_relationship" }), ["Eve Larsen patient.read"]);
});

test("what cannot be asked is said", async () => {
  const refused = async (query, what) => assert.rejects(search(query), what, JSON.stringify(query));
  await refused({ patient_number: "0000000000" }, /404/);
  await refused({ from: "yesterday" }, /400/);
  await refused({ from: "2026-02-01T00:00:00Z", until: "2026-01-01T00:00:00Z" }, /400/);
  await refused({ before: "1.-4" }, /400/);
  await assert.rejects(change(desk, "post", "/api/audit/unusual", { from: "2026-01-01T00:00:00Z", until: "2026-02-01T00:00:00Z" }), /400/);
});

test("on the screen: all of it, one person, one patient by number, a number that nobody has", async () => {
  await open(desk, "/privacy/log");
  await entries().first().waitFor();
  await noFindings("all");
  await form().getByLabel("Person").selectOption({ label: "Eve Larsen" });
  await narrow();
  await form().getByText("Only what was refused or failed").click();
  await show();
  await desk.page.getByText("No tie to the patient").last().waitFor();
  assert.equal(await entries().count(), 1);
  await entries().getByText(shownName(patients.chan), { exact: false }).waitFor();
  await noFindings("a refusal");
  await form().getByRole("button", { name: "Show everything" }).click();
  await form().getByLabel("Patient's number").fill(okoro.mrn);
  await show();
  await desk.page.locator(".audit-about").getByText(shownName(okoro), { exact: false }).waitFor();
  await form().getByLabel("Patient's number").fill("0000000000");
  await show();
  await desk.page.getByText("No patient has this number").waitFor();
  assert.ok(!desk.page.url().includes(okoro.mrn), "numbers are in no address");
});

test("with a person and a patient it says whether she may see him now, rule by rule", async () => {
  const { people } = await ask(desk, "/api/audit/people");
  const of = async (name) => {
    const person = people.find((one) => one.name === name).id;
    const { explanation } = await search({ person, patient: ids.chan });
    const held = explanation.rules.filter((rule) => rule.holds).map((rule) => rule.rule);
    return `${explanation.permitted} ${explanation.reason}: ${held.join(" ")}`;
  };
  assert.equal(await of("Nia Morgan"), "true ward: account role ward");
  assert.equal(await of("Eve Larsen"), "false no_relationship: account role");
  assert.equal(await of("Jo Baptiste"), "true site: account role site");
  assert.equal(await of("Alex Kim"), "false no_permission: account");
  assert.equal((await search({ patient: ids.chan })).explanation, null);
  await open(desk, "/privacy/log");
  await form().getByLabel("Person").selectOption({ label: "Eve Larsen" });
  await form().getByLabel("Patient's number").fill(patients.chan.mrn);
  await show();
  await desk.page.getByRole("heading", { name: "May not open this record now" }).waitFor();
  await desk.page.getByText("person: 9C; patient: 7A").waitFor();
  await noFindings("explained");
});

test("more than a page is shown when it is asked for, each entry once", async () => {
  const nurse = await newPhone(browser, server);
  await signInQuickly(nurse, "nurse");
  for (let i = 0; i < 12; ++i) await Promise.all(Array.from({ length: 10 }, () => ask(nurse, `/api/patients/${ids.okoro}`)));
  await nurse.context.close();
  await open(desk, "/privacy/log");
  await narrow();
  await form().getByLabel("What was done").selectOption({ label: "Summary" });
  await form().getByLabel("Patient's number").fill(okoro.nhs);
  await show();
  const more = () => desk.page.getByRole("button", { name: "Show more" });
  await more().click();
  await entries().nth(121).waitFor();
  assert.equal(await entries().count(), 122);
  assert.equal(await more().count(), 0);
});

test("saved as a file: what is shown, with ids instead of names, and the log says so", async () => {
  const waiting = desk.page.waitForEvent("download");
  await desk.page.getByRole("button", { name: "Save as a file" }).click();
  const download = await waiting;
  assert.equal(download.suggestedFilename(), "wardlight-audit.csv");
  const text = readFileSync(await download.path(), "utf8");
  const lines = text.trimEnd().split("\r\n");
  assert.equal(lines.length, 123);
  assert.match(lines[0], /^number,time,account,name,role,action,patient/);
  assert.ok(lines[1].includes(ids.okoro) && lines[1].includes("Nia Morgan,ward_nurse,patient.read"));
  assert.ok(!text.includes(okoro.nhs) && !text.includes(okoro.mrn));
  const [own] = (await search({ action: "audit.export" })).entries;
  assert.equal(own.who.name, "Sam Osei");
});

test("unusual access: the own record, a colleague's; from there to the log", async () => {
  await open(desk, "/privacy/unusual");
  const card = (title) => desk.page.locator("section.card").filter({ has: desk.page.getByRole("heading", { name: title, exact: true }) });
  await card("Perhaps the own record").getByText("Ben Okoro", { exact: true }).waitFor();
  await card("Name of a colleague").getByText("Nia Morgan").waitFor();
  await card("Long after the last stay").getByText(shownName(gone), { exact: false }).waitFor();
  await noFindings("unusual");
  await card("Perhaps the own record").getByRole("button", { name: "Show in the log" }).click();
  await desk.page.getByRole("heading", { name: "Audit log", exact: true }).waitFor();
  await desk.page.locator(".audit-about").getByText("Ben Okoro").first().waitFor();
  assert.equal(await entries().count(), 1);
  assert.deepEqual(await desk.problems, []);
});
