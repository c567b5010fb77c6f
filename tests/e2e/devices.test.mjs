// A phone that was lost is signed out from another one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./harness.mjs";
import { fillWard, patients, shownName } from "./hl7.mjs";
import { keptOffline, launch, newPhone, open, signIn, signInQuickly } from "./phone.mjs";
import { until } from "../live/wait.mjs";

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

test("a person sees where they are signed in", async () => {
  await open(lost, "/");
  await lost.page.getByRole("link", { name: shownName(patients.chan) }).click();
  await lost.page.getByText("Creatinine").first().waitFor();
  await lost.page.waitForFunction(() => document.querySelector(".fresh-bar.fresh"));
  assert.ok((await keptOffline(lost.page)).records.length > 1, "the record is kept for reading offline");

  await open(here, "/more");
  await here.page.getByRole("link", { name: "Where you are signed in" }).click();
  await here.page.getByText("This device").waitFor();
  assert.equal(await here.page.getByText(/Last used/).count(), 1);
  assert.match(await here.page.locator("main").innerText(), /Chrome, Linux/);
  await here.page.getByRole("heading", { name: "What the hospital sees of your phone" }).waitFor();
  await here.page.getByText("Where the phone is", { exact: true }).waitFor();
});

test("ending it there clears the other phone at once: its screens, what it kept, its key", async () => {
  await here.page.getByRole("button", { name: "Sign out" }).click();
  await lost.page.getByText("You were signed out from another device").waitFor();
  assert.equal(await lost.page.getByText(shownName(patients.chan)).count(), 0, "not even hidden");
  await until("its copy and its key are gone", async () => {
    const { records, keys } = await keptOffline(lost.page);
    return records.length + keys.length === 0;
  });
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

test("a phone that is told but cannot ask why hides everything as well", async () => {
  await lost.page.unroute("**/api/live");
  await signIn(lost, "nurse");
  await lost.page.getByText(shownName(patients.chan)).waitFor();
  await lost.page.route("**/api/me", (route) => route.abort());
  await here.page.reload();
  await here.page.getByRole("button", { name: "Sign out" }).click();
  await lost.page.getByText("Your session ended").waitFor();
  assert.equal(await lost.page.getByText(shownName(patients.chan)).isVisible(), false);
  await until("its copy and its key are gone", async () => {
    const { records, keys } = await keptOffline(lost.page);
    return records.length + keys.length === 0;
  });
  await lost.page.unroute("**/api/me");
});

test("all others are signed out with one tap", async () => {
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
