/** `--lan`: HTTPS on the machine's own address, for a real phone on the same network. */
import { networkInterfaces } from 'node:os';

import { PNG } from 'pngjs';

import { DESKTOP, PHONE, expect, test as base } from './fixtures.ts';
import { SCANNED, approve, expectHeading, expectStatus, isSignedIn, scan, signIn } from './people.ts';
import { decode, readQr } from './qr.ts';
import { Server } from './server.ts';

const test = base.extend({
  server: async ({ folder }, use) => {
    const server = await Server.start({ folder, lan: true, addr: '0.0.0.0:0' });
    await use(server);
    await server.kill();
  },
});

const hasAddress = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal, family }) => !internal && family === 'IPv4'));

/** Its own certificate is one that nobody else vouches for. */
const TRUSTING = { ignoreHTTPSErrors: true };

/** A terminal as a camera sees it: two modules a character, one above the other. */
function terminalQr(greeting: string): string | null {
  const lines = [...greeting.matchAll(/^\u001b\[30;107m(.*)\u001b\[0m$/gm)].map(([, line = '']) => [...line]);
  const [scale, rows, columns] = [4, lines.length * 2, lines[0]?.length ?? 0];
  if (columns === 0) return null;
  const png = new PNG({ width: columns * scale, height: rows * scale });
  for (let at = 0; at < png.width * png.height; at += 1) {
    const [row, column] = [Math.floor(at / png.width / scale), Math.floor((at % png.width) / scale)];
    const character = lines[row >> 1]?.[column] ?? ' ';
    const isDark = character === '█' || character === (row % 2 === 0 ? '▀' : '▄');
    png.data.fill(isDark ? 0 : 255, at * 4, at * 4 + 3);
    png.data[at * 4 + 3] = 255;
  }
  return decode(PNG.sync.write(png));
}

test('the same sign-in works over TLS on the address of this machine', async ({ server, open }) => {
  test.skip(!hasAddress, 'this machine has no address in a network');
  expect(server.origin).toMatch(/^https:\/\/\d+\.\d+\.\d+\.\d+:\d+$/);
  await expect.poll(() => terminalQr(server.greeting), 'the terminal shows where it is').toBe(server.origin);

  const desktop = await open({ ...DESKTOP, ...TRUSTING });
  const phone = await open({ ...PHONE, ...TRUSTING });
  await desktop.goto('/login?next=/link');
  const address = await readQr(desktop);
  expect(address.toLowerCase()).toContain(`${server.origin}/s/`);
  await phone.goto(address);
  await signIn(phone);
  await expectHeading(phone, /^Sign in another device to/);
  await expectStatus(desktop, SCANNED);
  await approve(phone);
  await expect(desktop).toHaveURL(`${server.origin}/link`);
  await expectHeading(phone, 'Signed in');
});

test('a browser that opens the machine by the name localhost is told its address', async ({ server, open }) => {
  test.skip(!hasAddress, 'this machine has no address in a network');
  const phone = await open({ ...PHONE, ...TRUSTING });
  const desktop = await open({ ...DESKTOP, ...TRUSTING });
  await isSignedIn(phone);
  await desktop.goto(`https://localhost:${server.port}/login`);
  await expectHeading(desktop, 'This site has another address');
  await expect(desktop.getByText(server.origin)).toBeVisible();
  await desktop.getByRole('link', { name: 'Open it there' }).click();
  await expect(desktop).toHaveURL(`${server.origin}/login`);
  await scan(phone, desktop);
  await expectStatus(desktop, SCANNED);
});

test.describe('where nobody has an account', () => {
  test.use({ people: false });

  test('what is scanned first leads to the first account', async ({ server }) => {
    test.skip(!hasAddress, 'this machine has no address in a network');
    const link = await server.setupLink();
    expect(link).toContain(`${server.origin}/setup?token=`);
    await expect.poll(() => terminalQr(server.greeting)).toBe(link);
  });
});
