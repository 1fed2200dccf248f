/** A phone with a camera that is held on a screen: Chromium plays a film of a screenshot instead of a real camera. */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from '@playwright/test';
import { PNG } from 'pngjs';

import { expect, test as base } from './fixtures.ts';

const [WIDTH, HEIGHT, FRAMES] = [1280, 720, 3] as const;

/** How the camera is held. */
interface Held {
  /** By how much it is turned, in radians. */
  readonly turned?: number;
  /** How much farther its left edge is from the screen than its right one, as a share. */
  readonly tilted?: number;
  /** The screen shows light for dark and dark for light. */
  readonly inverted?: boolean;
}

/** What a camera sees of a screen in its picture at this place, from 0 to 255. */
function seen({ data, width, height }: PNG, { turned = 0.06, tilted = 0.08, inverted = false }: Held, column: number, row: number): number {
  const [x, y] = [column - WIDTH / 2, row - HEIGHT / 2];
  const depth = 1 + (tilted * x) / WIDTH;
  const [u, v] = [(x * Math.cos(turned) - y * Math.sin(turned)) * depth + width / 2, (x * Math.sin(turned) + y * Math.cos(turned)) * depth + height / 2];
  // A lens draws softly: the mean of four places.
  let sum = 0;
  for (const [right, down] of [[0, 0], [0.7, 0], [0, 0.7], [0.7, 0.7]] as const) {
    const [across, along] = [Math.floor(u + right), Math.floor(v + down)];
    const isOnScreen = across >= 0 && across < width && along >= 0 && along < height;
    const at = (along * width + across) * 4;
    const light = isOnScreen ? ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 3 : 70;
    sum += isOnScreen && inverted ? 255 - light : light;
  }
  // The grids of screen and sensor beat, and one side of the screen reflects a window.
  const moire = 10 * Math.sin(u * 2.9 + v * 0.21) * Math.sin(v * 2.7);
  return (sum / 4) * 0.8 + 20 + moire + 25 * (column / WIDTH);
}

/** Writes a film of a screen in the format Y4M. */
function writeFilm(path: string, screenshot: Buffer, held: Held): void {
  const screen = PNG.sync.read(screenshot);
  const light = new Float32Array(WIDTH * HEIGHT);
  for (let at = 0; at < light.length; at += 1) light[at] = seen(screen, held, at % WIDTH, Math.floor(at / WIDTH));
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`)];
  // The noise of a sensor, the same in each run.
  let state = 1;
  for (let frame = 0; frame < FRAMES; frame += 1) {
    const picture = Buffer.alloc((WIDTH * HEIGHT * 3) / 2, 128);
    for (let at = 0; at < light.length; at += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      picture[at] = Math.max(16, Math.min(235, (light[at] ?? 0) + ((state >>> 8) % 24) - 12));
    }
    parts.push(Buffer.from('FRAME\n'), picture);
  }
  writeFileSync(path, Buffer.concat(parts));
}

interface Fixtures {
  /** Holds the camera of every phone of this test on what a page shows now. */
  holdOn: (page: Page, held?: Held) => Promise<void>;
}

/** A camera that plays the film, one that the person refuses to the site, or none. */
type Camera = 'film' | 'refused' | 'none';

/** Without a window there is nobody to ask whether the site may have the camera: Chromium answers by itself. */
const SWITCHES = {
  film: (film: string) => ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`],
  refused: () => ['--use-fake-ui-for-media-stream=deny', '--use-fake-device-for-media-stream'],
  none: () => ['--use-fake-ui-for-media-stream'],
};

export const test = base.extend<Fixtures, { camera: Camera; film: string }>({
  camera: ['film', { option: true, scope: 'worker' }],

  film: [
    async ({}, use, worker) => {
      const film = join(tmpdir(), `tessera-film-${process.pid}-${worker.workerIndex}.y4m`);
      await use(film);
      rmSync(film, { force: true });
    },
    { scope: 'worker' },
  ],

  launchOptions: [
    async ({ launchOptions, camera, film }, use) => {
      await use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...SWITCHES[camera](film)] });
    },
    { scope: 'worker' },
  ],

  holdOn: async ({ film }, use) => use(async (page, held = {}) => writeFilm(film, await page.screenshot({ scale: 'css' }), held)),
});

export const refused = test.extend<object, object>({ camera: 'refused' });
export const none = test.extend<object, object>({ camera: 'none' });

export { expect };
