/** For people who do not point at the page, or do not see it. What every page owes them is in `access.ts`. */
import type { Locator } from '@playwright/test';

import { expect, test } from './fixtures.ts';
import { PASSWORD, SCANNED, approve, expectHeading, expectSignedIn, expectStatus, isSignedIn, scan } from './people.ts';
import { person } from './people_pages.ts';

const WAITING = "Scan with your phone's camera";

/** The control has the focus, and one can see that. */
async function expectVisibleFocus(control: Locator): Promise<void> {
  await expect(control).toBeFocused();
  const outline = await control.evaluate((item) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(item);
    return { outlineStyle, width: Number.parseFloat(outlineWidth) };
  });
  expect(outline.outlineStyle).not.toBe('none');
  expect(outline.width).toBeGreaterThanOrEqual(2);
}

test('the keyboard alone signs in, and the focus is always seen', async ({ desktop }) => {
  await desktop.goto('/');
  await desktop.keyboard.press('Tab');
  await expectVisibleFocus(desktop.getByRole('link', { name: 'Sign in with your phone' }));
  await desktop.keyboard.press('Tab');
  await expectVisibleFocus(desktop.getByRole('link', { name: 'Use a password' }));
  await desktop.keyboard.press('Enter');
  await expectHeading(desktop, 'Sign in');
  await expectVisibleFocus(desktop.getByLabel('Username'));
  await desktop.keyboard.type('alice');
  await desktop.keyboard.press('Tab');
  await expectVisibleFocus(desktop.getByLabel('Password'));
  await desktop.keyboard.type(PASSWORD);
  await desktop.keyboard.press('Tab');
  await expectVisibleFocus(desktop.getByRole('button', { name: 'Sign in', exact: true }));
  await desktop.keyboard.press('Enter');
  await expectSignedIn(desktop);
});

test('the keyboard alone looks after people, and the focus is always seen', async ({ desktop, server }) => {
  server.command('user', 'promote', 'alice');
  server.command('group', 'add', 'staff');
  await isSignedIn(desktop);
  for (const path of ['/admin/people', person(server, 'bob')]) {
    await desktop.goto(path);
    const controls = desktop.locator('main :is(a, button, summary, select, input:not([type=hidden], [type=radio]))').filter({ visible: true });
    for (const control of await controls.all()) {
      await desktop.keyboard.press('Tab');
      // Of radio buttons, the one that is chosen has the focus.
      if (await desktop.evaluate(() => document.activeElement?.getAttribute('type') === 'radio')) await desktop.keyboard.press('Tab');
      await expectVisibleFocus(control);
    }
  }
});

test('the keyboard alone decides, and starts over', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await desktop.keyboard.press('Tab');
  await expectVisibleFocus(desktop.getByRole('button', { name: 'Sign in with a passkey' }));
  await desktop.keyboard.press('Tab');
  await expectVisibleFocus(desktop.getByRole('link', { name: 'Sign in on this device instead' }));
  await scan(phone, desktop);
  await expectStatus(desktop, /Confirm on your phone/);
  await desktop.keyboard.press('Shift+Tab');
  await expectVisibleFocus(desktop.getByRole('button', { name: 'Not you? Start over' }));
  await phone.keyboard.press('Tab');
  await expectVisibleFocus(phone.getByRole('button', { name: 'Approve' }));
  await phone.keyboard.press('Shift+Tab');
  await expectVisibleFocus(phone.getByRole('button', { name: 'Deny' }));
  await phone.keyboard.press('Enter');
  await expectStatus(desktop, 'The sign-in was denied on the phone.');
  await expect(desktop.getByRole('img', { name: 'QR code that cannot be scanned any more' })).toBeAttached();
  await expect(phone).toHaveTitle(/^Denied/);
  await expectHeading(phone, 'Denied');
  // The button that had the focus is gone, and the one that is left is where the next key goes.
  await expectVisibleFocus(desktop.getByRole('button', { name: 'Show a new code' }));
  await desktop.keyboard.press('Enter');
  await expectStatus(desktop, WAITING);

  // Whoever had done nothing on the page stands before that button as well; whoever stands elsewhere is left there.
  await desktop.locator('body').evaluate(() => (document.activeElement as HTMLElement).blur());
  await scan(phone, desktop);
  await phone.keyboard.press('Enter');
  await expectVisibleFocus(desktop.getByRole('button', { name: 'Show a new code' }));
  await desktop.keyboard.press('Enter');
  await expectStatus(desktop, WAITING);
  const elsewhere = desktop.getByRole('link', { name: 'Sign in on this device instead' });
  await elsewhere.focus();
  await scan(phone, desktop);
  await phone.keyboard.press('Enter');
  await expect(desktop.getByRole('button', { name: 'Show a new code' })).toBeVisible();
  await expect(elsewhere).toBeFocused();
});

test('a screen reader hears every state without the focus being moved', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await expect(desktop.getByRole('img')).toHaveAccessibleName(/^QR code: scan it/);
  const status = await desktop.getByRole('status').elementHandle();
  await scan(phone, desktop);
  await expectStatus(desktop, SCANNED);
  const stays = await desktop.getByRole('status').evaluate((now, before) => now === before, status);
  expect(stays, 'a region that is replaced is not announced').toBe(true);
  expect(await desktop.evaluate(() => document.activeElement === document.body)).toBe(true);
  await approve(phone);
  await expectSignedIn(desktop);
});
