/** The wrong turns of whoever holds a code: tours like those of `pages.ts`, each from the state in which it begins. */
import { expect } from '@playwright/test';

import { type Tour, showCode } from './pages.ts';
import { RENEWABLE, approve, deny, expectHeading, expectSignedIn, expectStatus, isSignedIn, renewTwice, scan, signIn, ticketOf } from './people.ts';
import { readQr } from './qr.ts';
import type { House, Settings } from './server.ts';

/** A code that nobody may scan, or not any more. */
async function wrongTurns({ open, shape, look }: Tour): Promise<void> {
  const [browser, phone, other] = [await open(shape), await open(shape), await open(shape)];
  await Promise.all([isSignedIn(phone), isSignedIn(other, 'bob')]);

  const forged = await showCode(browser);
  await phone.goto(`${forged.slice(0, -4)}${forged.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`);
  await expectHeading(phone, 'This code is not from here');
  await look(phone, 'turn-forged');
  await phone.goto('/s/HALF-A-CODE');
  await expectHeading(phone, 'This is not a code');
  await look(phone, 'turn-malformed');

  const taken = await readQr(browser);
  await scan(phone, browser);
  await other.goto(taken);
  await expectHeading(other, 'Someone else scanned this first');
  await look(other, 'turn-taken');
  await browser.getByRole('button', { name: 'Not you? Start over' }).click();
  await expectHeading(phone, 'The other screen started over');
  await look(phone, 'turn-cancelled');
}

/** A code about which somebody decided. */
async function decidedTurns({ open, shape, look }: Tour): Promise<void> {
  const [browser, phone, other] = [await open(shape), await open(shape), await open(shape)];
  await Promise.all([isSignedIn(phone), isSignedIn(other, 'bob')]);

  const denied = await showCode(browser);
  await scan(phone, browser);
  await deny(phone);
  await expectHeading(phone, 'Denied');
  await look(phone, 'denied');
  await expectStatus(browser, 'The sign-in was denied on the phone.');
  await expect(browser).toHaveTitle(/^Denied/);
  await look(browser, 'login-denied');
  await other.goto(denied);
  await expectHeading(other, 'This sign-in was denied');
  await look(other, 'turn-denied');

  const used = await showCode(browser);
  await scan(phone, browser);
  await approve(phone);
  await expectSignedIn(browser);
  await other.goto(used);
  await expectHeading(other, 'This code was already used');
  await look(other, 'turn-used');

  const same = await open(shape);
  const own = await showCode(same);
  await same.goto(own);
  await signIn(same);
  await expectHeading(same, 'This is the browser to be signed in');
  await look(same, 'turn-same-browser');
}

/** A code that its page has renewed; its server does so after seconds. */
async function outdatedTurns({ open, shape, look }: Tour): Promise<void> {
  const [browser, phone, late] = [await open(shape), await open(shape), await open({ ...shape, javaScriptEnabled: false })];
  await Promise.all([isSignedIn(phone), isSignedIn(late)]);

  const outdated = await showCode(browser);
  await late.goto(outdated);
  await renewTwice(browser);
  await phone.goto(outdated);
  await expectHeading(phone, 'A newer code is on the screen');
  await look(phone, 'turn-outdated');
  await late.getByRole('button', { name: 'Continue' }).click();
  await expect(browser.getByRole('alert')).toBeVisible();
  await look(browser, 'login-outdated');
}

/** A page that was approved and closed; its server waits for that page for seconds only. */
async function goneTurns({ open, shape, look }: Tour): Promise<void> {
  const [browser, phone] = [await open(shape), await open(shape)];
  await isSignedIn(phone);
  await showCode(browser);
  await scan(phone, browser);
  await browser.close();
  await approve(phone);
  await expectHeading(phone, 'The other page is gone');
  await expect(phone).toHaveTitle(/^The other page is gone/);
  await look(phone, 'turn-gone');
}

/** Whoever approved is told after so long that nobody takes it. */
export const SOON_GONE: Settings = { TESSERA_LOGIN__CLAIM_SECONDS: '2' };

/** A page at another address than the site's, and one of a browser that has forgotten its cookies. */
async function elsewhereTurns({ open, shape, look }: Tour, server: House): Promise<void> {
  const page = await open(shape);
  await page.goto(`http://elsewhere.localhost:${server.port}/login`);
  await expectHeading(page, 'This site has another address');
  await look(page, 'turn-wrong-address');
  await showCode(page);
  const ticket = await ticketOf(page);
  await page.context().clearCookies();
  await page.goto(`/login/${ticket}`);
  await expectHeading(page, 'This browser keeps no cookies');
  await look(page, 'turn-no-cookie');
}

/** Codes for one account alone, of which this server shows few. */
async function namedTurns({ open, shape, look }: Tour): Promise<void> {
  const [browser, phone] = [await open(shape), await open(shape)];
  await isSignedIn(phone, 'bob');
  await browser.goto('/login?code=1');
  await look(browser, 'login-name-first');
  const type = async () => {
    await browser.getByLabel('Username').fill('alice');
    await browser.getByRole('button', { name: 'Show a code' }).click();
  };
  await type();
  await phone.goto(await readQr(browser));
  await expectHeading(phone, 'This code is for another account');
  await look(phone, 'turn-wrong-account');
  await browser.goto('/login?code=1');
  await type();
  await expect(browser.getByRole('alert')).toHaveText(/^Too many tries/);
  await look(browser, 'login-too-many');
  await browser.goto('/oauth/logout');
  await expectHeading(browser, 'Too many tries');
  await look(browser, 'too-many');
}

/** All of them, with what each needs of its server. */
export const TURNS = {
  wrongTurns: { visit: wrongTurns },
  decidedTurns: { visit: decidedTurns },
  outdatedTurns: { visit: outdatedTurns, settings: RENEWABLE },
  goneTurns: { visit: goneTurns, settings: SOON_GONE },
  elsewhereTurns: { visit: elsewhereTurns },
  namedTurns: { visit: namedTurns, settings: { TESSERA_LOGIN__NAME_FIRST: 'true', TESSERA_LIMITS__LOGINS_PER_MINUTE: '1' } },
};
