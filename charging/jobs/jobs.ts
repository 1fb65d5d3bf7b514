import type { Kysely, Selectable } from 'kysely';
import type { Ground } from '#estate/ground.ts';
import { DAY, MINUTE, type Millis } from '#estate/units.ts';
import { unit, type Records } from '#storage/records.ts';
import { newId } from '../new-ids.ts';
import { hiddenUrl } from './hidden-url.ts';
import type { Job, JobAnswer, JobKind, JobOutcome, JobReport, Jobs, JobTerms } from './job.ts';
import { lostAt, outcomeAfter, outcomeOfAnswer, withState } from './progress.ts';
import type { JobTables } from './tables.ts';

type Trx = Kysely<JobTables>;
type Row = Selectable<JobTables['charger_job']>;

/** An exchange takes seconds. A job asked longer ago and not answered was asked by a process that ended. */
const LONGEST_EXCHANGE_MS = 10 * MINUTE;
const REMEMBERED_MS = 365 * DAY;

type Asked = Parameters<Jobs['asked']>[0] & { id: string };

const askJob = unit('charging.askJob', async (trx: Trx, { terms, ...asked }: Asked): Promise<void> => {
  const row = { ...fresh(asked), terms: JSON.stringify(terms), lost_at: lostAt(asked.at, terms) };
  await trx
    .insertInto('charger_job')
    .values({ ...row, ...progressed([], 'asked', asked.at) })
    .execute();
});

const answerJob = unit('charging.answerJob', async (trx: Trx, answer: JobAnswer): Promise<void> => {
  const { charger, kind, request, state, at } = answer;
  const job = await trx
    .selectFrom('charger_job')
    .selectAll()
    .where('charger', '=', charger)
    .where('kind', '=', kind)
    .where('request', request === null ? 'is' : '=', request)
    .where('answer', 'is', null)
    .where('terms', 'is not', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (!job) return;
  await trx
    .updateTable('charger_job')
    .set({ answer: state, file_name: answer.fileName ?? null })
    .where('id', '=', job.id)
    .execute();
  // News of the work may overtake the answer; then the history is ahead of it.
  if (job.state === 'asked') await progress(trx, job, { state, at, outcome: outcomeOfAnswer(state) });
  if (state === 'accepted' && kind !== 'publication') await supersede(trx, { job, at });
});

/** A charger updates itself once at a time, and uploads one log: what it took on before is dropped. */
async function supersede(trx: Trx, { job, at }: { job: Row; at: Millis }): Promise<void> {
  const others = await trx
    .selectFrom('charger_job')
    .selectAll()
    .where('charger', '=', job.charger)
    .where('kind', '=', job.kind)
    .where('outcome', '=', 'running')
    .where('answer', 'is not', null)
    .where('id', '<>', job.id)
    .execute();
  for (const other of others) await progress(trx, other, { state: 'superseded', at });
}

const reportJob = unit(
  'charging.reportJob',
  async (trx: Trx, { id, ...report }: JobReport & { id: string }): Promise<void> => {
    const job = await reportedJob(trx, report);
    const { state, at, locations } = report;
    // Idle is what a charger says that does nothing now: also before its time has come.
    if (state === 'idle') {
      if (job) await trx.updateTable('charger_job').set({ heard_at: at }).where('id', '=', job.id).execute();
    } else if (job) {
      await progress(trx, job, { state, at, locations });
    } else {
      const row = { ...fresh({ ...report, id }), ...progressed([], state, at) };
      await trx.insertInto('charger_job').values(row).execute();
      await progress(trx, row, { state, at, locations });
    }
  },
);

/**
 * The job that a report belongs to. Without a number it is the newest that runs, else the newest at all when it may go on
 * (a charger tries again after `download-failed`, or was only silent for long) or when this repeats what it ended with.
 */
async function reportedJob(trx: Trx, report: JobReport): Promise<Row | undefined> {
  const { charger, kind, request, state } = report;
  const ofKind = trx
    .selectFrom('charger_job')
    .selectAll()
    .where('charger', '=', charger.id)
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(1);
  if (request !== null) return ofKind.where('request', '=', request).executeTakeFirst();
  const running = await ofKind.where('outcome', '=', 'running').executeTakeFirst();
  if (running) return running;
  const newest = await ofKind.executeTakeFirst();
  const refused = newest?.state === newest?.answer;
  const goesOn = newest?.outcome === 'lost' || (newest?.outcome === 'failed' && !refused);
  return goesOn || newest?.state === state ? newest : undefined;
}

const unpublishJob = unit(
  'charging.unpublishJob',
  async (trx: Trx, { charger, checksum, at }: Parameters<Jobs['unpublished']>[0]): Promise<void> => {
    const publications = await trx
      .selectFrom('charger_job')
      .selectAll()
      .where('charger', '=', charger)
      .where('kind', '=', 'publication')
      .orderBy('id', 'desc')
      .execute();
    const job = publications.find((each) => termsOf(each)?.checksum?.toLowerCase() === checksum.toLowerCase());
    if (job) await progress(trx, job, { state: 'unpublished', at, locations: [] });
  },
);

const sweepJobs = unit('charging.sweepJobs', async (trx: Trx, now: Millis): Promise<void> => {
  await trx
    .updateTable('charger_job')
    .set({ answer: 'unanswered' })
    .where('answer', 'is', null)
    .where('terms', 'is not', null)
    .where('asked_at', '<=', now - LONGEST_EXCHANGE_MS)
    .execute();
  const silent = await trx.selectFrom('charger_job').selectAll().where('lost_at', '<=', now).execute();
  for (const job of silent) await progress(trx, job, { state: 'lost', at: now });
  await trx
    .deleteFrom('charger_job')
    .where('lost_at', 'is', null)
    .where('heard_at', '<', now - REMEMBERED_MS)
    .execute();
});

const getJob = unit('charging.getJob', async (trx: Trx, id: string): Promise<Job | null> => {
  const row = await trx.selectFrom('charger_job').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toJob(row) : null;
});

const listJobs = unit('charging.listJobs', async (trx: Trx, query: Parameters<Jobs['list']>[0]): Promise<Job[]> => {
  let select = trx.selectFrom('charger_job').selectAll();
  for (const column of ['charger', 'site', 'kind', 'outcome'] as const) {
    const value = query[column];
    if (value !== undefined) select = select.where(column, '=', value);
  }
  if (query.before !== undefined) select = select.where('id', '<', query.before);
  return (await select.orderBy('id', 'desc').limit(query.limit).execute()).map(toJob);
});

export const jobUnits = [askJob, answerJob, reportJob, unpublishJob, sweepJobs, getJob, listJobs];

export function createJobs({ records, ground }: { records: Records; ground: Ground }): Jobs {
  return {
    asked(asked) {
      const { url } = asked.terms;
      const terms = { ...asked.terms, ...(url === undefined ? {} : { url: hiddenUrl(url) }) };
      return records.run(askJob, { ...asked, terms, id: newId(ground) });
    },
    answered: (answer) => records.run(answerJob, answer),
    reported: (report) => records.run(reportJob, { ...report, id: newId(ground) }),
    unpublished: (what) => records.run(unpublishJob, what),
    sweep: (now) => records.run(sweepJobs, now),
    job: (id) => records.run(getJob, id),
    list: (query) => records.run(listJobs, query),
  };
}

async function progress(
  trx: Trx,
  job: Row,
  news: { state: string; at: Millis; outcome?: JobOutcome; locations?: string[] | undefined },
): Promise<void> {
  const { state, at, locations } = news;
  // What was dropped for another stays so, whatever is still told of it.
  const outcome = job.outcome === 'superseded' ? 'superseded' : (news.outcome ?? outcomeAfter(state));
  await trx
    .updateTable('charger_job')
    .set({
      ...progressed(historyOf(job), state, at),
      outcome,
      heard_at: state === 'lost' ? job.heard_at : at,
      lost_at: outcome === 'running' ? lostAt(at, termsOf(job)) : null,
      ...(locations === undefined ? {} : { locations: JSON.stringify(locations) }),
    })
    .where('id', '=', job.id)
    .execute();
}

function fresh(of: { id: string; charger: JobReport['charger']; kind: JobKind; request: number | null; at: Millis }) {
  return {
    id: of.id,
    charger: of.charger.id,
    site: of.charger.site,
    kind: of.kind,
    request: of.request,
    terms: null,
    answer: null,
    outcome: 'running',
    file_name: null,
    locations: '[]',
    asked_at: of.at,
    heard_at: of.at,
    lost_at: lostAt(of.at, null),
  };
}

function progressed(history: Job['states'], state: string, at: Millis) {
  return { state, states: JSON.stringify(withState(history, state, at)) };
}

function historyOf(row: Row): Job['states'] {
  return JSON.parse(row.states) as Job['states'];
}

function termsOf(row: Row): JobTerms | null {
  return row.terms === null ? null : (JSON.parse(row.terms) as JobTerms);
}

function toJob(row: Row): Job {
  return {
    id: row.id,
    charger: row.charger,
    site: row.site,
    kind: row.kind as JobKind,
    request: row.request,
    terms: termsOf(row),
    outcome: row.outcome as JobOutcome,
    states: historyOf(row),
    fileName: row.file_name,
    locations: JSON.parse(row.locations) as string[],
  };
}
