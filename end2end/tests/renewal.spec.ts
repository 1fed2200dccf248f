/** A code lives for a minute; here for less. A page that somebody looks at renews it, any other rests. */
import type { Page } from '@playwright/test';

import { expect, test } from './fixtures.ts';
import { RENEWABLE, SCANNED, expectHeading, expectStatus, isSignedIn, otherStates, renew, renewTwice, setVisible, signInByScan, typedCode } from './people.ts';
import { codeIn, readQr, seeQr } from './qr.ts';

/** A page that asked for a newer code asks once more only after this long. */
const ASKS_AGAIN_MS = 3_000;

interface Asked {
  /** Over its socket, or by a request. */
  readonly how: 'socket' | 'request';
  /** By the page's own clock. */
  readonly at: number;
}

/** How the page asks for newer codes from now on. */
async function refreshes(page: Page): Promise<Asked[]> {
  const seen: Asked[] = [];
  await page.exposeBinding('asked', (_, asked: Asked) => seen.push(asked));
  await page.addInitScript(() => {
    const { asked } = globalThis as unknown as { asked: (asked: Asked) => void };
    const [{ fetch }, { send }] = [globalThis, WebSocket.prototype];
    WebSocket.prototype.send = function (said) {
      if (said === 'refresh') asked({ how: 'socket', at: Date.now() });
      send.call(this, said);
    };
    globalThis.fetch = async (input, init) => {
      if (input instanceof Request && input.url.endsWith('/refresh')) asked({ how: 'request', at: Date.now() });
      return fetch(input, init);
    };
  });
  return seen;
}

test.describe('with codes of twenty seconds', () => {
  test.use({ settings: RENEWABLE });

  test('a visible page renews its code by itself before it dies', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    const [seen, asked] = [await otherStates(desktop), await refreshes(desktop)];
    await desktop.goto('/login');
    const [first, typed] = [codeIn(await readQr(desktop)), await typedCode(desktop)];
    await expect(desktop.getByLabel('Code for typing')).not.toHaveText(typed);
    expect(codeIn(await readQr(desktop))).not.toBe(first);
    expect(seen, 'and never stops waiting').toEqual([]);
    // On a slow machine it may have asked again by then, and in another way.
    const atFirst = asked.filter(({ at }) => at < (asked[0]?.at ?? 0) + ASKS_AGAIN_MS);
    expect(atFirst.map(({ how }) => how), 'over the connection that is open anyway').toEqual(['socket']);
    await signInByScan(desktop, phone);
  });

  test('where WebSockets are refused, a page asks by a request', async ({ desktop }) => {
    await desktop.routeWebSocket(/\/watch\?/, (socket) => socket.close());
    const asked = await refreshes(desktop);
    await desktop.goto('/login');
    const typed = await typedCode(desktop);
    await expect(desktop.getByLabel('Code for typing')).not.toHaveText(typed);
    expect([...new Set(asked.map(({ how }) => how))]).toEqual(['request']);
  });

  test('a hidden page lets its code go and rests', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    const asked = await refreshes(desktop);
    await desktop.goto('/login');
    await setVisible(desktop, false);
    await expectStatus(desktop, 'This code has expired.');
    expect(asked).toEqual([]);
    await expect.poll(async () => seeQr(desktop), 'a dead code cannot be scanned').toBeNull();

    await setVisible(desktop, true);
    await desktop.getByRole('button', { name: 'Show a new code' }).click();
    await signInByScan(desktop, phone);
  });

  test('a page that is looked at again in time renews its code', async ({ desktop }) => {
    await desktop.goto('/login');
    await setVisible(desktop, false);
    const typed = await typedCode(desktop);
    await setVisible(desktop, true);
    await expect(desktop.getByLabel('Code for typing')).not.toHaveText(typed);
    await expectStatus(desktop, "Scan with your phone's camera");
  });

  test('an outdated code is told on both screens', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    await desktop.goto('/login');
    const old = await readQr(desktop);
    await renewTwice(desktop);

    await phone.goto(old);
    await expectHeading(phone, 'A newer code is on the screen');
    await expect(phone.getByText('If someone sent it to you')).toBeVisible();
    await expect(desktop.getByRole('alert')).toContainText('Someone just scanned an older code from this page.');

    await signInByScan(desktop, phone);
  });

  test('the code before the newest still counts for the rest of its minute', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    await desktop.goto('/login');
    const old = await readQr(desktop);
    await renew(desktop);
    await phone.goto(old);
    await expectHeading(phone, /^Sign in another device to/);
    await expectStatus(desktop, SCANNED);
  });
});

test.describe('where the script never arrives', () => {
  test.use({ settings: { TESSERA_LOGIN__CODE_SECONDS: '4' } });

  test('a page does not sit on a dead code', async ({ desktop }) => {
    await desktop.route('**/*.wasm', async (route) => route.abort());
    await desktop.goto('/login');
    const first = await readQr(desktop);
    await expect.poll(async () => seeQr(desktop)).not.toBe(first);
  });
});

test.describe('where pages do not renew', () => {
  test.use({ settings: { ...RENEWABLE, TESSERA_LOGIN__RENEW_SECONDS: '0' } });

  test('a page rests behind one button', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    const asked = await refreshes(desktop);
    await desktop.goto('/login?next=/link');
    const first = await readQr(desktop);
    const button = desktop.getByRole('button', { name: 'Show a new code' });
    await expect(button).toBeHidden();
    await expect(button).toBeVisible();
    await expectStatus(desktop, 'This code has expired.');
    expect(asked).toEqual([]);
    await expect.poll(async () => seeQr(desktop)).toBeNull();

    await button.click();
    expect(codeIn(await readQr(desktop))).not.toBe(codeIn(first));
    await phone.goto(await readQr(desktop));
    await phone.getByRole('button', { name: 'Approve' }).click();
    await expect(desktop, 'where it was heading is not forgotten').toHaveURL(/\/link$/);
  });
});
