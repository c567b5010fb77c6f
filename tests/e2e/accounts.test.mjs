// The administrator signs a lost phone out, and keeps somebody out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { kPassword, Server } from "./harness.mjs";
import { fillWard } from "./hl7.mjs";
import { ask, axeFindings, change, launch, layoutFindings, newPhone, open, settled, signInQuickly } from "./phone.mjs";

let server, browser, desk, nurse, outsider;
before(async () => {
  server = await Server.start();
  await fillWard(server);
  browser = await launch();
  [desk, nurse, outsider] = await Promise.all([newPhone(browser, server), newPhone(browser, server), newPhone(browser, server)]);
  await signInQuickly(desk, "admin");
  await signInQuickly(nurse, "nurse");
  await signInQuickly(outsider, "outsider");
  await open(nurse, "/");
  await nurse.page.getByRole("heading", { name: "My patients" }).waitFor();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const card = (name) => desk.page.locator("section.card").filter({ has: desk.page.getByRole("heading", { name }) });
async function noFindings(what) {
  await settled(desk.page);
  assert.deepEqual(await axeFindings(desk.page), [], what);
  assert.deepEqual(await layoutFindings(desk.page), [], what);
}

test("everybody is listed with role, places and devices, and found by name", async () => {
  await open(desk, "/admin/accounts");
  await card("Nia Morgan").getByText("ward nurse · 7A").waitFor();
  await noFindings("all");
  await desk.page.getByLabel("Name or user name").fill("nia");
  await card("Alex Kim").waitFor({ state: "detached" });
  await card("Nia Morgan").getByText("Signed in on 1").click();
  await card("Nia Morgan").getByText("Chrome, Linux").waitFor();
  await noFindings("one");
});

test("a phone that is signed out here says so and shows nothing more", async () => {
  await card("Nia Morgan").getByRole("button", { name: "Sign out", exact: true }).click();
  await nurse.page.getByText("You were signed out from another device").waitFor();
  await card("Nia Morgan").getByText("Signed in on 1").waitFor({ state: "detached" });
});

test("kept out: after the administrator's password, signed out at once, and no way in until let in again", async () => {
  await desk.page.getByLabel("Name or user name").fill("eve");
  await card("Eve Larsen").getByRole("button", { name: "Keep out" }).click();
  const sheet = desk.page.getByRole("dialog", { name: "Keep out" });
  await sheet.getByLabel("Your password").fill("not the password");
  await sheet.getByRole("button", { name: "Keep out" }).click();
  await sheet.getByText("The password is not right").waitFor();
  assert.equal((await ask(outsider, "/api/me")).account.user, "outsider", "nothing has happened yet");
  await noFindings("the question");
  await sheet.getByLabel("Your password").fill(kPassword);
  await sheet.getByRole("button", { name: "Keep out" }).click();
  await card("Eve Larsen").getByText("May not sign in").waitFor();
  assert.equal((await ask(outsider, "/api/me")).error.code, "unauthenticated");
  const again = () => outsider.context.request.post(`${server.url}/api/sign-in`, { data: { user: "outsider", password: kPassword } });
  assert.equal((await again()).status(), 401);
  await card("Eve Larsen").getByRole("button", { name: "Let in again" }).click();
  const letIn = desk.page.getByRole("dialog", { name: "Let in again" });
  await letIn.getByLabel("Your password").fill(kPassword);
  await letIn.getByRole("button", { name: "Let in again" }).click();
  await card("Eve Larsen").getByRole("button", { name: "Keep out" }).waitFor();
  assert.equal((await again()).status(), 200);
});

test("nobody locks themselves out, and the password counts for five minutes in that session alone", async () => {
  const { accounts } = await ask(desk, "/api/admin/accounts");
  const idOf = (user) => accounts.find((account) => account.user === user).id;
  await assert.rejects(change(desk, "post", `/api/admin/accounts/${idOf("admin")}/disabled`, { disabled: true }), /409/);
  await assert.rejects(change(desk, "post", "/api/admin/accounts/nobody/disabled", { disabled: true }), /404/);
  await assert.rejects(change(desk, "post", `/api/admin/accounts/${idOf("nurse")}/disabled`, { disabled: "yes" }), /400/);
  const own = accounts.find((account) => account.user === "admin").devices.find((device) => device.is_this).id;
  await assert.rejects(change(desk, "post", `/api/admin/accounts/${idOf("admin")}/sign-out`, { device: own }), /409/);
  await change(desk, "post", `/api/admin/accounts/${idOf("admin")}/sign-out`, {});
  assert.equal((await ask(desk, "/api/me")).account.user, "admin", "the one that asks stays");
  const other = await newPhone(browser, server);
  await signInQuickly(other, "admin");
  await assert.rejects(change(other, "post", `/api/admin/accounts/${idOf("nurse")}/disabled`, { disabled: true }), /403/);
});
