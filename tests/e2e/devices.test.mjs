// A phone that was lost is signed out from another one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./harness.mjs";
import { fillWard, patients, shownName } from "./hl7.mjs";
import { launch, newPhone, open, signIn, signInQuickly } from "./phone.mjs";

let server, browser, lost, here;
before(async () => {
  server = await Server.start();
  await fillWard(server);
  browser = await launch();
  lost = await newPhone(browser, server);
  await signInQuickly(lost, "nurse");
  here = await newPhone(browser, server);
  await signInQuickly(here, "nurse");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** How many answers the lost phone keeps for reading offline, and whether it still has a key. */
const kept = () =>
  lost.page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opened = indexedDB.open("wardlight");
        opened.onerror = () => reject(opened.error);
        opened.onsuccess = () => {
          const transaction = opened.result.transaction(["records", "keys"]);
          const counts = ["records", "keys"].map((name) => transaction.objectStore(name).count());
          transaction.oncomplete = () => {
            opened.result.close();
            resolve(counts.map((count) => count.result));
          };
        };
      }),
  );

test("a person sees where they are signed in", async () => {
  await open(lost, "/");
  await lost.page.getByRole("link", { name: shownName(patients.chan) }).click();
  await lost.page.getByText("Creatinine").first().waitFor();
  await lost.page.waitForFunction(() => document.querySelector(".fresh-bar.fresh"));
  assert.ok((await kept())[0] > 1, "the record is kept for reading offline");

  await open(here, "/more");
  await here.page.getByRole("link", { name: "Where you are signed in" }).click();
  await here.page.getByText("This device").waitFor();
  assert.equal(await here.page.getByText(/Last used/).count(), 1);
  assert.match(await here.page.locator("main").innerText(), /Chrome, Linux/);
});

test("ending it there clears the other phone at once: its screens, what it kept, its key", async () => {
  await here.page.getByRole("button", { name: "Sign out" }).click();
  await lost.page.getByText("You were signed out from another device").waitFor();
  assert.equal(await lost.page.getByText(shownName(patients.chan)).count(), 0, "not even hidden");
  await lost.page.waitForFunction(
    () =>
      new Promise((resolve) => {
        const opened = indexedDB.open("wardlight");
        opened.onsuccess = () => {
          const count = opened.result.transaction("records").objectStore("records").count();
          count.onsuccess = () => {
            opened.result.close();
            resolve(count.result === 0);
          };
        };
      }),
  );
  assert.deepEqual(await kept(), [0, 0]);
  assert.equal(new URL(lost.page.url()).pathname, "/", "the address names no patient");
  assert.equal(await here.page.getByText(/Last used/).count(), 0);
  await here.page.getByText("This device").waitFor();
});

test("a phone that hears nothing meanwhile learns it with its next call", async () => {
  await signIn(lost, "nurse");
  await lost.page.getByRole("heading", { name: "My patients" }).waitFor();
  // Its live stream is cut, as in a dead spot.
  await lost.page.route("**/api/live", (route) => route.abort());
  await open(lost, "/");
  await here.page.reload();
  await here.page.getByRole("button", { name: "Sign out" }).click();
  await here.page.getByRole("button", { name: "Sign out" }).waitFor({ state: "detached" });
  await lost.page.getByRole("link", { name: shownName(patients.chan) }).click();
  await lost.page.getByText("You were signed out from another device").waitFor();
  assert.deepEqual(lost.problems, []);
  assert.deepEqual(here.problems, []);
});

test("all others are signed out with one tap", async () => {
  await lost.page.unroute("**/api/live");
  const third = await newPhone(browser, server);
  await signInQuickly(third, "nurse");
  await signInQuickly(lost, "nurse");
  await open(third, "/");
  await open(lost, "/");
  await here.page.reload();
  await here.page.getByRole("button", { name: "Sign out all others" }).click();
  for (const phone of [third, lost]) await phone.page.getByText("You were signed out from another device").waitFor();
  await here.page.getByText("This device").waitFor();
  assert.equal(await here.page.getByText(/Last used/).count(), 0);
});
