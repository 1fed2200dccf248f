/** The phone's camera: a screenshot of the page, read by a decoder that shares no code with the server. */
import { expect, type Page } from '@playwright/test';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';

/** The text of the QR code that can be seen anywhere on the screen, or `null` where none can. */
export async function seeQr(page: Page): Promise<string | null> {
  return decode(await page.screenshot());
}

/** The code of the login page, once there is one; a picture of its column is read in a quarter of the time. */
export async function readQr(page: Page): Promise<string> {
  let text: string | null = null;
  const column = page.getByRole('main');
  // A page that loads itself again just now has none for a moment, and a picture that is taken meanwhile may never come: it is
  // taken anew.
  const taken = { scale: 'css', timeout: 5_000 } as const;
  const read = async () => column.screenshot(taken).then((picture) => (text = decode(picture)), () => null);
  await expect.poll(read, { message: 'a QR code on the screen' }).not.toBeNull();
  return text ?? '';
}

/** Only dark on light counts: many cameras read it no other way. */
export function decode(picture: Buffer): string | null {
  const { data, width, height } = PNG.sync.read(picture);
  const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
  return jsqr.default(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data ?? null;
}

/** How many colours a picture has inside, its edge left aside. */
export function inks(picture: Buffer): number {
  const { data, width, height } = PNG.sync.read(picture);
  const edge = Math.ceil(width / 10);
  const found = new Set<number>();
  for (let y = edge; y < height - edge; y += 1) {
    for (let x = edge; x < width - edge; x += 1) found.add(data.readUInt32BE((y * width + x) * 4));
  }
  return found.size;
}

/** The scan code in a QR's address: its last part. */
export function codeIn(address: string): string {
  return new URL(address).pathname.split('/').at(-1) ?? '';
}
