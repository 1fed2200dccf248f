/** Without any script, on neither side, the whole sign-in still works: pages load themselves again, people press once more. */
import { DESKTOP, PHONE, expect, test as base } from './fixtures.ts';
import { RENEWABLE, approve, deny, expectHeading, expectSignedIn, expectStatus, isSignedIn, signIn } from './people.ts';
import { codeIn, readQr } from './qr.ts';

const test = base.extend({
  desktop: async ({ open }, use) => use(await open({ ...DESKTOP, javaScriptEnabled: false })),
  phone: async ({ open }, use) => use(await open({ ...PHONE, javaScriptEnabled: false })),
});

test('a scan signs the browser in after one press on each side more', async ({ desktop, phone }) => {
  await desktop.goto('/login?next=/link');
  await phone.goto(await readQr(desktop));
  await signIn(phone);
  await expectHeading(phone, 'You scanned a code');
  await expectStatus(desktop, "Scan with your phone's camera");
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expectHeading(phone, /^Sign in another device to/);
  await expectStatus(desktop, 'Alice Adams: Confirm on your phone');
  await approve(phone);
  await expectHeading(phone, 'Approved');
  await expectStatus(desktop, 'Approved. Alice Adams');
  await expect(desktop.getByRole('button', { name: 'Not you? Start over' })).toBeVisible();
  await desktop.getByRole('button', { name: 'Continue' }).click();
  await expect(desktop).toHaveURL(/\/link$/);
  await expectHeading(phone, 'Signed in');
});

test('a denial is told, and a new code starts over', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  const first = await readQr(desktop);
  await phone.goto(first);
  await phone.getByRole('button', { name: 'Continue' }).click();
  await deny(phone);
  await expectHeading(phone, 'Denied');
  await expectStatus(desktop, 'The sign-in was denied on the phone.');
  await desktop.getByRole('button', { name: 'Show a new code' }).click();
  expect(codeIn(await readQr(desktop))).not.toBe(codeIn(first));
});

test('whoever sees a stranger starts over, and signs out in the end', async ({ desktop, phone }) => {
  await isSignedIn(phone, 'bob');
  await desktop.goto('/login');
  await phone.goto(await readQr(desktop));
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expectStatus(desktop, 'Bob Brown: Confirm on your phone');
  await desktop.getByRole('button', { name: 'Not you? Start over' }).click();
  await expectStatus(desktop, "Scan with your phone's camera");
  await phone.goto(await readQr(desktop));
  await phone.getByRole('button', { name: 'Continue' }).click();
  await approve(phone);
  await desktop.getByRole('button', { name: 'Continue' }).click();
  await expectSignedIn(desktop, 'Bob Brown');
  await desktop.getByRole('button', { name: 'Sign out' }).click();
  await expectHeading(desktop, 'Tessera');
});

test.describe('with codes of twenty seconds', () => {
  test.use({ settings: RENEWABLE });

  test('the page renews its code', async ({ desktop }) => {
    await desktop.goto('/login');
    const first = codeIn(await readQr(desktop));
    await expect.poll(async () => codeIn(await readQr(desktop))).not.toBe(first);
    await expectStatus(desktop, "Scan with your phone's camera");
  });
});

test.describe('where pages do not renew', () => {
  test.use({ settings: { ...RENEWABLE, TESSERA_LOGIN__RENEW_SECONDS: '0' } });

  test('the page rests behind one button', async ({ desktop }) => {
    await desktop.goto('/login');
    await expectStatus(desktop, 'This code has expired.');
    await desktop.getByRole('button', { name: 'Show a new code' }).click();
    await readQr(desktop);
  });
});
