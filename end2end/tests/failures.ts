/** Says once more, after everything else, which tests failed and why: the end of a long log is what is read first. */
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** How much is repeated of an error. */
const CHARACTERS = 600;

export default class Failures implements Reporter {
  readonly #failed: string[] = [];

  onTestEnd(test: TestCase, { status, errors, duration }: TestResult): void {
    if (status === 'passed' || status === 'skipped') return;
    const said = errors.map(({ message, value }) => plain(message ?? value ?? '').slice(0, CHARACTERS));
    const [, project, file, ...names] = test.titlePath();
    this.#failed.push(`${[`[${project}]`, file, ...names].join(' ')} (${status} after ${Math.round(duration / 1000)} s)\n${said.join('\n')}`);
  }

  onEnd(_: FullResult): void {
    for (const failed of this.#failed) console.log(`\nfailed: ${failed}`);
  }
}

/** The text without colours and empty lines. */
function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;]*m/g, '').replace(/\n\s*\n/g, '\n');
}
