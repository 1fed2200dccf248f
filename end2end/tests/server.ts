/** One Tessera for one test: the release binary in an empty folder, on a free port, ended with the test. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { HANG_MS, freePort } from './ports.ts';

/** As the tests build it; what measures names the release binary. */
const BINARY = process.env['TESSERA_BINARY'] ?? fileURLToPath(new URL('../../target/tests/tessera', import.meta.url));

/** Variables such as `TESSERA_LOGIN__CODE_SECONDS`. */
export type Settings = Readonly<Record<string, string>>;

/** As long as each may be: nothing ends by itself where no test asks for it, however slow the machine is. */
const PATIENT: Settings = {
  TESSERA_LOGIN__RENEW_SECONDS: '3600',
  TESSERA_LOGIN__DECIDE_SECONDS: '180',
  TESSERA_LOGIN__CLAIM_SECONDS: '60',
};

/** An approval is a tap, whatever is known of the browser: most tests are about something else. `LADDER` sets the defaults. */
const TAPS: Settings = Object.fromEntries(
  ['NEW_BROWSER', 'NEW_BROWSER_OTHER_COUNTRY', 'TYPED_CODE', 'OUTDATED_CODE', 'SECOND_ACCOUNT', 'ADMINISTRATORS'].map(
    (fact) => [`TESSERA_LOGIN__VERIFICATION__${fact}`, 'tap'],
  ),
);

/** What an approval asks by default. */
export const LADDER: Settings = {
  TESSERA_LOGIN__VERIFICATION__NEW_BROWSER: 'number',
  TESSERA_LOGIN__VERIFICATION__TYPED_CODE: 'type',
  TESSERA_LOGIN__VERIFICATION__OUTDATED_CODE: 'type',
  TESSERA_LOGIN__VERIFICATION__SECOND_ACCOUNT: 'type',
  TESSERA_LOGIN__VERIFICATION__ADMINISTRATORS: 'passkey',
};

/** How a server's process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Options {
  /** The data folder; the server runs in it, so that it finds no configuration file either. */
  readonly folder: string;
  readonly settings?: Settings;
  /** Where to listen; by default on a port that is free. */
  readonly addr?: string;
  readonly lan?: boolean;
}

/** An app as it was registered; its secret is shown once, and a public one has none. */
export interface Registered {
  readonly app_id: string;
  readonly app_secret: string | null;
}

/** What tests know of a server, whatever it consists of. */
export interface House {
  readonly origin: string;
  readonly port: number;
  readonly log: string;
  readonly greeting: string;
  setupLink(): Promise<string>;
  /** Registers a third-party site, as an operator does. */
  addApp(name: string, options: readonly string[]): Registered;
  /** Whatever else an operator does on the command line, and what that prints. */
  command(...args: string[]): string;
  startAgain(): Promise<void>;
  stop(): Promise<Ended>;
  kill(): Promise<void>;
}

/** Options of a server that has a place. */
type Placed = Options & { readonly addr: string };

export class Server implements House {
  /** Where it says it is: `http://localhost:<port>`. */
  readonly origin: string;
  readonly #options: Placed;
  #process: ChildProcess;
  #output: Output;

  private constructor(options: Placed, { child, output, origin }: Running) {
    this.#options = options;
    this.#process = child;
    this.#output = output;
    this.origin = origin;
  }

  static async start(options: Options): Promise<Server> {
    const placed = { ...options, addr: options.addr ?? `127.0.0.1:${await freePort()}` };
    return new Server(placed, await run(placed));
  }

  /** Adds a person, as an operator does; before the server's first start too. */
  static addPerson(folder: string, username: string, displayName: string, password: string, settings: Settings = {}): void {
    const args = ['user', 'add', username, '--display-name', displayName, '--password-stdin', '--create', '--data-dir', folder];
    execFileSync(BINARY, args, { cwd: folder, env: environment(settings), input: password, stdio: ['pipe', 'ignore', 'pipe'] });
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }

  /** What it logged. */
  get log(): string {
    return this.#output.log;
  }

  /** What it printed for the person who started it. */
  get greeting(): string {
    return this.#output.text;
  }

  /** The one-time link of a first start. */
  async setupLink(): Promise<string> {
    return this.#output.find(/^(\S+\/setup\?token=\S+)\n/m);
  }

  addApp(name: string, options: readonly string[]): Registered {
    return JSON.parse(this.command('app', 'add', name, ...options, '--json', '--create')) as Registered;
  }

  command(...args: string[]): string {
    const { folder, settings } = this.#options;
    args.push('--data-dir', folder);
    return execFileSync(BINARY, args, { cwd: folder, env: environment(settings), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** The same server once more: same folder, same port, nothing of its memory. */
  async startAgain(): Promise<void> {
    const { child, output } = await run(this.#options);
    this.#process = child;
    this.#output = output;
  }

  /** As an operator stops it. */
  async stop(): Promise<Ended> {
    return this.#end('SIGTERM');
  }

  /** As a power cut stops it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<Ended> {
    const child = this.#process;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    }
    return { code: child.exitCode, signal: child.signalCode };
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly output: Output;
  readonly origin: string;
}

async function run(options: Placed): Promise<Running> {
  const args = ['serve', '--addr', options.addr, '--data-dir', options.folder, ...(options.lan ? ['--lan'] : [])];
  const child = spawn(BINARY, args, { cwd: options.folder, env: environment(options.settings) });
  const output = new Output(child);
  try {
    return { child, output, origin: await output.find(/^Tessera is at (\S+)$/m) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** What a process writes, to be read while it runs. */
class Output {
  text = '';
  log = '';
  #ended = false;
  #changed = () => {};

  constructor(child: ChildProcess) {
    const change = (write: () => void) => {
      write();
      this.#changed();
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => change(() => (this.text += text)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => change(() => (this.log += text)));
    child.once('exit', () => change(() => (this.#ended = true)));
    child.once('error', (error) => change(() => ((this.log += error.message), (this.#ended = true))));
  }

  /** Waits for a line on standard output; returns the part that the pattern asks for. */
  async find(pattern: RegExp): Promise<string> {
    const late = AbortSignal.timeout(HANG_MS);
    for (;;) {
      const found = pattern.exec(this.text)?.[1];
      if (found !== undefined) return found;
      if (this.#ended || late.aborted) throw new Error(`the server never printed ${pattern}:\n${this.text}${this.log}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
        late.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }
}

/** This shell's variables without those that would configure the server: a test says what it needs itself. */
function environment(settings: Settings = {}): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('TESSERA_'));
  return { ...Object.fromEntries(others), ...PATIENT, ...TAPS, ...settings };
}
