/** Programs that others wrote, which a test starts in a folder of its own and ends with itself. */
import { type ChildProcess, spawn } from 'node:child_process';
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

  /** Starts a program and waits until it answers at this address. */
  static async start(command: string, args: readonly string[], cwd: string, env: Record<string, string>, address: string): Promise<Program> {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const program = new Program(child);
    await expect(async () => {
      expect(child.exitCode, program.#said).toBeNull();
      expect((await fetch(address, { redirect: 'manual' })).status).toBeLessThan(500);
    }).toPass({ timeout: HANG_MS, intervals: [500] });
    return program;
  }

  /** Ends it with everything that it started. */
  end(): void {
    if (this.#child.pid !== undefined && this.#child.exitCode === null) process.kill(-this.#child.pid, 'SIGKILL');
  }

  get said(): string {
    return this.#said;
  }
}
