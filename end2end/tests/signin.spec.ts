/** The main job: a browser is signed in by a scan. */
import { expect, test } from './fixtures.ts';
import { SCANNED, approve, deny, expectHeading, expectSignedIn, expectStatus, isSignedIn, scan, scanByPress, signIn, typedCode } from './people.ts';
import { codeIn, readQr, seeQr } from './qr.ts';

test('a scan and an approval sign the first page in without touching it', async ({ server, desktop, phone }) => {
  const touches: string[] = [];
  await desktop.context().exposeBinding('touched', (_, kind: string) => touches.push(kind));
  await desktop.addInitScript(() => {
    const { touched } = globalThis as unknown as { touched: (kind: string) => void };
    for (const kind of ['pointerdown', 'pointermove', 'touchstart', 'click', 'keydown', 'input', 'wheel', 'submit']) {
      addEventListener(kind, () => touched(kind), { capture: true });
    }
  });
  await desktop.goto('/login?next=/link%3Ffrom=shop');
  await expect(desktop.locator('#qr').getByRole('img')).toBeVisible();
  const address = (await seeQr(desktop)) ?? '';
  expect(new URL(address).origin, 'the QR leads to this server').toBe(server.origin);

  await phone.goto(address);
  await expect(phone.getByText('on this phone first. Then you see who is asking.')).toBeVisible();
  await signIn(phone);
  await expectHeading(phone, /^Sign in another device to/);
  await expectStatus(desktop, SCANNED);
  await approve(phone);

  await expect(desktop, 'it goes on to where it was heading').toHaveURL(`${server.origin}/link?from=shop`);
  await expectHeading(desktop, 'Type a code');
  await expectHeading(phone, 'Signed in');
  await expect(phone.getByRole('status')).toHaveText(/^Chrome on \w+ is signed in to localhost:\d+\.$/);
  expect(touches).toEqual([]);

  await desktop.goto('/');
  await expectSignedIn(desktop);
});

test('in browsers that are never idle, both pages go on by themselves all the same', async ({ desktop, phone }) => {
  for (const page of [desktop, phone]) {
    await page.addInitScript(() => {
      window.requestIdleCallback = () => 0;
    });
  }
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  await expectStatus(desktop, SCANNED);
  await approve(phone);
  await expectSignedIn(desktop);
});

test('a denial is told on both sides, and a new code starts over', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login?next=/link');
  const first = await readQr(desktop);
  await scan(phone, desktop);
  await deny(phone);
  await expectStatus(desktop, 'The sign-in was denied on the phone.');
  await expectHeading(phone, 'Denied');
  await expect(phone.getByRole('status')).toContainText('was not signed in');

  await desktop.getByRole('button', { name: 'Show a new code' }).click();
  const second = await readQr(desktop);
  expect(codeIn(second)).not.toBe(codeIn(first));
  await scan(phone, desktop);
  await approve(phone);
  await expect(desktop, 'and still knows where it was heading').toHaveURL(/\/link$/);
});

test('a second account that scans is refused, and the first decides', async ({ desktop, phone, open }) => {
  const second = await open();
  await isSignedIn(phone, 'alice');
  await isSignedIn(second, 'bob');
  await desktop.goto('/login');
  const address = await readQr(desktop);
  await scan(phone, desktop);

  await second.goto(address);
  await expectHeading(second, 'Someone else scanned this first');
  await expect(second.getByRole('button')).toHaveCount(0);
  await expectStatus(desktop, SCANNED);

  await approve(phone);
  await expectSignedIn(desktop, 'Alice Adams');
});

test('two accounts that are asked at once: the quicker keeps it, the other is told', async ({ desktop, phone, open }) => {
  const second = await open({ javaScriptEnabled: false });
  await isSignedIn(phone, 'alice');
  await isSignedIn(second, 'bob');
  await desktop.goto('/login');
  await second.goto(await readQr(desktop));
  await expectHeading(second, 'You scanned a code');
  await scan(phone, desktop);
  await second.getByRole('button', { name: 'Continue' }).click();
  await expectHeading(second, 'Someone else scanned this first');
  await expect(desktop.getByRole('alert')).toContainText('A second account scanned this code');
  await expect(phone.getByText('Someone else scanned this code too.')).toBeVisible();
  await approve(phone);
  await expectSignedIn(desktop, 'Alice Adams');
});

test("whoever sees a stranger's name starts over", async ({ desktop, phone, open }) => {
  const stranger = await open();
  await isSignedIn(phone, 'alice');
  await isSignedIn(stranger, 'bob');
  await desktop.goto('/login');
  await scanByPress(stranger, desktop);
  await expectStatus(desktop, 'Bob Brown: Confirm on your phone');
  await desktop.getByRole('button', { name: 'Not you? Start over' }).click();
  await expectStatus(desktop, "Scan with your phone's camera");
  await expectHeading(stranger, 'The other screen started over');
  await scan(phone, desktop);
  await approve(phone);
  await expectSignedIn(desktop, 'Alice Adams');
});

test('the code that is typed leads to the same question as the scanned one', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  const typed = await typedCode(desktop);
  await phone.goto('/link');
  await phone.getByLabel('Code').fill('BBBB-BBBB');
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expect(phone.getByRole('alert')).toContainText('This code is no longer valid.');
  await phone.getByLabel('Code').fill(typed.toLowerCase().replace('-', ' '));
  await phone.getByRole('button', { name: 'Continue' }).click();
  await expectHeading(phone, /^Sign in another device to/);
  await expectStatus(desktop, 'Alice Adams: Confirm on your phone');
  await approve(phone);
  await expectSignedIn(desktop);
});

test('nothing moves when the state of the login page changes', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  const plate = async () => desktop.locator('#qr').boundingBox();
  const waiting = await plate();
  await scan(phone, desktop);
  await expectStatus(desktop, /Confirm on your phone/);
  expect(await plate(), 'scanned').toEqual(waiting);
  await deny(phone);
  await expectStatus(desktop, 'The sign-in was denied on the phone.');
  expect(await plate(), 'denied').toEqual(waiting);
});

test('a page that is slow to take its session is not said to be closed', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login');
  await scan(phone, desktop);
  await expectStatus(desktop, /Confirm on your phone/);
  // A page that waits for long claims once more, so all of its requests are held and let go together.
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await desktop.route('**/claim', async (route) => {
    await held;
    await route.continue();
  });
  await Promise.all([desktop.waitForRequest('**/claim'), approve(phone)]);
  await expectHeading(phone, 'Approved');
  await expectStatus(phone, 'The other device is being signed in…');
  letGo();
  await expectSignedIn(desktop);
  await expectHeading(phone, 'Signed in');
});

test('a page that is told to claim later waits so long and takes its session then', async ({ desktop, phone }) => {
  await isSignedIn(phone);
  await desktop.goto('/login?next=/link');
  const claims: number[] = [];
  await desktop.route('**/claim', async (route) => {
    claims.push(Date.now());
    if (claims.length > 1) return route.continue();
    return route.fulfill({ status: 429, headers: { 'retry-after': '3' }, json: { error: 'too_many_requests', message: 'Too many tries.' } });
  });
  await scan(phone, desktop);
  await approve(phone);
  await desktop.waitForURL((url) => url.pathname === '/link');
  expect(claims).toHaveLength(2);
  expect(claims[1]! - claims[0]!).toBeGreaterThanOrEqual(2_900);
});
