import { SECOND } from '#estate/units.ts';
import type { RunResult } from '../../run/result.ts';
import { askedInWords, count, counted, inRome, span, speedInWords } from '../format.ts';
import { verdictOf } from '../verdict.ts';
import { charts } from './charts.ts';
import { asWritten, html, type Markup } from './markup.ts';
import { STYLE } from './style.ts';
import { errorTable, expectationTable, faultTable, figureTable, verificationPart } from './tables.ts';

/** The report of a run as one HTML page that needs nothing else: no network, no script. */
export function htmlReport(result: RunResult): string {
  const { scenario, seed, faults } = result;
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${verdictOf(result).word}: ${scenario.title} (seed ${seed})</title>
        <style>
          ${asWritten(STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${head(result)} ${section('What was expected', expectationTable(result))}
          ${section('How it went', charts(result), 'Over the real time since the start, in minutes and seconds. Shaded: a fault stands.')}
          ${faults.length > 0 ? section('Faults', faultTable(result)) : ''}
          ${section('What was measured', figureTable(result))}
          ${section("The platform's records, held against the field", verificationPart(result))}
          ${section('Errors of the platform', errorTable(result))}
        </main>
        <footer>
          <p>
            To run it again: <code>polisgrid sim run ${scenario.name} --seed ${seed}</code>. All of this, for programs:
            <code>report.json</code> beside this file.
          </p>
        </footer>
      </body>
    </html> `;
  return markup;
}

function section(title: string, content: Markup, lead = ''): Markup {
  return html`<section>
    <h2>${title}</h2>
    ${lead ? html`<p class="lead">${lead}</p>` : ''} ${content}
  </section>`;
}

function head(result: RunResult): Markup {
  const { scenario, target, fleet, simulated, seed, durationS, startedAt } = result;
  const { word, sentence, next } = verdictOf(result);
  const simulatedS = (Date.parse(simulated.to) - Date.parse(simulated.from)) / SECOND;
  const facts: [string, string, string][] = [
    ['Platform', target.api, `version ${target.version}`],
    ['Chargers', count(fleet.chargers), `${counted(fleet.evses, 'EVSE')} at ${counted(fleet.sites, 'site')}`],
    fleet.gateways === 0 && fleet.devices > 0
      ? ['Devices', count(fleet.devices), 'each with a connection of its own']
      : ['Gateways', count(fleet.gateways), counted(fleet.devices, 'device')],
    [
      'Simulated',
      span(simulatedS),
      `from ${inRome(simulated.from)} in Rome, ${speedInWords(simulated.speed)}${askedInWords(simulated)}`,
    ],
    ['Took', span(durationS), `from ${inRome(startedAt)}`],
    ['Seed', seed, 'the same seed gives the same events'],
  ];
  return html`<header>
    <p class="kicker">polisgrid simulation</p>
    <h1>${scenario.title}</h1>
    <p class="about">${scenario.about}</p>
    <div class="verdict ${word.toLowerCase()}">
      <p><strong>${word}.</strong> ${sentence}</p>
      <p>${next}</p>
    </div>
    <dl>
      ${facts.map(
        ([name, value, more]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
            <dd class="muted">${more}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}
