import { FIGURES, type FigureName } from '../../run/figures.ts';
import { agrees } from '../../run/judge.ts';
import type { RunResult } from '../../run/result.ts';
import { clockTime, count, figure, NOTHING } from '../format.ts';
import { conditionInWords, FIGURE_GROUPS, LABELS, measuredInWords } from '../labels.ts';
import { kindOfDifference, verificationLines } from '../verification.ts';
import { html, type Markup } from './markup.ts';

const MOST_DIFFERENCES = 200;

export function expectationTable({ expectations }: RunResult): Markup {
  if (expectations.length === 0) return html`<p>The scenario expects nothing.</p>`;
  const rows = expectations.map(
    (each) =>
      html`<tr class="${each.held ? 'held' : 'broken'}">
        <td>${mark(each.held)}</td>
        <th scope="row">${LABELS[each.figure]}</th>
        <td>${each.stage ?? 'whole run'}</td>
        <td class="number">${measuredInWords(each)}</td>
        <td>${conditionInWords(each)}</td>
        <td class="wide-only"><code>${each.figure}: "${each.condition}"</code></td>
      </tr>`,
  );
  return scrolling(
    'What was expected',
    html`<table>
      <caption>
        Conditions of the scenario, and what was measured
      </caption>
      <thead>
        <tr>
          <th scope="col">Held</th>
          <th scope="col">Figure</th>
          <th scope="col">Stage</th>
          <th scope="col" class="number">Measured</th>
          <th scope="col">Expected</th>
          <th scope="col" class="wide-only">In the scenario</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

export function figureTable({ stages, figures }: RunResult): Markup {
  const columns = [...stages, { name: 'Whole run', figures }];
  const isMeasured = (name: FigureName) => columns.some((column) => column.figures[name] !== null);
  const groups = FIGURE_GROUPS.map(({ title, figures: all }) => ({ title, names: all.filter(isMeasured) }));
  const bodies = groups
    .filter(({ names }) => names.length > 0)
    .map(
      ({ title, names }) =>
        html`<tbody>
          <tr class="group">
            <th scope="rowgroup" colspan="${columns.length + 1}">${title}</th>
          </tr>
          ${names.map(
            (name) =>
              html`<tr>
                <th scope="row" title="${FIGURES[name].about}">${LABELS[name]}</th>
                ${columns.map((column) => html`<td class="number">${figure(name, column.figures[name])}</td>`)}
              </tr>`,
          )}
        </tbody>`,
    );
  return scrolling(
    'What was measured',
    html`<table class="figures">
      <caption>
        Figures of each stage and of the whole run; ${NOTHING} where there was nothing to measure
      </caption>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          ${columns.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
        </tr>
      </thead>
      ${bodies}
    </table>`,
  );
}

export function faultTable({ faults }: RunResult): Markup {
  const rows = faults.map(
    ({ text, stage, fromS, toS, peers }, at) =>
      html`<tr>
        <td class="number">${at + 1}</td>
        <th scope="row">${text}</th>
        <td>${stage}</td>
        <td class="number">${clockTime(fromS)}</td>
        <td class="number">${toS === null ? 'the end' : clockTime(toS)}</td>
        <td class="number">${count(peers)}</td>
      </tr>`,
  );
  return scrolling(
    'Faults',
    html`<table>
      <caption>
        Faults that were made on purpose, by their numbers in the charts
      </caption>
      <thead>
        <tr>
          <th scope="col" class="number">No.</th>
          <th scope="col">Fault</th>
          <th scope="col">Stage</th>
          <th scope="col" class="number">From</th>
          <th scope="col" class="number">To</th>
          <th scope="col" class="number">Whom it befell</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

export function errorTable({ errors }: RunResult): Markup {
  if (errors.length === 0) return html`<p>None.</p>`;
  const rows = errors.map(
    ({ text, count: times, peer }) =>
      html`<tr>
        <td class="number">${count(times)}</td>
        <th scope="row">${text}</th>
        <td class="name">${peer}</td>
      </tr>`,
  );
  return scrolling(
    'Errors',
    html`<table>
      <caption>
        Errors by what they say; “…” stands for names and numbers that differ
      </caption>
      <thead>
        <tr>
          <th scope="col" class="number">Times</th>
          <th scope="col">Error</th>
          <th scope="col">First seen by</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

export function verificationPart(result: RunResult): Markup {
  const { verification } = result;
  if (!verification) return html`<p>The platform's records were not held against the field.</p>`;
  const { summaryText } = verificationLines(verification, 0);
  const isGood = agrees(result);
  const head = html`<p class="${isGood ? 'held' : 'broken'}">${mark(isGood)} ${summaryText}.</p>`;
  if (verification.found === 0) return head;
  const shown = verification.differences.slice(0, MOST_DIFFERENCES);
  const rows = shown.map(
    (each) =>
      html`<tr>
        <th scope="row">${kindOfDifference(each)}</th>
        <td class="name">${each.subject}</td>
        <td>${each.text}</td>
      </tr>`,
  );
  return html`${head}${scrolling(
    'Differences',
    html`<table>
      <caption>
        ${shown.length === verification.found ? 'All differences' : `The first ${count(shown.length)} of ${count(verification.found)} differences`}
      </caption>
      <thead>
        <tr>
          <th scope="col">What differs</th>
          <th scope="col">Where</th>
          <th scope="col">What was true, and what the platform says</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  )}`;
}

export function mark(isGood: boolean): Markup {
  return isGood
    ? html`<span class="mark good"><span aria-hidden="true">✓</span><span class="unseen">yes</span></span>`
    : html`<span class="mark bad"><span aria-hidden="true">✗</span><span class="unseen">no</span></span>`;
}

/** Wide content that scrolls by itself, by finger and by keyboard. */
function scrolling(name: string, content: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${content}</div>`;
}
