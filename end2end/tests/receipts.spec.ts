/** The receipts of approvals on the activity page, by day and by night, and the file that people download. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { DESKTOP, PHONE, expect, test } from './fixtures.ts';
import { inspect } from './inspect.ts';
import { expectHeading, expectSignedIn, isSignedIn, scan } from './people.ts';

test('sec_75_the_activity_page_shows_receipts_and_downloads_a_file_of_them', async ({ server, folder, desktop, phone }) => {
  const faults: string[] = [];
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  await phone.getByRole('button', { name: 'Approve' }).click();
  await expectSignedIn(desktop);
  await phone.goto('/account/activity');
  await expectHeading(phone, 'Activity');
  await expect(phone.getByRole('listitem').filter({ hasText: 'Approved a sign-in' })).toContainText('Receipt 1');
  await expect(phone.getByText('1 approval, and its receipt is here.')).toBeVisible();
  await phone.getByText('What this device remembers').click();
  const head = (await phone.locator('#receipts code').innerText()).trim();
  await inspect('phone', faults)(phone, 'receipts-head');
  await phone.setViewportSize(DESKTOP.viewport);
  await inspect('desktop', faults)(phone, 'receipts-head');
  await phone.setViewportSize(PHONE.viewport);

  const press = phone.getByRole('button', { name: 'Download receipts' });
  const [download] = await Promise.all([phone.waitForEvent('download'), press.click()]);
  expect(download.suggestedFilename()).toBe('receipts.txt');
  const text = readFileSync(await download.path(), 'utf8');
  const file = join(folder, 'receipts.txt');
  writeFileSync(file, text);
  expect(server.command('receipts', 'verify', file, '--on-server', '--head', head)).toContain('1 receipt, number 1.');

  // A phone that remembers more than the server has is warned.
  const cookie = (await phone.context().cookies()).find((one) => one.name === '__Host-tessera-receipts');
  expect(cookie?.value).toBe(head);
  const [header, payload, signature] = head.split('.');
  const said = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as { seq: number };
  const other = Buffer.from(JSON.stringify({ ...said, seq: said.seq + 1 })).toString('base64url');
  await phone.context().addCookies([{ ...cookie!, value: [header, other, signature].join('.') }]);
  await phone.goto('/account/activity');
  await expect(phone.getByRole('alert')).toContainText('not the ones that this device remembers');
  await inspect('phone', faults)(phone, 'receipts-warning');
  await phone.getByRole('button', { name: 'Accept the receipts as they are' }).click();
  await expect(phone.getByText('1 approval, and its receipt is here.')).toBeVisible();
  expect(faults).toEqual([]);
});
