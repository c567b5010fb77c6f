// The observation grid, and the bar that must never appear.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./harness.mjs";
import { fillWard, patients, shownName } from "./hl7.mjs";
import { ask, launch, newPhone, open, signInQuickly } from "./phone.mjs";

let server, browser, phone;
const ids = {};
const warning = () => phone.page.getByText(/^Do not rely on these scores/);

before(async () => {
  server = await Server.start();
  await fillWard(server);
  browser = await launch();
  phone = await newPhone(browser, server);
  await signInQuickly(phone, "nurse");
  const { patients: rows } = await ask(phone, `/api/lists/${encodeURIComponent("ward:7A")}/patients`);
  for (const [name, patient] of Object.entries(patients)) {
    ids[name] = rows.find((row) => row.patient.mrn === patient.mrn).patient.id;
  }
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a complete set has its score, and phone and server agree on it", async () => {
  const rules = phone.page.waitForResponse(/\.wasm$/);
  await open(phone, `/patient/${ids.chan}/observations`);
  await phone.page.getByRole("heading", { name: "NEWS2 0 – none" }).waitFor();
  assert.equal((await rules).status(), 200);
  assert.equal(await warning().count(), 0);
});

test("a set that misses a value is incomplete, and not a number", async () => {
  await open(phone, `/patient/${ids.abbott}/observations`);
  await phone.page.getByRole("heading", { name: "NEWS2 incomplete" }).waitFor();
  await phone.page.getByText("Missing: Resp. rate.").waitFor();
  const total = phone.page.getByRole("row", { name: /^NEWS2/ }).getByRole("cell").last();
  assert.match(await total.innerText(), /incomplete/);
});

test("when the server's score is not what the phone scores, a bar says not to rely on it", async () => {
  await phone.page.route("**/api/patients/*/observations", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    body.sets.at(-1).total = 5;
    await route.fulfill({ response: answer, json: body });
  });
  await phone.page.goto(`${server.url}/patient/${ids.chan}/observations`);
  await warning().waitFor();
  assert.match(await phone.page.locator(".banner-name").innerText(), new RegExp(shownName(patients.chan).slice(0, 10)));
});

test("nothing went wrong behind the screens", () => assert.deepEqual(phone.problems, []));
