// A Wardlight server for one test file: throw-away data, free ports, users, and a feed.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const binary = process.env.WARDLIGHT_BINARY ?? join(repository, "build/release/src/app/wardlight");
const web = join(repository, "web/dist");

export const kPassword = "correct horse battery staple";
const kStartLimit = 30_000;
const kAnswerLimit = 10_000;

/** The people of every test: who they are and what they see. */
export const people = {
  nurse: { name: "nurse", display: "Nia Morgan", role: "ward_nurse", wards: ["7A"] },
  colleague: { name: "colleague", display: "Ben Okoro", role: "ward_nurse", wards: ["7A"] },
  doctor: { name: "doctor", display: "Dr Tariq Rahman", role: "doctor", wards: ["7A"], teams: ["renal"] },
  coordinator: { name: "coordinator", display: "Jo Baptiste", role: "site_coordinator" },
  /** On another ward: without a tie to the patients of the tests. */
  outsider: { name: "outsider", display: "Eve Larsen", role: "ward_nurse", wards: ["9C"] },
  privacy: { name: "privacy", display: "Sam Osei", role: "privacy_officer" },
  admin: { name: "admin", display: "Alex Kim", role: "administrator" },
};

export class Server {
  /** https address of the app. */
  url = "";
  #data = mkdtempSync(join(tmpdir(), "wardlight-e2e."));
  #http = "127.0.0.1:0";
  #mllp = "127.0.0.1:0";
  #process = null;
  #log = [];

  /** With `more` people than those of every test. */
  static async start(more = []) {
    for (const [path, how] of [
      [binary, "build it with script/build"],
      [join(web, "index.html"), "build it with `npm --prefix web run build`"],
    ]) {
      if (!existsSync(path)) throw new Error(`${path} is not there: ${how}`);
    }
    const server = new Server();
    try {
      for (const person of [...Object.values(people), ...more]) server.#addUser(person);
      await server.run();
    } catch (problem) {
      await server.stop();
      throw problem;
    }
    return server;
  }

  /** Starts the process; after `kill`, on the same data and the same ports. */
  async run() {
    const options = ["--data", this.#data, "--http", this.#http, "--mllp", this.#mllp, "--web", web];
    this.#process = spawn(binary, ["serve", ...options, "--tls", "self-signed"], { stdio: ["ignore", "pipe", "pipe"] });
    createInterface({ input: this.#process.stderr }).on("line", (line) => this.#log.push(line));
    const ready = await this.#readyLine();
    const [, http = "", mllp = ""] = /^ready http=(\S+) mllp=([^\s,]+)/.exec(ready) ?? [];
    this.url = http;
    this.#http = new URL(http).host;
    this.#mllp = mllp;
  }

  /** As a power cut would: no chance to tidy up. */
  async kill() {
    if (!this.#process || this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }

  async stop() {
    await this.kill();
    rmSync(this.#data, { recursive: true, force: true });
  }

  /** Sends one message and resolves with its acknowledgement. */
  send(message) {
    const [host, port] = this.#mllp.split(":");
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port: Number(port) });
      let answer = "";
      socket.setTimeout(kAnswerLimit, () => socket.destroy(new Error("no acknowledgement")));
      socket.on("error", reject);
      socket.on("connect", () => socket.write(`\x0b${message}\x1c\r`));
      socket.on("data", (bytes) => {
        answer += bytes.toString("utf8");
        if (!answer.includes("\x1c\r")) return;
        socket.end();
        const body = answer.slice(1, answer.indexOf("\x1c"));
        if (/^MSA\|(AA|CA)\|/m.test(body.replaceAll("\r", "\n"))) resolve(body);
        else reject(new Error(`not accepted: ${body.replaceAll("\r", " ")}`));
      });
    });
  }

  /** The last lines of the server's log, for a test that failed. */
  get log() {
    return this.#log.slice(-20).join("\n");
  }

  #addUser({ name, display, role, wards = [], teams = [] }) {
    const places = [...wards.flatMap((ward) => ["--ward", ward]), ...teams.flatMap((team) => ["--team", team])];
    const who = ["--data", this.#data, "--name", name, "--display", display, "--role", role, ...places];
    execFileSync(binary, ["user", "add", ...who, "--password-file", "-"], { input: `${kPassword}\n`, stdio: "pipe" });
  }

  #readyLine() {
    return new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`${why}\n${this.log}`));
      const timer = setTimeout(() => fail("the server was not ready in time"), kStartLimit);
      this.#process.once("exit", (code) => fail(`the server ended with ${code}`));
      createInterface({ input: this.#process.stdout }).on("line", (line) => {
        if (!line.startsWith("ready ")) return;
        clearTimeout(timer);
        this.#process.removeAllListeners("exit");
        resolve(line);
      });
    });
  }
}
