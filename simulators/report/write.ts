import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { RunResult } from '../run/result.ts';
import { htmlReport } from './html/page.ts';
import { junit } from './junit.ts';
import type { ReportFile } from './summary.ts';

const REPORTS: readonly { name: string; about: string; make: (result: RunResult) => string }[] = [
  { name: 'report.html', about: 'to read: charts, tables and differences, in any browser', make: htmlReport },
  { name: 'report.json', about: 'everything, for programs', make: (result) => `${JSON.stringify(result, null, 1)}\n` },
  { name: 'junit.xml', about: 'expectations as test cases, for a build server', make: junit },
];

/** Makes a folder for reports where it is missing; `invalid` when that is not possible. */
export async function makeReportFolder(folder: string): Promise<void> {
  await orCannotBeWritten(folder, () => mkdir(folder, { recursive: true }));
}

/** Writes the reports of a run into a folder, which is made where it is missing; `invalid` when it cannot be written. */
export async function writeReports(result: RunResult, folder: string): Promise<ReportFile[]> {
  await makeReportFolder(folder);
  return orCannotBeWritten(folder, () =>
    Promise.all(
      REPORTS.map(async ({ name, about, make }) => {
        const path = join(folder, name);
        await writeFile(path, make(result));
        return { path, about };
      }),
    ),
  );
}

async function orCannotBeWritten<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new PolisError('invalid', `The reports cannot be written to ${folder}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
