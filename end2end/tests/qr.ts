/** The phone's camera: a screenshot of the page, read by a decoder that shares no code with the server. */
import { expect, type Page } from '@playwright/test';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';

/** The text of the QR code that can be seen, or `null` where none can. Only dark on light counts, as for many cameras. */
export async function seeQr(page: Page): Promise<string | null> {
  return decode(await page.screenshot());
}

/** The same, once there is one. */
export async function readQr(page: Page): Promise<string> {
  let text: string | null = null;
  await expect.poll(async () => (text = await seeQr(page)), { message: 'a QR code on the screen' }).not.toBeNull();
  return text ?? '';
}

export function decode(picture: Buffer): string | null {
  const { data, width, height } = PNG.sync.read(picture);
  const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
  return jsqr.default(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data ?? null;
}

/** The scan code in a QR's address: its last part. */
export function codeIn(address: string): string {
  return new URL(address).pathname.split('/').at(-1) ?? '';
}
