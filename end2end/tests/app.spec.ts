/** A site's own mobile app is a phone too. */
import { expect, test as base } from './fixtures.ts';
import { SCANNED, expectSignedIn, expectStatus, typedCode } from './people.ts';
import { codeIn, readQr } from './qr.ts';
import { call, phoneSettings, token } from './token.ts';

const test = base.extend({
  server: async ({ folder, launch }, use) => use(await launch(phoneSettings(folder))),
});

test("an app's bearer token signs the browser in as the person it names", async ({ server, desktop }) => {
  await desktop.goto('/login?next=/link');
  const code = codeIn(await readQr(desktop));
  const bearer = token('customer-7', { name: 'Chen Wei' });

  const scanned = await call(server.origin, code, 'scan', bearer);
  expect(scanned.status).toBe(200);
  expect(scanned.body['facts']).toMatchObject({ site: 'Tessera', account: 'Chen Wei', browser: 'Chrome', address: '127.0.0.1' });
  await expectStatus(desktop, SCANNED);
  await call(server.origin, code, 'scan', bearer, { pressed: true });
  await expectStatus(desktop, 'Chen Wei: Confirm on your phone');

  const approved = await call(server.origin, code, 'approve', bearer);
  expect(approved.status).toBe(200);
  await expect(desktop).toHaveURL(`${server.origin}/link`);
  await desktop.goto('/');
  await expectSignedIn(desktop, 'Chen Wei');
});

test('an app denies by the typed code as well', async ({ server, desktop }) => {
  await desktop.goto('/login');
  const typed = await typedCode(desktop);
  const bearer = token('customer-7');
  expect((await call(server.origin, typed, 'scan', bearer)).status).toBe(200);
  await expectStatus(desktop, SCANNED);
  expect((await call(server.origin, typed, 'deny', bearer)).status).toBe(200);
  await expectStatus(desktop, 'The sign-in was denied on the phone.');
});

test('an app is refused with stable codes, and the browser keeps waiting', async ({ server, desktop }) => {
  await desktop.goto('/login');
  const code = codeIn(await readQr(desktop));
  const refusals = [
    { bearer: token('customer-7', { aud: 'another site' }), code, status: 401, error: 'invalid_token' },
    { bearer: token('customer-7', { exp: 1 }), code, status: 401, error: 'invalid_token' },
    { bearer: `${token('customer-7').slice(0, -4)}AAAA`, code, status: 401, error: 'invalid_token' },
    { bearer: token('customer-7'), code: 'TOO-SHORT', status: 400, error: 'malformed_code' },
    { bearer: token('customer-7'), code: 'A'.repeat(40), status: 400, error: 'forged_code' },
  ];
  for (const { bearer, status, error, ...wrong } of refusals) {
    const told = await call(server.origin, wrong.code, 'scan', bearer);
    expect(told).toMatchObject({ status, body: { error } });
  }
  expect(await call(server.origin, code, 'approve', token('customer-7'))).toMatchObject({ status: 409, body: { error: 'not_scanned' } });
  await expectStatus(desktop, "Scan with your phone's camera");
});
