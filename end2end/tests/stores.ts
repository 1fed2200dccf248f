/** One Redis and one PostgreSQL for a worker's tests, in folders of their own and on free ports. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HANG_MS, freePort } from './ports.ts';
import type { Settings } from './server.ts';

export class Stores {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tessera-stores-'));
  readonly #processes: ChildProcess[] = [];
  #redis = 0;
  #postgres = 0;
  #databases = 0;

  static async start(): Promise<Stores> {
    const stores = new Stores();
    stores.#redis = await freePort();
    stores.#processes.push(spawn('redis-server', ['--port', `${stores.#redis}`, '--bind', '127.0.0.1', '--save', '', '--dir', stores.#folder], { stdio: 'ignore' }));
    stores.#postgres = await freePort();
    const data = join(stores.#folder, 'postgres');
    chmodSync(stores.#folder, 0o777);
    asNobody('initdb', ['--no-sync', '--auth=trust', '--username=tessera', '--encoding=UTF8', '-D', data]);
    const [program, args] = command('postgres', ['-D', data, '-p', `${stores.#postgres}`, '-h', '127.0.0.1', '-k', '', '-c', 'fsync=off']);
    stores.#processes.push(spawn(program, args, { cwd: '/', stdio: 'ignore' }));
    await until(() => stores.#sql('postgres', 'SELECT 1'));
    await until(() => execFileSync('redis-cli', ['-p', `${stores.#redis}`, 'PING'], { stdio: 'pipe' }));
    return stores;
  }

  /** What leads an instance to them; `database` is one of {@link fresh}. */
  settings(database: string): Settings {
    return {
      TESSERA_STORE__TICKETS: `redis://127.0.0.1:${this.#redis}`,
      TESSERA_STORE__RECORDS: `postgres://tessera@127.0.0.1:${this.#postgres}/${database}`,
    };
  }

  /** Empty tickets, and a database that begins as a copy of another. */
  fresh(like = 'template1'): string {
    execFileSync('redis-cli', ['-p', `${this.#redis}`, 'FLUSHALL'], { stdio: 'ignore' });
    const database = `t${(this.#databases += 1)}`;
    this.#sql('postgres', `CREATE DATABASE ${database} TEMPLATE ${like}`);
    return database;
  }

  stop(): void {
    for (const child of this.#processes) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #sql(database: string, text: string): void {
    execFileSync(found('psql'), ['-h', '127.0.0.1', '-p', `${this.#postgres}`, '-U', 'tessera', '-d', database, '-qc', text], { stdio: 'pipe' });
  }
}

async function until(holds: () => unknown): Promise<void> {
  const late = performance.now() + HANG_MS;
  for (;;) {
    try {
      holds();
      return;
    } catch (error) {
      if (performance.now() > late) throw error;
      await sleep(50);
    }
  }
}

/** PostgreSQL refuses to be root. */
function command(program: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [found(program), [...args]];
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--', found(program), ...args]];
}

/** A program of PostgreSQL: of Debian's package, which keeps most of them off the PATH, else the first on it. */
function found(program: string): string {
  return ['17', '16', '15'].map((version) => `/usr/lib/postgresql/${version}/bin/${program}`).find(existsSync) ?? program;
}

function asNobody(name: string, args: readonly string[]): void {
  const [program, all] = command(name, args);
  execFileSync(program, all, { cwd: '/', stdio: 'pipe' });
}
