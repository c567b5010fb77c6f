// A Wardlight server with a directory: its configuration and mapping, and what the tests look at.
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '../live/api.mjs';
import { query } from '../live/database.mjs';
import { newDataFolder, program, startServer } from '../live/server.mjs';

/** Rules as a mapping file; `version` as given. */
export const mappingText = (rules, version = '1') =>
  [`version = ${JSON.stringify(version)}`, ...rules.map((rule) => ['[[rule]]', ...Object.entries(rule).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)].join('\n'))].join('\n\n') + '\n';

export class Hospital {
  constructor({ settings, rules, password }) {
    this.data = newDataFolder();
    this.folder = newDataFolder();
    this.configuration = join(this.folder, 'wardlight.toml');
    this.mapping = join(this.folder, 'groups.toml');
    this.passwordFile = join(this.folder, 'directory.password');
    writeFileSync(this.passwordFile, password + '\n');
    chmodSync(this.passwordFile, 0o600);
    this.map(rules);
    this.configure(settings);
  }

  map(rules, version) {
    writeFileSync(this.mapping, mappingText(rules, version));
  }

  configure(settings) {
    const all = { mapping: this.mapping, bind_password_file: this.passwordFile, sync_seconds: 1, ...settings };
    const lines = Object.entries(all).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    writeFileSync(this.configuration, [`data = ${JSON.stringify(this.data)}`, '[directory]', ...lines].join('\n') + '\n');
  }

  async start() {
    this.server = await startServer(this.data, { args: ['--config', this.configuration, '--verbose'] });
    return this;
  }

  /** `wardlight directory ...`: exit code, both outputs, milliseconds. */
  command(...args) {
    const started = performance.now();
    const done = spawnSync(program, ['directory', ...args, '--config', this.configuration], { encoding: 'utf8' });
    return { code: done.status, signal: done.signal, out: done.stdout, err: done.stderr, took: performance.now() - started };
  }

  doctor() {
    return spawnSync(program, ['doctor', '--quick', '--config', this.configuration], { encoding: 'utf8' }).stdout;
  }

  /** Status and body of a sign-in, the reason in the audit log, milliseconds. */
  async tryToSignIn(user, password) {
    const started = performance.now();
    const answer = await call(this.server.http, 'POST', '/api/sign-in', { body: { user, password }, headers: { 'Content-Type': 'application/json' } });
    const took = performance.now() - started;
    const [entry] = this.audit("action = 'sign_in'");
    return { status: answer.status, text: answer.text, reason: entry.reason, account: entry.account, took };
  }

  /** Newest first. */
  audit(where) {
    return query(this.data, `SELECT action, reason, account, role, resource_id FROM audit_entry WHERE ${where} ORDER BY sequence DESC LIMIT 200`);
  }

  account(user) {
    return query(this.data, `SELECT id, user_name, display_name, role, directory_id, directory_bar FROM account WHERE user_name = '${user}'`)[0];
  }

  async stop() {
    await this.server?.stop();
    this.server = null;
  }
}
