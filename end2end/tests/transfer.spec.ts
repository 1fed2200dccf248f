/** The other direction: a signed-in browser signs a phone in. */
import type { Page } from '@playwright/test';

import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { PASSWORD, expectHeading, expectSignedIn, isSignedIn, signIn } from './people.ts';
import { readQr } from './qr.ts';
import { offer, otherDigits, shownDigits, take, typeDigits } from './transfer_pages.ts';

test('a phone is signed in with four digits that are typed into the browser', async ({ desktop, phone }) => {
  await offer(desktop);
  await phone.goto(await readQr(desktop));
  await expectHeading(phone, 'Sign in as Alice Adams?');
  await expect(phone.getByRole('main')).toContainText('Chrome on ');
  const digits = await take(phone);
  // Both pages hear of each other without a press.
  await expectHeading(desktop, 'Type the digits from your phone');
  await expect(desktop.getByLabel('Four digits')).toBeFocused();
  await typeDigits(desktop, digits);
  await expectSignedIn(phone);
  await expectHeading(desktop, 'Your phone is signed in');
  await desktop.getByRole('button', { name: 'End it' }).click();
  await phone.waitForURL(/\/signed-out/);
});

test('wrong digits may be typed again, and end the code at the third time', async ({ desktop, phone }) => {
  await offer(desktop);
  await phone.goto(await readQr(desktop));
  const digits = await take(phone);
  await typeDigits(desktop, otherDigits(digits));
  await expect(desktop.getByRole('alert')).toHaveText('Those are not the digits on the phone. Check them and try again.');
  await typeDigits(desktop, otherDigits(digits));
  await expect(desktop.getByRole('alert')).toHaveText('Those are not the digits on the phone. One more try.');
  await typeDigits(desktop, otherDigits(digits));
  await expectHeading(desktop, 'Your phone was not signed in');
  await expectHeading(phone, 'Your phone was not signed in');
  await phone.goto('/');
  await expect(phone.getByRole('button', { name: 'Sign out' })).toHaveCount(0);
});

test('the browser cancels, the phone declines, and a second phone is told of the first', async ({ desktop, phone, open }) => {
  await offer(desktop);
  const second = await open(PHONE);
  const address = await readQr(desktop);
  await phone.goto(address);
  await take(phone);
  await second.goto(address);
  await expectHeading(second, 'Another phone opened this code first');
  await phone.getByRole('button', { name: 'Do not sign in here' }).click();
  await expectHeading(desktop, 'Your phone was not signed in');
  await desktop.getByRole('link', { name: 'Show a new code' }).click();
  await desktop.getByRole('button', { name: 'Show the code' }).click();
  await phone.goto(await readQr(desktop));
  await take(phone);
  await desktop.getByRole('button', { name: 'Cancel' }).click();
  await expectHeading(desktop, 'This code has ended');
  await expectHeading(phone, 'This code does not work any more');
});

test('without script it works too, with a press on the phone', async ({ open }) => {
  const [desktop, phone]: Page[] = [
    await open({ ...DESKTOP, javaScriptEnabled: false }),
    await open({ ...PHONE, javaScriptEnabled: false }),
  ];
  await isSignedIn(desktop!);
  await desktop!.goto('/transfer');
  await desktop!.getByRole('button', { name: 'Show the code' }).click();
  await phone!.goto(await readQr(desktop!));
  await phone!.getByRole('button', { name: 'Continue' }).click();
  const digits = await shownDigits(phone!);
  await typeDigits(desktop!, digits);
  await expectHeading(phone!, 'The digits are right');
  await phone!.getByRole('button', { name: 'Continue' }).click();
  await expectSignedIn(phone!);
  await expectHeading(desktop!, 'Your phone is signed in');
});

test('a phone on which somebody else is signed in says so, and goes over', async ({ desktop, phone }) => {
  await isSignedIn(phone, 'bob');
  await offer(desktop);
  await phone.goto(await readQr(desktop));
  await expect(phone.getByRole('alert')).toContainText('Bob Brown is signed in on this phone');
  await typeDigits(desktop, await take(phone));
  await expectSignedIn(phone);
  await phone.goto('/signin?anew=1');
  await signIn(phone, 'alice', PASSWORD);
});
