/** Several accounts side by side on one device. */
import type { Page } from '@playwright/test';

import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { inspect, picture } from './inspect.ts';
import { PASSWORD, approve, expectHeading, expectStatus, isSignedIn, signIn } from './people.ts';
import { readQr } from './qr.ts';
import { Server } from './server.ts';

test.use({ settings: { TESSERA_LIMITS__ATTEMPTS_PER_MINUTE: '100' } });

const CHOOSER = 'Accounts on this device';

/** Adds an account by its password, beginning on the page with the accounts. */
async function adds(page: Page, username: string): Promise<void> {
  await page.getByRole('button', { name: 'Add an account' }).click();
  await signIn(page, username);
}

/** The names in the list, the one in use first. */
const listed = (page: Page) => page.getByRole('listitem').locator('strong').allTextContents();

test('an account is added, chosen on the confirm page, and the sign-in is that of the chosen one', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await phone.goto('/account');
  await phone.getByRole('link', { name: 'Use another account' }).click();
  await expectHeading(phone, CHOOSER);
  await adds(phone, 'bob');
  await expectHeading(phone, 'Bob Brown');
  await desktop.goto('/login');
  await phone.goto(await readQr(desktop));
  await expectHeading(phone, 'You scanned a code');
  await expect(phone.getByText('You are Bob Brown.')).toBeVisible();
  await expectStatus(desktop, "Scan with your phone's camera");
  await phone.getByRole('link', { name: 'Use another account' }).click();
  await phone.getByRole('button', { name: 'Use Alice Adams' }).click();
  await expectHeading(phone, 'You scanned a code');
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expectHeading(phone, /^Sign in another device to/);
  await expectStatus(desktop, 'Alice Adams: Confirm on your phone');
  await approve(phone);
  await expectHeading(desktop, 'Alice Adams');
});

test('signing out of the account in use leads to the others, and of the last one to the start', async ({ phone }) => {
  await isSignedIn(phone);
  await phone.goto('/accounts');
  await adds(phone, 'bob');
  await phone.getByRole('button', { name: 'Sign out' }).click();
  await expectHeading(phone, CHOOSER);
  expect(await listed(phone)).toEqual(['Alice Adams']);
  await phone.getByRole('button', { name: 'Use Alice Adams' }).click();
  await expectHeading(phone, 'Alice Adams');
  await phone.goto('/accounts');
  await adds(phone, 'bob');
  await phone.goto('/accounts');
  await phone.getByRole('button', { name: 'Sign out Alice Adams' }).click();
  await expect(phone.getByRole('listitem')).toHaveCount(1);
  await phone.getByRole('button', { name: 'Sign out Bob Brown' }).click();
  await expectHeading(phone, 'Sign in');
});

test('a page of one account does nothing once another tab uses another, and says so', async ({ phone }) => {
  await isSignedIn(phone);
  await phone.goto('/accounts');
  await adds(phone, 'bob');
  await phone.goto('/account/profile');
  const other = await phone.context().newPage();
  await other.goto('/accounts');
  await other.getByRole('button', { name: 'Use Alice Adams' }).click();
  await expectHeading(other, 'Alice Adams');
  const save = phone.getByRole('button', { name: 'Save' });
  await save.evaluate((button: HTMLButtonElement) => button.form?.submit());
  await expectHeading(phone, 'Another account is in use now');
  await phone.getByRole('link', { name: 'Choose an account' }).click();
  await phone.getByRole('button', { name: 'Use Bob Brown' }).click();
  await expectHeading(phone, 'Your profile');
  await expect(phone.getByLabel('Name that others see')).toHaveValue('Bob Brown');
});

test('with the keyboard, without script, and back', async ({ open }) => {
  const phone = await open({ ...PHONE, javaScriptEnabled: false });
  await isSignedIn(phone);
  await phone.goto('/accounts?next=/link');
  await phone.getByRole('button', { name: 'Add an account' }).focus();
  await phone.keyboard.press('Enter');
  await signIn(phone, 'bob');
  await expect(phone).toHaveURL(/\/link$/);
  await phone.goto('/accounts');
  const choose = phone.getByRole('button', { name: 'Use Alice Adams' });
  await choose.focus();
  await phone.keyboard.press('Space');
  await expectHeading(phone, 'Alice Adams');
  // The page before shows what it showed; its button chooses what it says, again.
  await phone.goBack();
  await phone.getByRole('button', { name: 'Bob Brown' }).first().click();
  await expectHeading(phone, 'Bob Brown');
});

test('the list of five accounts is good to read by day and by night, and says what a sixth ends', async ({ open, server, folder }) => {
  const faults: string[] = [];
  const names = { carol: 'Wilhelmina Donaudampfschifffahrt', dave: 'Dave Dunn', erin: 'Erin Ek' };
  for (const [name, shown] of Object.entries(names)) Server.addPerson(folder, name, shown, PASSWORD);
  expect(server.origin).toBeTruthy();
  for (const [shape, options] of [['phone', PHONE], ['desktop', DESKTOP], ['narrow', { ...PHONE, viewport: { width: 320, height: 640 } }]] as const) {
    const page = await open(options);
    await isSignedIn(page);
    await page.goto('/accounts');
    await inspect(shape, faults)(page, 'accounts-one');
    for (const [name, shown] of [['bob', 'Bob Brown'], ...Object.entries(names)] as const) {
      await page.goto('/accounts');
      await adds(page, name);
      await expectHeading(page, shown);
    }
    await page.goto('/accounts');
    await expect(page.getByText(/Five accounts are signed in here.*Alice Adams is signed out/)).toBeVisible();
    await inspect(shape, faults)(page, 'accounts');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: picture(`screenshots/${shape}-accounts-${colorScheme}`), animations: 'disabled', fullPage: true });
    }
    await page.goto('/account/profile');
    await page.screenshot({ path: picture(`screenshots/${shape}-profile-shown`), fullPage: true });
  }
  expect(faults).toEqual([]);
});

test('a screen is shown a letter, or nothing, of the one who scans', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  for (const [choice, status] of [['The first letter of your name', 'A: Confirm on your phone'], ['Nothing', 'Scanned. Confirm on your phone.']] as const) {
    await phone.goto('/account/profile');
    await phone.getByLabel('What a screen shows of you when you scan its code').selectOption(choice);
    await phone.getByRole('button', { name: 'Save' }).click();
    await expectStatus(phone, 'Saved.');
    await desktop.context().clearCookies();
    await desktop.goto('/login');
    await phone.goto(await readQr(desktop));
    await expectHeading(phone, /^Sign in another device to/);
    await expectStatus(desktop, 'Scanned. Confirm on your phone.');
    await phone.goto('/link');
    await phone.getByLabel('Code').fill(await desktop.locator('.typed code').innerText());
    await phone.getByRole('button', { name: 'Continue' }).click();
    await expectStatus(desktop, status);
    await desktop.screenshot({ path: picture(`screenshots/desktop-scanned-${choice.slice(0, 3).toLowerCase()}`) });
    await approve(phone);
    await expectHeading(desktop, 'Alice Adams');
  }
});
