/** Two instances behind a balancer: phones are led to the second, everybody else to the first. */
import { type Server as Balancer, type Socket, connect, createServer } from 'node:net';

import { freePort } from './ports.ts';
import { type Ended, type House, type Options, type Registered, Server } from './server.ts';

export class Pair implements House {
  readonly origin: string;
  readonly #first: Server;
  readonly #second: Server;
  readonly #balancer: Balancer;

  private constructor(origin: string, first: Server, second: Server, balancer: Balancer) {
    [this.origin, this.#first, this.#second, this.#balancer] = [origin, first, second, balancer];
  }

  static async start(options: Options): Promise<Pair> {
    const [port, first, second] = [await freePort(), await freePort(), await freePort()];
    const origin = `http://localhost:${port}`;
    const settings = { TESSERA_SERVER__PUBLIC_URL: origin, ...options.settings };
    const instances = await Promise.all(
      [first, second].map((port) => Server.start({ ...options, settings, addr: `127.0.0.1:${port}` })),
    );
    const balancer = createServer((near) => lead(near, first, second));
    await new Promise<void>((resolve) => balancer.listen(port, '127.0.0.1', resolve));
    return new Pair(origin, instances[0]!, instances[1]!, balancer);
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }

  get log(): string {
    return `${this.#first.log}\n--- the second instance ---\n${this.#second.log}`;
  }

  get greeting(): string {
    return this.#first.greeting;
  }

  /** Any instance's link will do; the balancer leads it to the first. */
  async setupLink(): Promise<string> {
    return this.#second.setupLink();
  }

  addApp(name: string, options: readonly string[]): Registered {
    return this.#first.addApp(name, options);
  }

  command(...args: string[]): string {
    return this.#first.command(...args);
  }

  async startAgain(): Promise<void> {
    await Promise.all([this.#first.startAgain(), this.#second.startAgain()]);
  }

  /** How it ended, told by the instance that did not end well, if one did not. */
  async stop(): Promise<Ended> {
    const [first, second] = await Promise.all([this.#first.stop(), this.#second.stop()]);
    return first.code === 0 ? second : first;
  }

  async kill(): Promise<void> {
    await Promise.all([this.#first.kill(), this.#second.kill()]);
  }

  /** Nothing is left of it. */
  async end(): Promise<void> {
    await this.kill();
    this.#balancer.close();
  }
}

/** The first words of a connection say who speaks. */
function lead(near: Socket, first: number, second: number): void {
  near.once('data', (words: Buffer) => {
    near.pause();
    const far = connect(/user-agent: .*mobile/i.test(words.toString('latin1')) ? second : first, '127.0.0.1', () => {
      far.write(words);
      near.pipe(far).pipe(near);
    });
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
  });
  near.on('error', () => near.destroy());
}
