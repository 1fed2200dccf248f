/** A server behind a slow network, and people who press twice: the second press is sent before the first is answered. */
import { EventEmitter, once } from 'node:events';
import { type IncomingMessage, type Server as Listener, type ServerResponse, createServer, request } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { type Locator, expect } from '@playwright/test';

import { freePort } from './ports.ts';

/** The two presses of a button. */
class Presses extends EventEmitter {
  /** The form that is sent, and how often it was. */
  form: string | undefined;
  sent = 0;
  /** The second press is here; and the server has done what the first one asks for. */
  readonly again = once(this, 'again');
  readonly done = once(this, 'done');
}

export class Slow {
  /** Where browsers find the server, and where it is. */
  readonly origin: string;
  readonly addr: string;
  readonly #listener: Listener;
  #presses: Presses | undefined;

  private constructor(port: number, behind: number) {
    [this.origin, this.addr] = [`http://localhost:${port}`, `127.0.0.1:${behind}`];
    this.#listener = createServer((asked, answer) => void this.#carry(asked, answer, behind));
    this.#listener.on('upgrade', (asked, near) => {
      const far = connect(behind, '127.0.0.1', () => {
        const headers = asked.rawHeaders.map((part, at) => (at % 2 === 0 ? `${part}: ` : `${part}\r\n`));
        far.write(`GET ${asked.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
        near.pipe(far).pipe(near);
      });
      for (const socket of [near, far]) socket.on('error', () => {});
      far.on('close', () => near.destroy());
      near.on('close', () => far.destroy());
    });
    this.#listener.listen(port, '127.0.0.1');
  }

  static async open(): Promise<Slow> {
    return new Slow(await freePort(), await freePort());
  }

  /** Presses twice. The browser gives up waiting for the first answer; the server does all that the first press asks for. */
  async twice(button: Locator): Promise<void> {
    await button.scrollIntoViewIfNeeded();
    const presses = (this.#presses = new Presses());
    const { x, y, width, height } = (await button.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    for (const press of [1, 2]) {
      // Of two that come faster than any finger, browsers send one.
      await button.page().mouse.click(x + width / 2, y + height / 2);
      await expect.poll(() => presses.sent, { message: `press ${press} is sent` }).toBe(press);
    }
    this.#presses = undefined;
  }

  async #carry(asked: IncomingMessage, answer: ServerResponse, behind: number): Promise<void> {
    const presses = asked.method === 'POST' && [undefined, asked.url].includes(this.#presses?.form) ? this.#presses : undefined;
    if (presses) presses.form = asked.url;
    const nth = presses ? (presses.sent += 1) : 0;
    if (nth === 2) presses?.emit('again');
    const body = await buffer(asked).catch(() => undefined);
    if (nth === 1) await presses?.again;
    if (nth === 2) await presses?.done;
    const { method, url: path, headers } = asked;
    const far = request({ host: '127.0.0.1', port: behind, method, path, headers }, (said) => {
      if (nth === 1) presses?.emit('done');
      answer.writeHead(said.statusCode ?? 502, said.rawHeaders);
      said.pipe(answer);
    });
    far.on('error', () => answer.destroy());
    // A first press that was broken off while it was sent is none to the server.
    if (body) far.end(body);
    else presses?.emit('done');
    // Of two presses both are carried to their ends, whether or not somebody waits.
    if (nth === 0) answer.on('close', () => far.destroy());
  }

  close(): void {
    this.#listener.closeAllConnections();
    this.#listener.close();
  }
}
