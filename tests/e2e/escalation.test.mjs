// When nobody acts: the chain runs to its end, through a power cut, and the last screen keeps showing it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./harness.mjs";
import { fillWard, kidneyInjury, patients, shownName } from "./hl7.mjs";
import { ask, change, launch, newPhone, open, signInQuickly } from "./phone.mjs";

let server, browser, desk, screen;
const card = () => screen.page.locator("article", { hasText: shownName(patients.chan) });

before(async () => {
  server = await Server.start();
  await fillWard(server);
  browser = await launch();
  desk = await newPhone(browser, server);
  await signInQuickly(desk, "admin");
  const policies = await ask(desk, "/api/admin/policies");
  for (const policy of policies.policies) {
    policy.steps.forEach((step, index) => {
      step.after_seconds = index === 0 ? 0 : 1;
    });
  }
  await change(desk, "put", "/api/admin/policies", policies);
  screen = await newPhone(browser, server, { width: 1280 });
  await signInQuickly(screen, "coordinator");
  await open(screen, "/switchboard");
  await screen.page.getByText("Every alert has somebody").waitFor();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("an alert nobody answers reaches the switchboard screen by itself", async () => {
  await server.send(kidneyInjury(patients.chan));
  await card().waitFor({ timeout: 60_000 });
  await card().getByText("Nobody answered. It is on the switchboard screen.").waitFor();
  assert.match(await screen.page.title(), /^\(1\) /);
});

test("the screen says when it is no longer live", async () => {
  await server.kill();
  await screen.page.getByText(/^NOT LIVE/).waitFor({ timeout: 60_000 });
  assert.equal(await card().count(), 1, "what was there stays there");
});

test("after the server was killed and started again nothing is missing and nothing doubled", async () => {
  await server.run();
  await screen.page.getByText(/^Live · /).waitFor({ timeout: 60_000 });
  assert.equal(await card().count(), 1);
  const { alerts } = await ask(screen, "/api/switchboard");
  assert.equal(alerts.length, 1);
  const { events } = await ask(screen, `/api/alerts/${alerts[0].id}`);
  assert.equal(events.filter((event) => event.kind === "chain_ended").length, 1);
});

test("once somebody has it the screen is calm again", async () => {
  await card().getByRole("button", { name: "I’ll see to this" }).click();
  await screen.page.getByText("Every alert has somebody").waitFor({ timeout: 60_000 });
});

test("nothing went wrong behind the screens", () => assert.deepEqual(screen.problems, []));
