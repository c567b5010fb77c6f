// One ward, two phones: what one does, the other sees, without touching anything.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./harness.mjs";
import { fillWard, kidneyInjury, patients, shownName } from "./hl7.mjs";
import { launch, newPhone, signIn } from "./phone.mjs";

let server, browser, one, other;
const cardOn = (phone) => phone.page.locator("article", { hasText: shownName(patients.chan) });
const groupOn = (phone, name) => phone.page.getByRole("button", { name });

before(async () => {
  server = await Server.start();
  await fillWard(server);
  browser = await launch();
  [one, other] = await Promise.all([newPhone(browser, server), newPhone(browser, server)]);
  await signIn(one, "nurse");
  await signIn(other, "colleague");
  for (const phone of [one, other]) {
    await phone.page.getByRole("link", { name: /Alerts/ }).click();
    await groupOn(phone, "To see (0)").waitFor();
  }
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("an alert from the feed appears on both phones by itself", async () => {
  await server.send(kidneyInjury(patients.chan));
  await Promise.all([cardOn(one).waitFor(), cardOn(other).waitFor()]);
});

test("acknowledged on one phone, it leaves the other's “to see” and is with a colleague there", async () => {
  await cardOn(one).getByRole("button", { name: "I’ll see to this" }).click();
  await cardOn(one).getByText("You are seeing to this").waitFor();
  await groupOn(other, "To see (0)").waitFor();
  await groupOn(other, "With a colleague (1)").click();
  await cardOn(other).getByText(/Nia Morgan .* is seeing to this/).waitFor();
});

test("somebody who was slower is told, and nothing is overwritten", async () => {
  // The colleague's phone still holds the alert as it was: its version is behind.
  const alerts = await other.context.request.get(`${server.url}/api/alerts?group=with_colleague`);
  const [alert] = (await alerts.json()).alerts;
  const { csrf } = await (await other.context.request.get(`${server.url}/api/me`)).json();
  const answer = await other.context.request.post(`${server.url}/api/alerts/${alert.id}/acknowledge`, {
    headers: { "x-wardlight-csrf": csrf },
    data: { version: alert.version - 1 },
  });
  assert.equal(answer.status(), 409);
  assert.equal((await answer.json()).alert.owner.name, "Nia Morgan");
});

test("the outcome is one tap in a list, and the alert is done on both phones", async () => {
  await cardOn(one).getByRole("button", { name: "What did you find?" }).click({ timeout: 20_000 });
  await one.page.getByRole("dialog").getByRole("button", { name: "Treated" }).click();
  await groupOn(other, "Done (1)").click();
  await cardOn(other).getByText(/Treated – Nia Morgan/).waitFor();
});

test("nothing went wrong behind the screens", () => assert.deepEqual([...one.problems, ...other.problems], []));
