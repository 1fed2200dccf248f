/** Servers stop, networks fail, tabs are many: no page sits on a dead code, and each finds back by itself. */
import { expect, test } from './fixtures.ts';
import { SCANNED, approve, expectHeading, expectSignedIn, expectStatus, isSignedIn, isWatching, scan, setVisible, signInByScan, ticketOf } from './people.ts';
import { codeIn, readQr } from './qr.ts';

const WAITING = "Scan with your phone's camera";
const LOST = 'Connection lost.';
const FORGETS = 'Redis forgets nothing';

test('a page whose server dies and comes back shows a code that works', async ({ instances, server, desktop, phone }) => {
  await isSignedIn(phone);
  await Promise.all([isWatching(desktop), desktop.goto('/login?next=/link')]);
  const first = await ticketOf(desktop);
  await server.kill();
  await expect(desktop.getByText(LOST)).toBeVisible();

  await server.startAgain();
  await expect(desktop.getByText(LOST)).toBeHidden();
  await readQr(desktop);
  // What one machine forgot, Redis has kept.
  expect((await ticketOf(desktop)) === first).toBe(instances === 2);
  await scan(phone, desktop);
  await approve(phone);
  await expect(desktop).toHaveURL(/\/link$/);
});

test('a hidden page whose server forgot it rests, and does not say that it still tries', async ({ instances, server, desktop }) => {
  test.skip(instances === 2, FORGETS);
  await Promise.all([isWatching(desktop), desktop.goto('/login')]);
  await setVisible(desktop, false);
  await server.kill();
  await expect(desktop.getByText(LOST)).toBeVisible();
  await server.startAgain();
  await expectStatus(desktop, 'This code has expired.');
  await expect(desktop.getByRole('button', { name: 'Show a new code' })).toBeVisible();
  await expect(desktop.getByText(LOST)).toBeHidden();
});

test('instances that die between scan and approval, all of them, lose nothing', async ({ instances, server, desktop, phone }) => {
  test.skip(instances === 1, 'one machine forgets what waits');
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  await server.kill();
  await expect(desktop.getByText(LOST)).toBeVisible();
  await server.startAgain();
  await expectStatus(desktop, SCANNED);
  await approve(phone);
  await expectSignedIn(desktop);
  await expectHeading(phone, 'Signed in');
});

test('a server that dies between scan and approval leaves nobody waiting', async ({ instances, server, desktop, phone }) => {
  test.skip(instances === 2, FORGETS);
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  await expectStatus(desktop, /Confirm on your phone/);
  await server.kill();
  await server.startAgain();
  await expectHeading(phone, 'This code has expired');
  await expectStatus(desktop, "Scan with your phone's camera");
  await signInByScan(desktop, phone);
});

test('a server that is told to stop exits cleanly and cuts nobody off, whoever is waiting', async ({ instances, server, desktop, phone, open }) => {
  await isSignedIn(phone);
  const other = await open();
  await Promise.all([isWatching(desktop), desktop.goto('/login')]);
  await Promise.all([isWatching(other), other.goto('/login')]);
  await scan(phone, desktop);
  await expectStatus(desktop, /Confirm on your phone/);

  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(server.log, 'its own bound did not end anything').not.toContain('although connections are still open');

  await server.startAgain();
  await expectStatus(desktop, instances === 1 ? WAITING : SCANNED);
  await expectStatus(other, WAITING);
  for (const page of [desktop, other]) await expect(page.getByText(LOST)).toBeHidden();
  // The phone goes on by itself, and only then is it free to scan another code.
  await expectHeading(phone, instances === 1 ? 'This code has expired' : /^Sign in another device to/);
  await signInByScan(other, phone);
});

test('what happened while the network was away is there when it comes back', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await Promise.all([isWatching(desktop), desktop.goto('/login?next=/link')]);
  const address = await readQr(desktop);
  await desktop.context().setOffline(true);
  await phone.goto(address);
  await approve(phone);
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Approved');
  await desktop.context().setOffline(false);
  await expect(desktop).toHaveURL(/\/link$/);
  await expectHeading(phone, 'Signed in');
});

test('each tab of a browser can be signed in, and none takes the other its code', async ({ server, desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login?next=/link');
  const sibling = await desktop.context().newPage();
  await sibling.goto('/login');
  expect(codeIn(await readQr(sibling))).not.toBe(codeIn(await readQr(desktop)));

  await scan(phone, desktop);
  await approve(phone);
  await expect(desktop).toHaveURL(`${server.origin}/link`);

  await expectStatus(sibling, "Scan with your phone's camera");
  await signInByScan(sibling, phone);
});

test('a tab whose sibling was signed in is in as soon as it asks for a new code', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  const sibling = await desktop.context().newPage();
  await sibling.goto('/login?next=/link');
  await signInByScan(desktop, phone);
  await scan(phone, sibling);
  await phone.getByRole('button', { name: 'Deny' }).click();
  await sibling.getByRole('button', { name: 'Show a new code' }).click();
  await expect(sibling).toHaveURL(/\/link$/);
});

test('going back after the sign-in shows who is signed in, and no old code', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/signin');
  await desktop.goto('/login');
  await signInByScan(desktop, phone);
  await desktop.goBack();
  await expectSignedIn(desktop);
  await expect(desktop.locator('#qr')).toHaveCount(0);
});
