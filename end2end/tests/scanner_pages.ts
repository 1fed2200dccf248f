/** The states of the scanner, in a tour like those of `pages.ts`. The camera is one that the test makes up. */
import { type Page, expect } from '@playwright/test';

import type { Part, Tour } from './pages.ts';
import { isSignedIn } from './people.ts';

/** The scanner says this, and nothing else. */
export async function says(page: Page, words: string | RegExp): Promise<void> {
  await expect(page.getByRole('status')).toHaveText(words, { useInnerText: true });
}

/** A camera that shows a grey scene, or that fails with an error of this name. */
async function hasCamera(page: Page, failure?: string): Promise<void> {
  await page.addInitScript((failure) => {
    navigator.mediaDevices.getUserMedia = () => {
      if (failure === 'never') return new Promise(() => {});
      if (failure) return Promise.reject(new DOMException('', failure));
      const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
      const pen = canvas.getContext('2d');
      if (!pen) throw new Error('no canvas');
      const sky = pen.createLinearGradient(0, 0, 640, 480);
      sky.addColorStop(0, '#8a8f94');
      sky.addColorStop(1, '#3d4247');
      const draw = () => {
        pen.fillStyle = sky;
        pen.fillRect(0, 0, 640, 480);
        pen.fillStyle = '#e8e8e8';
        pen.fillRect(170, 110, 300, 230);
        requestAnimationFrame(draw);
      };
      draw();
      return Promise.resolve(canvas.captureStream(10));
    };
  }, failure);
}

async function scannerPages({ open, shape, look }: Tour): Promise<void> {
  const at = async (failure: string | undefined, words: string | RegExp, name: string, seen?: string) => {
    const page = await open(shape);
    await isSignedIn(page);
    await hasCamera(page, failure);
    if (seen) {
      await page.addInitScript((seen) => {
        Object.assign(globalThis, { BarcodeDetector: class { detect = () => Promise.resolve([{ rawValue: seen }]); } });
      }, seen);
    }
    await page.goto('/scan');
    await page.getByRole('button', { name: 'Open the camera' }).click();
    await says(page, words);
    await look(page, name);
    return page;
  };
  await at('never', /^If your browser asks/, 'scan-starting');
  await at(undefined, 'Looking for a code…', 'scan-looking');
  await at(undefined, 'This is not a code of this site.', 'scan-foreign', 'https://elsewhere.example/');
  await at('NotAllowedError', /^The camera is blocked/, 'scan-refused');
  await at('NotFoundError', /^There is no camera/, 'scan-none');
  await at('NotReadableError', /^Another app or tab/, 'scan-busy');
  const page = await at('UnknownError', /^The camera did not start/, 'scan-failed');
  await page.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: await page.screenshot() });
  await says(page, /^There is no code/);
  await look(page, 'scan-nothing');
}

export const SCANNER: Readonly<Record<string, Part>> = { scannerPages: { visit: scannerPages } };
