/** What the browser itself is told to refuse: anything that the policy does not name, and any frame. */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { ConsoleMessage, Page } from '@playwright/test';

import { DESKTOP, PHONE, type Open, expect, test } from './fixtures.ts';
import { TOUR, type Part, accountPages, firstPages, signInPages, signedInPages } from './pages.ts';
import { isSignedIn, scan } from './people.ts';
import { codeIn, readQr } from './qr.ts';
import { TURNS } from './turns.ts';

/** Everything that the pages of `open` have to complain about. */
function complaints(open: Open): { open: Open; heard: string[] } {
  const heard: string[] = [];
  const say = (line: string) => heard.push(line);
  const listen: Open = async (options) => {
    const page = await open(options);
    // Without script nothing is run that was loaded ahead, and Chromium says so.
    if (options?.javaScriptEnabled === false) return page;
    await page.context().exposeBinding('violated', (source, what: string) => say(`${source.page.url()} violates ${what}`));
    await page.addInitScript(() => {
      const { violated } = globalThis as unknown as { violated: (what: string) => void };
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => violated(`${effectiveDirective}: ${blockedURI}`));
    });
    page.context().on('console', (line) => {
      if (['error', 'warning', 'assert'].includes(line.type()) && !isRefusedPage(line)) say(`${line.location().url}: ${line.text()}`);
    });
    page.context().on('weberror', (error) => say(error.error().message));
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // A page that is left drops what it was still asking for.
      if (why !== 'net::ERR_ABORTED') say(`${request.url()}: ${why}`);
    });
    return page;
  };
  return { open: listen, heard };
}

/** Chromium calls the status of a wrong turn an error of the page; whoever reads the page is told already. */
function isRefusedPage(line: ConsoleMessage): boolean {
  return /status of 4\d\d/.test(line.text()) && line.location().url === line.page()?.url();
}

const PARTS: Record<string, Part> = { accountPages: { visit: accountPages }, signInPages: { visit: signInPages }, signedInPages: { visit: signedInPages }, ...TURNS };

test.describe('sec_26_no_page_and_no_step_of_the_flow_violates_the_policy', () => {
  for (const [part, { visit, settings }] of Object.entries(PARTS)) {
    test.describe(() => {
      test.use({ settings: { ...TOUR, ...settings } });

      test(part, async ({ open, server }) => {
        const policies: string[] = [];
        const listening = complaints(open);
        const look = async (page: Page) => {
          // Names below `localhost` are known to browsers alone.
          const url = new URL(page.url());
          const { host } = url;
          if (url.hostname.endsWith('.localhost')) url.hostname = '127.0.0.1';
          const response = await page.request.get(url.href, { headers: { accept: 'text/html', host } });
          policies.push(response.headers()['content-security-policy'] ?? `none at ${page.url()}`);
        };
        await visit({ open: listening.open, shape: part === 'accountPages' ? DESKTOP : PHONE, look }, server);
        expect(listening.heard).toEqual([]);
        for (const policy of policies) {
          expect(policy).toMatch(/^default-src 'none';/);
          expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
        }
        expect(new Set(policies).size, 'every answer has a nonce of its own').toBe(policies.length);
      });
    });
  }

  test.describe('on a first start', () => {
    test.use({ people: false });

    test('firstPages', async ({ server, open }) => {
      const listening = complaints(open);
      await firstPages({ open: listening.open, shape: DESKTOP, look: async () => {} }, server);
      expect(listening.heard).toEqual([]);
    });
  });
});

/** Another site: one page that frames whatever it is asked to. */
async function otherSite(): Promise<{ site: HttpServer; origin: string }> {
  const site = createServer((request, response) => {
    const framed = new URL(request.url ?? '/', 'http://other').searchParams.get('framed') ?? '';
    const source = framed.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Other</title><iframe src="${source}"></iframe>`);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  return { site, origin: `http://127.0.0.1:${(site.address() as AddressInfo).port}` };
}

test('sec_27_a_frame_on_another_site_stays_empty_whatever_it_asks_for', async ({ server, browser, desktop, phone }) => {
  const { site, origin } = await otherSite();
  await isSignedIn(phone);
  await desktop.goto('/login');
  const code = codeIn(await readQr(desktop));
  await scan(phone, desktop);
  // Signed in or not: the cookies come along, as far as a browser lets them.
  for (const { cookies } of [await desktop.context().storageState(), await phone.context().storageState()]) {
    const context = await browser.newContext({ storageState: { cookies, origins: [] } });
    const page = await context.newPage();
    for (const path of ['/', '/login', '/login?code=1', '/signin', '/link', '/setup?token=x', '/nothing-here', `/s/${code}`, '/healthz', '/favicon.svg']) {
      const answered = page.waitForResponse((response) => response.url() === `${server.origin}${path}`);
      await page.goto(`${origin}/?framed=${encodeURIComponent(`${server.origin}${path}`)}`);
      await answered;
      const frame = page.frames().find((frame) => frame !== page.mainFrame());
      await expect.poll(() => frame?.url(), path).toBe('chrome-error://chromewebdata/');
    }
    await context.close();
  }
  site.close();
  site.closeAllConnections();
});
