/** Whoever works on the code runs `make watch`: what they change is compiled, and the open page shows it by itself. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type Page, expect, test } from '@playwright/test';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/**
 * A copy of the sources, which the test may edit; what was built in it stays for the next run. It is not below `target`,
 * because cargo-leptos does not look at what git ignores.
 */
const COPY = join(tmpdir(), 'tessera-watch');
const LOGIN = 'http://localhost:3000/login';
/** Builds take minutes; nothing else is waited for this long. */
const BUILD_MS = 40 * 60_000;

/** Changes one place of a file of the copy. */
function edit(path: string, from: string, to: string): void {
  const file = join(COPY, path);
  const text = readFileSync(file, 'utf8');
  expect(text.split(from).length, `${path} has the place once`).toBe(2);
  writeFileSync(file, text.replace(from, to));
}

/** The page's island is awake: it watches its ticket. */
async function isAwake(page: Page): Promise<void> {
  await page.waitForEvent('websocket', { predicate: (socket) => socket.url().includes('/watch'), timeout: BUILD_MS });
}

let watch: ChildProcess;
let log = '';

test.beforeAll(() => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) {
    // What is the same already is not touched, so that what was built of it before is fresh.
    const [from, to] = [readFileSync(join(ROOT, file)), join(COPY, file)];
    if (existsSync(to) && readFileSync(to).equals(from)) continue;
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, from, { mode: statSync(join(ROOT, file)).mode });
  }
  const env = { ...process.env, TESSERA_SERVER__DATA_DIR: join(COPY, 'target/data') };
  watch = spawn('make', ['watch'], { cwd: COPY, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const output of [watch.stdout, watch.stderr]) output?.setEncoding('utf8').on('data', (text: string) => (log += text));
});

test.afterAll(async ({}, info) => {
  if (watch.pid !== undefined) process.kill(-watch.pid, 'SIGTERM');
  await info.attach('what make watch said', { body: log, contentType: 'text/plain' });
});

test('a change of a page and of the style sheet is on the open page without touching it', async ({ page }) => {
  await expect(async () => {
    expect(watch.exitCode, log).toBeNull();
    await page.goto(LOGIN);
  }).toPass({ timeout: BUILD_MS, intervals: [1000] });
  const [answer] = await Promise.all([page.reload(), isAwake(page)]);
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in to Tessera');

  await test.step('a text of the page', async () => {
    const awake = isAwake(page);
    edit('src/text/languages/en/browser.rs', 'naming!("Sign in to {site}", site)', 'naming!("Welcome to {site}", site)');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome to Tessera', { timeout: BUILD_MS });
    await awake;
  });

  await test.step('the style sheet', async () => {
    const colour = async () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    edit('style/main.css', '--ground: #fbfaf7;', '--ground: #0a141e;');
    await expect.poll(colour, { timeout: BUILD_MS }).toBe('rgb(10, 20, 30)');
  });
});
