import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { writeReports } from '#simulators/report/write.ts';
import { PASSED_SPECIMEN, SPECIMEN } from '#simulators/report/specimen.ts';
import type { RunResult } from '#simulators/run/result.ts';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOf, openBrowser } from '../platform/browser.ts';
import { temporaryFolder, type TemporaryFolder } from '../platform/temporary-folder.ts';

/** Where the pictures are left for a person to look at. */
const PICTURES = fileURLToPath(new URL('../.out/', import.meta.url));

let folder: TemporaryFolder;
let browser: Browser;

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
  folder = await temporaryFolder();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await folder[Symbol.asyncDispose]();
});

const CASES: [name: string, result: RunResult, width: number, colorScheme: 'light' | 'dark'][] = [
  ['failed', SPECIMEN, 1280, 'light'],
  ['failed', SPECIMEN, 400, 'dark'],
  ['passed', PASSED_SPECIMEN, 1280, 'dark'],
  ['passed', PASSED_SPECIMEN, 400, 'light'],
];

describe('The report of a simulation', () => {
  it.each(CASES)('that %s is read by anyone', async (name, result, width, colorScheme) => {
    const [page] = await writeReports(result, join(folder.path, name));
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const tab = await context.newPage();
    const complaints = complaintsOf(tab);
    const asked: string[] = [];
    tab.on('request', (request) => asked.push(request.url()));
    const url = pathToFileURL(page?.path ?? '').href;
    await tab.goto(url);
    await tab.screenshot({ path: join(PICTURES, `report-${name}-${width}.png`), fullPage: true });
    expect(await tab.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const { violations } = await new AxeBuilder({ page: tab }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    expect(asked.filter((each) => each !== url && !each.startsWith('data:'))).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
