/** Wrong turns: what happened, why that may be, one next step. */
import type { Page } from '@playwright/test';

import { PHONE, expect, test } from './fixtures.ts';
import { TOUR, type Part, accountPages } from './pages.ts';
import { RENEWABLE, approve, expectHeading, expectStatus, isSignedIn, isWatching, otherStates, scan, signIn, signInByScan, typedCode } from './people.ts';
import { readQr } from './qr.ts';
import { SOON_GONE, TURNS } from './turns.ts';

/** The one heading and the one next step of each. */
const TOLD: Record<string, Record<string, string[]>> = {
  wrongTurns: {
    'turn-forged': ['This code is not from here', 'Back to start /'],
    'turn-malformed': ['This is not a code', 'Type a code instead /link'],
    'turn-taken': ['Someone else scanned this first', 'Back to start /'],
    'turn-cancelled': ['The other screen started over', 'Type a code instead /link'],
  },
  decidedTurns: {
    'turn-denied': ['This sign-in was denied', 'Back to start /'],
    'turn-used': ['This code was already used', 'Back to start /'],
    'turn-same-browser': ['This is the browser to be signed in', 'To your account /account'],
  },
  outdatedTurns: { 'turn-outdated': ['A newer code is on the screen', 'Type a code instead /link'] },
  goneTurns: { 'turn-gone': ['The other page is gone', 'Type a code instead /link'] },
  elsewhereTurns: {
    'turn-wrong-address': ['This site has another address', 'Open it there /login'],
    'turn-no-cookie': ['This browser keeps no cookies', 'Show a new code /login'],
  },
  namedTurns: {
    'turn-wrong-account': ['This code is for another account', 'Back to start /'],
  },
  accountPages: {
    'turn-not-found': ['There is nothing here', 'Back to start /'],
    'turn-setup-used': ['This link does not work', 'Back to start /'],
    'turn-asked-none': ['Nothing is waiting', 'Back to start /'],
  },
};

test.describe('every wrong turn has a page of its own with one next step:', () => {
  const parts: Record<string, Part> = { ...TURNS, accountPages: { visit: accountPages } };
  for (const [part, { visit, settings }] of Object.entries(parts)) {
    test.describe(() => {
      test.use({ settings: { ...TOUR, ...settings } });

      test(part, async ({ open, server }) => {
        const told: Record<string, string[]> = {};
        const look = async (page: Page, name: string) => {
          if (!name.startsWith('turn-')) return;
          const links = page.getByRole('main').getByRole('link');
          await expect(links, name).toHaveCount(1);
          await expect(page.getByRole('button'), name).toHaveCount(0);
          expect((await page.locator('.lead').innerText()).length, name).toBeGreaterThan(40);
          const heading = await page.getByRole('heading', { level: 1 }).innerText();
          told[name] = [heading, `${await links.innerText()} ${(await links.getAttribute('href'))?.replace(server.origin, '')}`];
        };
        await visit({ open, shape: PHONE, look }, server);
        expect(told).toEqual(TOLD[part]);
      });
    });
  }

  test('and a heading of its own', () => {
    const headings = Object.values(TOLD).flatMap((part) => Object.values(part).map(([heading]) => heading));
    expect(new Set(headings).size, headings.join(', ')).toBe(headings.length);
  });
});

test.describe('of whoever is late', () => {
  test.use({ settings: { ...RENEWABLE, TESSERA_LOGIN__RENEW_SECONDS: '0' } });

  test('a code that is scanned or typed too late has expired', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    await desktop.goto('/login');
    const address = await readQr(desktop);
    const typed = await typedCode(desktop);
    await expectStatus(desktop, 'This code has expired.');
    await phone.goto(address);
    await expectHeading(phone, 'This code has expired');
    await expect(phone.getByRole('link', { name: 'Type a code instead' })).toHaveAttribute('href', '/link');
    await phone.goto('/link');
    await phone.getByLabel('Code').fill(typed);
    await phone.getByRole('button', { name: 'Continue' }).click();
    await expect(phone.getByRole('alert')).toContainText('This code is no longer valid.');
  });
});

test.describe('of whoever thinks for long', () => {
  test.use({ settings: { TESSERA_LOGIN__DECIDE_SECONDS: '2' } });

  test('a question that nobody answers ends on both sides, and the screen shows a new code', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    const seen = await otherStates(desktop);
    await Promise.all([isWatching(desktop), desktop.goto('/login')]);
    // The question itself may be over before anybody could look at it.
    await phone.goto(await readQr(desktop));
    await expectHeading(phone, 'This code has expired');
    await expect.poll(() => seen).toContain('scanned');
    await expectStatus(desktop, "Scan with your phone's camera");
    await readQr(desktop);
  });
});

test('the phone hears that the page it approved has to be open', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  await desktop.close();
  await approve(phone);
  await expectHeading(phone, 'Approved');
  await expect(phone.getByRole('status')).toContainText("Keep the other device's page open");
});

test.describe('of whoever closes the page', () => {
  test.use({ settings: SOON_GONE });

  test('the phone hears that the page it approved is gone', async ({ desktop, phone }) => {
    await isSignedIn(phone);
    await desktop.goto('/login');
    await scan(phone, desktop);
    await desktop.close();
    await approve(phone);
    await expectHeading(phone, 'The other page is gone');
    await expect(phone.getByRole('status')).toContainText('it was not signed in.');
  });
});

test('whoever signed out meanwhile signs in again and comes back to the question', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await Promise.all([isWatching(phone), scan(phone, desktop)]);
  await phone.context().clearCookies();
  await approve(phone);
  await signIn(phone);
  await expectHeading(phone, /^Sign in another device to/);
  await approve(phone);
  await expectHeading(phone, 'Signed in');
});

test('sec_03_a_look_at_the_page_of_a_code_takes_nothing', async ({ desktop, phone, open }) => {
  const preview = await open();
  await isSignedIn(phone);
  await desktop.goto('/login');
  const address = await readQr(desktop);
  for (let visit = 0; visit < 5; visit += 1) await preview.goto(address);
  await expectHeading(preview, 'Sign in');
  await expectStatus(desktop, "Scan with your phone's camera");
  await signInByScan(desktop, phone);
});
