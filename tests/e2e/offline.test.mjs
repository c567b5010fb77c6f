// The server goes away under a phone, and comes back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./harness.mjs";
import { fillWard, kidneyInjury, patients, shownName } from "./hl7.mjs";
import { ask, launch, newPhone, settled, signIn } from "./phone.mjs";

let server, browser, phone;
const offlineBar = () => phone.page.getByText(/^Offline – showing data as of/);
const freshBar = () => phone.page.getByText(/^As of /);
const card = () => phone.page.locator("article", { hasText: shownName(patients.chan) });

before(async () => {
  server = await Server.start();
  await fillWard(server);
  await server.send(kidneyInjury(patients.chan));
  browser = await launch();
  phone = await newPhone(browser, server, { keepsShell: true });
  await signIn(phone, "nurse");
  await phone.page.getByRole("link", { name: shownName(patients.chan) }).click();
  await phone.page.getByRole("row", { name: /Creatinine/ }).waitFor();
  await phone.page.getByRole("link", { name: /Alerts/ }).click();
  await card().waitFor();
  await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("when the server is gone the screen says so and how old its data is", async () => {
  await server.kill();
  await offlineBar().waitFor({ timeout: 60_000 });
});

test("what needs the server cannot be pressed, and says why", async () => {
  assert.ok(await card().getByRole("button", { name: "I’ll see to this" }).isDisabled());
  await card().getByText("Needs a connection").waitFor();
});

test("the app opens without a network and shows what was kept, marked as old", async () => {
  await phone.page.reload();
  await card().waitFor();
  await offlineBar().waitFor();
  await phone.page.getByRole("link", { name: /Patients/ }).click();
  await phone.page.getByRole("link", { name: shownName(patients.chan) }).click();
  await phone.page.getByRole("row", { name: /Creatinine/ }).waitFor();
  await offlineBar().waitFor();
});

test("a screen never opened before says that nothing is kept for it", async () => {
  await phone.page.getByRole("link", { name: "Summary" }).click();
  await settled(phone.page);
  await phone.page.getByRole("link", { name: "Obs" }).click();
  await phone.page.getByText("Nothing is kept on this device for this page").waitFor();
});

test("nothing readable lies on the device: every record is encrypted", async () => {
  const stored = await phone.page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opened = indexedDB.open("wardlight");
        opened.onerror = () => reject(opened.error);
        opened.onsuccess = () => {
          const all = opened.result.transaction("records").objectStore("records").getAll();
          all.onsuccess = () => {
            const text = new TextDecoder("latin1");
            resolve(all.result.map((record) => [Object.keys(record).sort().join(), text.decode(record.sealed)]));
          };
        };
      }),
  );
  assert.ok(stored.length >= 4, `${stored.length} records`);
  for (const [fields, bytes] of stored) {
    assert.equal(fields, "iv,savedAt,sealed");
    assert.doesNotMatch(bytes, /Chan|Mei|QM7001/i);
  }
});

test("when the server is back the screen is fresh again by itself, and nothing is missing or doubled", async () => {
  await server.run();
  await phone.page.getByRole("link", { name: /Alerts/ }).click();
  await freshBar().waitFor({ timeout: 60_000 });
  await card().waitFor();
  assert.equal(await card().count(), 1);
  const { alerts } = await ask(phone, "/api/alerts?group=to_see");
  assert.equal(alerts.filter((alert) => alert.rule === "aki").length, 1);
  await card().getByRole("button", { name: "I’ll see to this" }).click();
  await card().getByText("You are seeing to this").waitFor();
});
