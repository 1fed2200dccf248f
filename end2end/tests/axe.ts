/** What axe-core finds on a page, by the rules of WCAG 2.2 up to AA and by those of good practice. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Page } from '@playwright/test';
import type { RunOptions, run } from 'axe-core';

const SOURCE = readFileSync(fileURLToPath(new URL('../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Which rules are asked. */
export type Rules = 'all' | 'colours';

const RULES: Readonly<Record<Rules, RunOptions>> = {
  all: {
    runOnly: { type: 'tag', values: TAGS },
    // Both are off unless they are asked for: the one because it is young, the other because WCAG 2.2 has no such criterion.
    rules: { 'target-size': { enabled: true }, 'duplicate-id': { enabled: true } },
  },
  // What another colour scheme can change.
  colours: { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } },
};

/** Runs in the page. */
async function found(options: RunOptions): Promise<string[]> {
  if (matchMedia('(scripting: none)').matches) {
    // No timer ends there, and axe waits for some.
    Object.assign(globalThis, { setTimeout: (work: () => void) => void Promise.resolve().then(work) });
    // A page that waits learns what became of it only if it is loaded again. It has nothing to fill in, so that this is no
    // limit of somebody's time.
    Object.assign((options.rules ??= {}), { 'meta-refresh': { enabled: false } });
  }
  const { axe } = globalThis as unknown as { axe: { run: typeof run } };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all, none }) => `${id} at ${target.join(' ')}: ${[...any, ...all, ...none].map(({ message }) => message).join('; ')}`),
  );
}

/** One line for each violation: the rule, the element, and what is wrong with it. */
export async function violations(page: Page, rules: Rules = 'all'): Promise<string[]> {
  // The policy of the pages forbids script elements, but not what is evaluated from outside.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(SOURCE);
  return page.evaluate(found, { ...RULES[rules], resultTypes: ['violations'], preload: false, iframes: false } satisfies RunOptions);
}
