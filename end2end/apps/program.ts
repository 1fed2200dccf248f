/** Programs that others wrote, which a test starts in a folder of its own and ends with itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { expect } from '../tests/fixtures.ts';
import { HANG_MS } from '../tests/ports.ts';

/** Where `scripts/setup apps` puts them. */
export const APPS = fileURLToPath(new URL('../../target/apps', import.meta.url));

export class Program {
  readonly #child: ChildProcess;
  #said = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    for (const output of [child.stdout, child.stderr]) output?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
  }

  /** Starts a program and waits until there is a page at this address. */
  static async start(command: string, args: readonly string[], cwd: string, env: Record<string, string>, address: string): Promise<Program> {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const program = new Program(child);
    await expect(async () => {
      expect(child.exitCode, program.#said).toBeNull();
      expect((await fetch(address, { redirect: 'manual' })).status).toBeLessThan(400);
    }).toPass({ timeout: HANG_MS, intervals: [500] });
    return program;
  }

  /** Asks it to end, so that it ends what it started itself; kills what is left of its group. */
  async end(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await Promise.race([ended, sleep(HANG_MS, undefined, { ref: false })]);
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The whole group is gone already.
    }
  }

  get said(): string {
    return this.#said;
  }
}
