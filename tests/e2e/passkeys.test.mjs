// Passkeys in Chromium with its virtual authenticator: adding, signing in by the button and from the
// list under the name field, confirming, removing; and what must be refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { kPassword, Server } from "./harness.mjs";
import { fillWard, patients } from "./hl7.mjs";
import { ask, axeFindings, change, launch, layoutFindings, newPhone, open, settled, signIn, signInQuickly } from "./phone.mjs";

const kAuthenticator = {
  protocol: "ctap2",
  ctap2Version: "ctap2_1",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

let server, browser, phone, key;

/** A phone at the address that passkeys are for, with an authenticator in it. */
async function phoneWithKey() {
  const made = await newPhone(browser, { ...addressOf(server) });
  const devtools = await made.context.newCDPSession(made.page);
  await devtools.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options: kAuthenticator });
  const send = (what, more = {}) => devtools.send(`WebAuthn.${what}`, { authenticatorId, ...more });
  return [made, { send, credentials: async () => (await send("getCredentials")).credentials }];
}
/** The certificate and the passkeys of a server on this machine are for localhost. */
const addressOf = ({ url }) => ({ url: url.replace("127.0.0.1", "localhost") });

before(async () => {
  server = await Server.start([{ name: "deputy", display: "Kit Lau", role: "administrator" }]);
  await fillWard(server);
  browser = await launch();
  [phone, key] = await phoneWithKey();
  await signInQuickly(phone, "nurse");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function noFindings(page, what) {
  assert.deepEqual(await axeFindings(page), [], what);
  assert.deepEqual(await layoutFindings(page), [], what);
}

const sheet = () => phone.page.getByRole("dialog");
const home = (on) => on.page.getByRole("heading", { name: "My patients" });

async function add(on, name) {
  await on.page.getByRole("button", { name: "Add a passkey" }).click();
  const dialog = on.page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Your password").fill(kPassword);
  await dialog.getByRole("button", { name: "Continue" }).click();
}
async function signOut(on) {
  await open(on, "/more");
  await on.page.getByRole("button", { name: "Sign out" }).click();
  await on.page.getByText("You are signed out").waitFor();
}

test("a person adds a passkey, after the password", async () => {
  await open(phone, "/more");
  await phone.page.getByRole("link", { name: "Passkeys" }).click();
  await phone.page.getByText("You have no passkey yet").waitFor();
  await noFindings(phone.page, "no passkey");
  await phone.page.getByRole("button", { name: "Add a passkey" }).click();
  await noFindings(phone.page, "the form");
  await sheet().getByLabel("Name").fill("My phone");
  await sheet().getByLabel("Your password").fill("not the password");
  await sheet().getByRole("button", { name: "Continue" }).click();
  await sheet().getByText("The password is not right").waitFor();
  assert.deepEqual(await key.credentials(), []);
  await sheet().getByLabel("Your password").fill(kPassword);
  await sheet().getByRole("button", { name: "Continue" }).click();
  await phone.page.getByText("My phone").waitFor();
  await phone.page.getByText("Not used yet").waitFor();
  await noFindings(phone.page, "one passkey");
  const [credential] = await key.credentials();
  assert.ok(credential.isResidentCredential);
  assert.equal(credential.rpId, "localhost");
  assert.equal(Buffer.from(credential.userHandle, "base64").length, 64);
});

test("the same device makes no second one", async () => {
  await add(phone, "Again");
  await sheet().getByText("This device already has a passkey of yours").waitFor();
  await sheet().getByRole("button", { name: "Close" }).click();
  assert.equal((await key.credentials()).length, 1);
});

test("the list under the name field signs in without a name or a password", async () => {
  await signOut(phone);
  // The authenticator answers the request that waits behind the field.
  await home(phone).waitFor();
  assert.equal((await ask(phone, "/api/me")).account.user, "nurse");
});

test("the button signs in", async () => {
  await key.send("setAutomaticPresenceSimulation", { enabled: false });
  await signOut(phone);
  await phone.page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
  await noFindings(phone.page, "sign-in");
  // What waits behind the field is given up for the button's.
  await key.send("setAutomaticPresenceSimulation", { enabled: true });
  await phone.page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await home(phone).waitFor();
});

test("without the person's finger, face or code it signs nobody in", async () => {
  await key.send("setUserVerified", { isUserVerified: false });
  await signOut(phone);
  await phone.page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await phone.page.getByText("No passkey was used").waitFor();
  await key.send("setAutomaticPresenceSimulation", { enabled: false });
  await key.send("setUserVerified", { isUserVerified: true });
});

test("the password works beside it", async () => {
  await signIn(phone, "nurse");
  await home(phone).waitFor();
  await key.send("setAutomaticPresenceSimulation", { enabled: true });
});

test("emergency access can be confirmed with a passkey", async () => {
  const [outsider, finger] = await phoneWithKey();
  await signInQuickly(outsider, "outsider");
  await open(outsider, "/passkeys");
  await add(outsider, "Eve's phone");
  await outsider.page.getByText("Not used yet").waitFor();
  const { patients: found } = await change(outsider, "post", "/api/patients/find", { text: patients.chan.nhs });
  await open(outsider, `/patient/${found[0].patient.id}`);
  await outsider.page.getByRole("button", { name: "Open in an emergency" }).click();
  const dialog = outsider.page.getByRole("dialog");
  const confirm = dialog.getByRole("button", { name: "Confirm with a passkey" });
  await confirm.waitFor();
  assert.ok(await confirm.isDisabled(), "not without a reason");
  await dialog.getByText("Emergency treatment").click();
  await dialog.getByLabel("In your own words").fill("collapsed in the corridor of our ward");
  await noFindings(outsider.page, "the form of emergency access");
  await confirm.click();
  await outsider.page.getByText(/Emergency access until \d\d:\d\d/).waitFor();
  assert.equal((await finger.credentials())[0].signCount > 0, true);
  assert.deepEqual(outsider.problems, []);
  await outsider.context.close();
});

test("a second passkey, another name, and one less", async () => {
  const [second, finger] = await phoneWithKey();
  await signInQuickly(second, "nurse");
  await open(second, "/passkeys");
  await add(second, "Ward tablet");
  await second.page.getByText("Ward tablet").waitFor();
  await second.page.getByRole("button", { name: "Rename Ward tablet" }).click();
  await second.page.getByRole("dialog").getByLabel("Name").fill("Tablet of 7A");
  await second.page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await second.page.getByText("Tablet of 7A").waitFor();
  assert.equal((await ask(second, "/api/passkeys")).passkeys.length, 2);

  // Removed from the other phone, confirmed by that phone's own passkey.
  await open(phone, "/passkeys");
  await phone.page.getByRole("button", { name: "Remove Tablet of 7A" }).click();
  await sheet().getByRole("button", { name: "Confirm with a passkey" }).click();
  await phone.page.getByRole("button", { name: "Remove Tablet of 7A" }).waitFor({ state: "detached" });
  await finger.send("setAutomaticPresenceSimulation", { enabled: false });
  await signOut(second);
  await finger.send("setAutomaticPresenceSimulation", { enabled: true });
  await second.page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await second.page.getByText("This passkey was not accepted").waitFor();
  assert.deepEqual(second.problems, []);
  await second.context.close();
});

test("a copy whose counter lags behind is blocked, and its owner reads so", async () => {
  const [credential] = await key.credentials();
  await key.send("setAutomaticPresenceSimulation", { enabled: false });
  await signOut(phone);
  // As a copy would: the counter of some uses ago.
  await key.send("removeCredential", { credentialId: credential.credentialId });
  await key.send("addCredential", { credential: { ...credential, signCount: 0 } });
  await key.send("setAutomaticPresenceSimulation", { enabled: true });
  await phone.page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await phone.page.getByText("may have been copied and is blocked").waitFor();
  await key.send("setAutomaticPresenceSimulation", { enabled: false });
  await signIn(phone, "nurse");
  await home(phone).waitFor();
  await open(phone, "/passkeys");
  await phone.page.getByText("Blocked: it may have been copied").waitFor();
  await noFindings(phone.page, "blocked");
});

test("at another address of the same server the password form stands alone", async () => {
  const elsewhere = await newPhone(browser, server);
  await elsewhere.page.goto(server.url);
  await elsewhere.page.getByLabel("User name").waitFor();
  // A passkey made for localhost, sent from here: refused by its origin.
  const { publicKey } = await elsewhere.page.evaluate(async () =>
    (await fetch("/api/passkeys/sign-in/options", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })).json(),
  );
  assert.equal(publicKey.rpId, "localhost");
  const asked = await elsewhere.page.evaluate(
    (challenge) =>
      navigator.credentials
        .get({ publicKey: { challenge: Uint8Array.from(challenge, (letter) => letter.charCodeAt(0)), rpId: "localhost" } })
        .then(
          () => "given",
          (problem) => problem.name,
        ),
    publicKey.challenge,
  );
  assert.equal(asked, "SecurityError");
  assert.equal(await elsewhere.page.getByRole("button", { name: "Sign in with a passkey" }).count(), 0);
  assert.deepEqual(elsewhere.problems, []);
  await elsewhere.context.close();
});

test("who has lost all passkeys gets in again by two administrators, a code and a new passkey", async () => {
  const [desk, other] = [await newPhone(browser, addressOf(server)), await newPhone(browser, addressOf(server))];
  await signInQuickly(desk, "admin");
  await signInQuickly(other, "deputy");
  await open(desk, "/admin/recoveries");
  await desk.page.getByText("No recovery is under way").waitFor();
  await desk.page.getByRole("button", { name: "Begin a recovery" }).click();
  const begin = desk.page.getByRole("dialog");
  await begin.getByLabel("User name").fill("nurse");
  await begin.getByLabel("Reason").fill("her phone fell into the river");
  await begin.getByText("Remove the old passkeys").click();
  await begin.getByLabel("Your password").fill(kPassword);
  await noFindings(desk.page, "beginning a recovery");
  await begin.getByRole("button", { name: "Begin a recovery" }).click();
  await desk.page.getByText("Another administrator has to confirm it").waitFor();
  await noFindings(desk.page, "a recovery");
  assert.equal(await desk.page.getByRole("button", { name: "Confirm" }).count(), 0, "not by who began it");

  await open(other, "/admin/recoveries");
  await other.page.getByRole("button", { name: "Confirm" }).click();
  await other.page.getByRole("dialog").getByLabel("Your password").fill(kPassword);
  await other.page.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
  const code = await other.page.locator(".recovery-code").innerText();
  assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await noFindings(other.page, "the code");

  const [fresh, finger] = await phoneWithKey();
  await fresh.page.goto(fresh.server.url);
  await fresh.page.getByRole("button", { name: "I have a recovery code" }).click();
  await fresh.page.getByLabel("User name").fill("nurse");
  await fresh.page.getByLabel("Recovery code").fill("AAAA-BBBB-CCCC");
  await noFindings(fresh.page, "typing the code");
  await fresh.page.getByRole("button", { name: "Make a new passkey" }).click();
  await fresh.page.getByText("Name or code is not right").waitFor();
  await fresh.page.getByLabel("Recovery code").fill(code.toLowerCase());
  await fresh.page.getByRole("button", { name: "Make a new passkey" }).click();
  await home(fresh).waitFor();
  assert.equal((await finger.credentials()).length, 1);
  const { passkeys } = await ask(fresh, "/api/passkeys");
  assert.deepEqual(passkeys.map(({ name }) => name), ["New passkey"]);
  // Whoever holds the lost phone is signed out.
  await phone.page.getByText("You were signed out from another device").waitFor();
  for (const one of [desk, other, fresh]) {
    assert.deepEqual(one.problems, []);
    await one.context.close();
  }
});

test("nothing went wrong in the pages meanwhile", async () => {
  await settled(phone.page);
  assert.deepEqual(phone.problems, []);
});
