// Coming in, being thrown out, coming back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./harness.mjs";
import { fillWard, patients, shownName } from "./hl7.mjs";
import { keptOffline, launch, newPhone, open, signIn } from "./phone.mjs";
import { until } from "../live/wait.mjs";

let server, browser, phone;
before(async () => {
  server = await Server.start();
  await fillWard(server);
  browser = await launch();
  phone = await newPhone(browser, server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const kept = async () => (await keptOffline(phone.page)).records.length;

test("a wrong password is refused without saying which part was wrong", async () => {
  await signIn(phone, "nurse", "not the password");
  await phone.page.getByRole("alert").getByText("Name, password or code is not right").waitFor();
});

test("the right password opens the list of patients", async () => {
  await signIn(phone, "nurse");
  await phone.page.getByRole("heading", { name: "My patients" }).waitFor();
  await phone.page.getByText(shownName(patients.chan)).waitFor();
});

test("two patients with nearly the same name are marked, with their numbers", async () => {
  const row = phone.page.getByRole("link", { name: shownName(patients.chan) });
  assert.match(await row.innerText(), /Similar name/);
  assert.match(await row.innerText(), /999 000 0018/);
});

test("a session that ends asks for the password and continues at the same place", async () => {
  await phone.page.getByRole("link", { name: shownName(patients.chan) }).click();
  await phone.page.getByRole("link", { name: "Summary" }).click();
  await phone.page.getByText("Fracture of neck of femur").first().waitFor();
  const place = phone.page.url();
  await phone.context.clearCookies();
  await phone.page.getByRole("link", { name: "Obs" }).click();
  await phone.page.getByText("Your session ended").waitFor();
  assert.equal(await phone.page.getByText(shownName(patients.chan)).isVisible(), false, "no patient behind the form");
  assert.equal(await phone.page.locator("#user").inputValue(), "nurse");
  await phone.page.locator("#password").fill("correct horse battery staple");
  await phone.page.locator("form button[type=submit]").click();
  await phone.page.getByRole("table").waitFor();
  assert.equal(phone.page.url(), place.replace("/summary", "/observations"));
});

test("an address opened without a session leads there after signing in", async () => {
  await phone.context.clearCookies();
  await open(phone, "/alerts");
  await phone.page.getByText("Sign in").first().waitFor();
  await signIn(phone, "nurse");
  await phone.page.getByRole("heading", { name: "Alerts", exact: true }).waitFor();
});

test("signing out leaves nothing on the device, and the next person starts afresh", async () => {
  assert.ok((await kept()) > 0);
  await phone.page.getByRole("link", { name: /More/ }).click();
  await phone.page.getByRole("button", { name: "Sign out" }).click();
  await phone.page.getByText("You are signed out").waitFor();
  await until("nothing is kept on the device", async () => (await kept()) === 0);
  await signIn(phone, "admin");
  await phone.page.getByRole("heading", { name: "Live feeds", level: 1 }).waitFor();
  assert.equal(await phone.page.getByText("Chan").count(), 0);
});

test("nothing went wrong behind the screens", () => assert.deepEqual(phone.problems, []));
