/** A third-party site for one test: registered as an operator does it, with an address that people come back to. */
import { type IncomingMessage, type Server as HttpServer, type ServerResponse, createServer } from 'node:http';

import type { Page } from '@playwright/test';
import * as client from 'openid-client';

import { test as base, expect } from './fixtures.ts';
import { freePort } from './ports.ts';
import type { House } from './server.ts';

export class Site {
  readonly back: string;
  readonly goodbye: string;
  /** Where the site begins, and where it has its other origin: to a browser, `127.0.0.1` is not `localhost`. */
  readonly start: string;
  readonly home: string;
  /** Whoever comes back is led on to the other origin. */
  leadsOn = false;
  /** The address at which a visitor of the start page begins to sign in, if the site sends them there at once. */
  signsInAt: string | undefined;
  /** Each time that somebody came back. */
  readonly came: URL[] = [];
  readonly #house: House;
  readonly #pages: HttpServer;

  private constructor(house: House, port: number, pages: HttpServer) {
    [this.#house, this.#pages] = [house, pages];
    [this.back, this.goodbye] = [`http://localhost:${port}/back`, `http://localhost:${port}/goodbye`];
    [this.start, this.home] = [`http://localhost:${port}/`, `http://127.0.0.1:${port}/home`];
  }

  static async open(house: House): Promise<Site> {
    const port = await freePort();
    const pages = createServer((asked, answer) => site.#answer(asked, answer));
    const site = new Site(house, port, pages);
    await new Promise<void>((resolve) => pages.listen(port, '127.0.0.1', resolve));
    return site;
  }

  #answer(asked: IncomingMessage, answer: ServerResponse): void {
    const url = new URL(asked.url ?? '/', this.start);
    const isBack = ['/back', '/goodbye'].includes(url.pathname);
    if (isBack) this.came.push(url);
    if (url.pathname === '/' && this.signsInAt) answer.writeHead(303, { location: this.signsInAt }).end();
    else if (isBack && this.leadsOn) answer.writeHead(303, { location: this.home }).end();
    else answer.setHeader('content-type', 'text/html').end('<title>Forum</title>');
  }

  /** Registers the site with these rights; the library finds everything else out by itself. */
  async discover(rights: readonly string[] = [], proof = bySecret): Promise<client.Configuration> {
    const { app_id, app_secret } = this.#house.addApp('Forum', ['--redirect-uri', this.back, ...rights]);
    // Plain http is for a test on this machine; in return every signature is checked.
    const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks];
    return client.discovery(new URL(this.#house.origin), app_id, {}, proof(app_secret), { execute });
  }

  close(): void {
    this.#pages.close();
  }
}

/** How a site proves who it is; one that can keep no secret does not. */
function bySecret(secret: string | null): client.ClientAuth {
  return secret === null ? client.None() : client.ClientSecretBasic(secret);
}

/** What an ordinary request asks, and how its answer is checked. */
export async function request(site: Site, scope = 'openid profile'): Promise<{ asks: Record<string, string>; checks: client.AuthorizationCodeGrantChecks }> {
  const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const code_challenge = await client.calculatePKCECodeChallenge(verifier);
  return {
    asks: { redirect_uri: site.back, scope, state, nonce, code_challenge, code_challenge_method: 'S256' },
    checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
  };
}

/** The page has come back to the site; its address says with what. */
export async function cameBack(page: Page, site: Site): Promise<URL> {
  await expect.poll(() => page.url()).toContain(site.back);
  return new URL(page.url());
}

export const test = base.extend<{ site: Site }>({
  site: async ({ server }, use) => {
    const site = await Site.open(server);
    await use(site);
    site.close();
  },
});

export { expect };
