// How far a clinician's thumb has to go.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./harness.mjs";
import { fillWard, kidneyInjury, patients, shownName } from "./hl7.mjs";
import { ask, launch, newPhone, signIn, tap } from "./phone.mjs";

let server, browser, phone;
before(async () => {
  server = await Server.start();
  await fillWard(server);
  browser = await launch();
  phone = await newPhone(browser, server);
  await signIn(phone, "nurse");
  await phone.page.getByText(shownName(patients.chan)).waitFor();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("the last creatinine is at most three taps away", async () => {
  phone.taps = 0;
  await tap(phone, phone.page.getByRole("link", { name: shownName(patients.chan) }));
  const row = phone.page.getByRole("row", { name: /Creatinine/ });
  await row.waitFor();
  assert.match(await row.innerText(), /86/);
  assert.ok(phone.taps <= 3, `${phone.taps} taps`);
});

test("an alert is acknowledged with at most two taps from any screen", async () => {
  await server.send(kidneyInjury(patients.chan));
  phone.taps = 0;
  await tap(phone, phone.page.getByRole("link", { name: /Alerts/ }));
  const card = phone.page.locator("article", { hasText: shownName(patients.chan) });
  await tap(phone, card.getByRole("button", { name: "I’ll see to this" }));
  await card.getByText("You are seeing to this").waitFor();
  assert.ok(phone.taps <= 2, `${phone.taps} taps`);
  const { alerts } = await ask(phone, "/api/alerts?group=to_see");
  assert.deepEqual(
    alerts.filter((alert) => alert.rule === "aki").map((alert) => [alert.state, alert.owner.name]),
    [["acknowledged", "Nia Morgan"]],
  );
});

test("an acknowledgement can be taken back for ten seconds", async () => {
  const card = phone.page.locator("article", { hasText: shownName(patients.chan) });
  await card.getByRole("button", { name: /^Undo/ }).click();
  await card.getByText("Taken back. Nobody has this now.").waitFor();
  await card.getByRole("button", { name: "I’ll see to this" }).waitFor();
});

test("the card says why it fired: this result, what it was compared with, and the rule", async () => {
  const card = phone.page.locator("article", { hasText: shownName(patients.chan) });
  const text = await card.innerText();
  for (const part of ["AKI stage 2", "176 µmol/L", "Lowest in 7 days", "84 µmol/L", "Median of 8–365 days"]) {
    assert.ok(text.includes(part), `${part} is missing in: ${text}`);
  }
  await card.getByRole("button", { name: "More", exact: true }).click();
  await phone.page.getByRole("link", { name: "Details and history" }).click();
  await phone.page.getByText(/^Rule .+, version .+/).waitFor();
  await phone.page.getByText("Taken back", { exact: true }).waitFor();
});

test("nothing went wrong behind the screens", () => assert.deepEqual(phone.problems, []));
