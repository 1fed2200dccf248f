/** A scripted person signs a browser in, again and again: in one that their account remembers, and in one that is new. */
import type { Locator, Page } from '@playwright/test';

import { DESKTOP, expect, test } from '../tests/fixtures.ts';
import { expectSignedIn, isSignedIn } from '../tests/people.ts';
import { readQr } from '../tests/qr.ts';
import { LADDER } from '../tests/server.ts';

const ROUNDS = 15;

test.use({ settings: LADDER });

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** What a sign-in took on the phone; the seconds are those from the camera's link to the browser that is signed in. */
interface Taken {
  readonly taps: number;
  /** How many numbers the phone offered; none where a tap was enough. */
  readonly numbers: number;
  readonly seconds: number;
}

async function signIn(browser: Page, phone: Page, remember: boolean): Promise<Taken> {
  await browser.goto('/login');
  const address = await readQr(browser);
  let taps = 0;
  const tap = async (what: Locator): Promise<void> => {
    taps += 1;
    await what.click();
  };
  const began = performance.now();
  await phone.goto(address);
  const approve = phone.getByRole('button', { name: /^(Approve|\d\d)$/ }).first();
  await expect(approve).toBeVisible();
  const shown = browser.locator('.number');
  const numbers = await phone.getByRole('group').getByRole('button').count();
  if (numbers > 0) {
    await expect(shown).toHaveText(/^\d\d$/);
    if (remember) await phone.getByLabel('Remember that browser').check();
    await tap(phone.getByRole('button', { name: await shown.innerText() }));
  } else {
    await tap(approve);
  }
  await expectSignedIn(browser);
  const seconds = (performance.now() - began) / 1000;
  await browser.getByRole('button', { name: 'Sign out' }).click();
  return { taps, seconds, numbers };
}

test('a known browser takes one tap, and a new one two at most', async ({ open, phone }) => {
  await isSignedIn(phone);
  const known = await open(DESKTOP);
  await signIn(known, phone, true);
  const [ofKnown, ofNew, ofPage]: [Taken[], Taken[], Taken[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ofKnown.push(await signIn(known, phone, false));
    const fresh = await open(DESKTOP);
    ofNew.push(await signIn(fresh, phone, false));
    const began = performance.now();
    await fresh.goto('/login');
    ofPage.push({ taps: 0, numbers: 0, seconds: (performance.now() - began) / 1000 });
    await fresh.context().close();
  }
  const seconds = (of: readonly Taken[]): number => median(of.map((one) => one.seconds));
  const taps = (of: readonly Taken[]): number => Math.max(...of.map((one) => one.taps));
  const floor = seconds(ofPage);
  const row = (name: string, of: readonly Taken[]): string =>
    `${name}: ${taps(of)} tap, ${seconds(of).toFixed(2)} s at the median of ${of.length}, ${(seconds(of) / floor).toFixed(1)} times the opening of a page`;
  console.log(`opening a login page: ${floor.toFixed(2)} s`);
  console.log(row('a known browser', ofKnown));
  console.log(row('a new browser', ofNew));
  expect([taps(ofKnown), taps(ofNew) <= 2]).toEqual([1, true]);
  expect(new Set(ofKnown.map((one) => one.numbers)), 'nothing but the tap is asked').toEqual(new Set([0]));
  expect(new Set(ofNew.map((one) => one.numbers))).toEqual(new Set([3]));
});
