/** The pages with which a browser signs a phone in, and on which people sign up: steps for tests, and tours. */
import { type Page, expect } from '@playwright/test';

import type { Part, Tour } from './pages.ts';
import { expectHeading, expectSignedIn, isSignedIn } from './people.ts';
import { readQr } from './qr.ts';

/** Signs in and shows a code. */
export async function offer(browser: Page): Promise<void> {
  await isSignedIn(browser);
  await browser.goto('/account');
  await browser.getByRole('link', { name: 'Sign in on my phone' }).click();
  await browser.getByRole('button', { name: 'Show the code' }).click();
  await expectHeading(browser, 'Scan this with your phone');
}

/** Presses the button of a page that was opened by a code, and reads the digits. */
export async function take(phone: Page): Promise<string> {
  await phone.getByRole('button', { name: 'Continue' }).click();
  return shownDigits(phone);
}

export async function shownDigits(phone: Page): Promise<string> {
  await expectHeading(phone, 'Type these digits on the other screen');
  const text = (await phone.locator('.digits').textContent()) ?? '';
  return text.replaceAll(/\D/gu, '');
}

export const otherDigits = (digits: string) => digits.replaceAll(/\d/gu, (digit) => String((Number(digit) + 1) % 10));

export async function typeDigits(browser: Page, digits: string): Promise<void> {
  await browser.getByLabel('Four digits').fill(digits);
  await browser.getByRole('button', { name: 'Sign the phone in' }).click();
}

/** A phone is signed in by a browser: each page of both. */
async function transferPages({ open, shape, look }: Tour): Promise<void> {
  const [browser, phone, second] = [await open(shape), await open(shape), await open(shape)];
  await isSignedIn(browser);
  await browser.goto('/transfer');
  await look(browser, 'transfer-start');
  await browser.getByRole('button', { name: 'Show the code' }).click();
  const address = await readQr(browser);
  await look(browser, 'transfer-code');
  await isSignedIn(second, 'bob');
  await second.goto(address);
  await look(second, 'transfer-replaces');
  await phone.goto(address);
  await look(phone, 'transfer-question');
  const digits = await take(phone);
  await look(phone, 'transfer-shown');
  await second.reload();
  await look(second, 'turn-transfer-taken');
  await expectHeading(browser, 'Type the digits from your phone');
  await look(browser, 'transfer-digits');
  await typeDigits(browser, otherDigits(digits));
  await expect(browser.getByRole('alert')).toBeVisible();
  await look(browser, 'transfer-wrong');
  await typeDigits(browser, digits);
  await expectHeading(browser, 'Your phone is signed in');
  await look(browser, 'transfer-done');
  await expectSignedIn(phone);
  await browser.goto('/transfer');
  await browser.getByRole('button', { name: 'Show the code' }).click();
  const again = await readQr(browser);
  await phone.goto(again);
  await look(phone, 'transfer-already');
  await browser.getByRole('button', { name: 'Cancel' }).click();
  await look(browser, 'transfer-over');
  await phone.goto(again);
  await look(phone, 'turn-transfer-ended');
}

/** The page on which people make an account. */
async function signUpPages({ open, shape, look }: Tour): Promise<void> {
  const page = await open(shape);
  await page.goto('/signin');
  await look(page, 'signin-open');
  await page.getByRole('link', { name: 'Create an account' }).click();
  await look(page, 'signup');
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Name that others see').fill('Alice Again');
  await page.getByLabel('Password').fill('a lantern on the pier');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.locator('#username-wrong')).toBeVisible();
  await look(page, 'signup-wrong');
}

export const TRANSFER: Record<string, Part> = {
  transferPages: { visit: transferPages },
  signUpPages: { visit: signUpPages, settings: { TESSERA_ACCOUNT__SIGN_UP: 'open' } },
};
