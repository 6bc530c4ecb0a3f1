// Who used how much of the farm, and how budgets stand: what `demofusion usage` prints.

import {$, el, seconds} from './dom.js';
import * as api from './api.js';

const BY = {token: 'Token', model: 'Model', day: 'Day'};
const DAYS_AT_FIRST = 30;
const DAY_MILLIS = 24 * 3600 * 1000;
const NONE = '–';
let unpoll = null;

document.head.append(el('link', {rel: 'stylesheet', href: 'web/usage.css'}));

export function close() {
  unpoll?.();
  unpoll = null;
}

/** @param query of the address: by; since, a day in UTC (empty: all that is known) */
export function show(query) {
  close();
  const by = Object.hasOwn(BY, query.get('by')) ? query.get('by') : 'token';
  const since = query.get('since')
    ?? new Date(Date.now() - DAYS_AT_FIRST * DAY_MILLIS).toISOString().slice(0, 10);
  const go = (next) => { location.hash = `#/usage?${new URLSearchParams({by, since, ...next})}`; };
  const refusal = el('p', {class: 'refusal', role: 'alert', hidden: true});
  const whose = el('p', {class: 'small'});
  const rows = el('div', {id: 'usage-rows'});
  const budgets = el('div', {id: 'usage-budgets'});
  $('usage-body').replaceChildren(
    el('div', {class: 'usage-ask'},
      el('div', {class: 'chips', role: 'group', 'aria-label': 'Add up by'}, Object.entries(BY).map(([name, words]) =>
        el('button', {type: 'button', class: 'chip', data: {by: name}, 'aria-pressed': String(name === by),
          onclick: () => go({by: name})}, words))),
      el('label', {htmlFor: 'usage-since', class: 'small'}, 'Since, in UTC (empty: all that is known)'),
      el('input', {id: 'usage-since', type: 'date', value: since,
        onchange: (event) => go({since: event.target.value})})),
    refusal, whose, rows, budgets);
  let shown = '';
  const load = async () => {
    try {
      const [report, session] = [await api.usage(by, since), await api.session()];
      refusal.hidden = true;
      whose.textContent = session.role === 'operate' ? '' : `What your own jobs used (${session.name}).`;
      const news = JSON.stringify(report);
      if (news === shown) return; // so that what is scrolled and selected stays
      shown = news;
      rows.replaceChildren(report.rows.length
        ? table('Usage', used(BY[by], report.rows.some((row) => joules(row) !== null)), report.rows, report.rows.length > 1)
        : el('p', {class: 'empty'}, since ? `Nothing was used since ${since}.` : 'Nothing was used yet.'));
      budgets.replaceChildren(...(report.budgets?.length
        ? [el('h3', {class: 'small-heading'}, 'Budgets, as they stand now'), table('Budgets', BUDGET, report.budgets)]
        : []));
    } catch (lost) {
      if (!(lost instanceof api.Refusal)) throw lost;
      refusal.textContent = lost.message;
      refusal.hidden = lost.status === 0; // the header says that nobody answers
    }
  };
  unpoll = api.poll(load, 10000);
}

const time = (value) => seconds(value) || NONE;
const sum = (values) => values.reduce((whole, value) => whole + value, 0);
const ofDevices = (use) => (row) => sum(row.devices.map((device) => device[use]));
const ofDevice = (device) => device.useful + device.retried + device.audits + device.lost;

/** A column: its heading, what it says of a row, and of a number how it is written. */
const number = (heading, value, write, hint) => ({heading, value, write, hint});
const text = (heading, value) => ({heading, value});

/** Of the cards that tell; nothing where none does. */
const joules = (row) => {
  const told = row.devices.map((device) => device.joules ?? null).filter((each) => each !== null);
  return told.length ? sum(told) : null;
};

/**
 * @param first what each row is of
 * @param hasEnergy whether any card tells
 */
const used = (first, hasEnergy) => [
  text(first, (row) => row.key),
  number('GPU time', (row) => sum(row.devices.map(ofDevice)), time, 'Of all devices, by workers’ own clocks'),
  number('Useful', ofDevices('useful'), time, 'Answers that images were made of'),
  number('Retried', ofDevices('retried'), time, 'Answers that came too late or twice'),
  number('Audits', ofDevices('audits'), time, 'Draws that check other workers’ numbers'),
  number('Lost', ofDevices('lost'), time, 'Answers that are in no checkpoint and no image'),
  number('Jobs', (row) => row.jobs, String),
  number('Images', (row) => row.pictures, String),
  number('Megapixels', (row) => row.megapixels, (value) => value.toFixed(1)),
  number('Forwards', (row) => row.forwards, (value) => String(Math.round(value)), 'Guided tiles that UNets evaluated'),
  number('Waited', (row) => row.waitingSeconds, time, 'How long jobs waited before they were begun, or went on'),
  hasEnergy && number('kWh', joules, (value) => (value / 3.6e6).toFixed(3), 'Energy of the cards that tell it'),
  text('Devices', (row) => row.devices.map((device) => `${device.device} ${time(ofDevice(device))}`).join(', ')),
].filter(Boolean);

const BUDGET = [
  text('Token', (one) => one.token),
  text('Budget', (one) => one.budget ?? NONE),
  number('Used', (one) => one.usedSeconds, time, 'Useful and lost GPU time of this period'),
  {heading: 'Share', value: (one) => share(one)},
  number('Foreseen', (one) => one.expectedSeconds, time, 'What unfinished jobs still take'),
  text('Until', (one) => one.until ?? NONE),
  text('Over budget', (one) => one.overBudget ?? NONE),
  number('Weight', (one) => one.weight, String, 'Of its share where several ask'),
];

/** How much of a budget is used; from 80 % on people are warned. */
function share(one) {
  if (!(one.seconds > 0)) return NONE;
  const percent = Math.round(100 * one.usedSeconds / one.seconds);
  const bar = el('i');
  bar.style.setProperty('width', `${Math.min(100, percent)}%`);
  return el('span', {class: 'used-share', data: {state: percent >= 100 ? 'over' : percent >= 80 ? 'low' : 'fine'}},
    el('span', {class: 'meter', 'aria-hidden': true}, bar), `${percent}%`);
}

/** @param hasSum whether a last row adds the numbers up */
function table(name, columns, rows, hasSum = false) {
  const cell = (column, value) => el(column === columns[0] ? 'th' : 'td',
    {scope: column === columns[0] ? 'row' : null, class: column.write ? 'number' : null},
    column.write ? (value === undefined || value === null ? NONE : column.write(value)) : value);
  const line = (row) => el('tr', {}, columns.map((column) => cell(column, column.value(row))));
  const whole = (column) => (column.write ? sum(rows.map(column.value)) : column === columns[0] ? 'All' : '');
  return el('div', {class: 'wide', tabIndex: 0, role: 'region', 'aria-label': name},
    el('table', {},
      el('thead', {}, el('tr', {}, columns.map((column) =>
        el('th', {scope: 'col', class: column.write ? 'number' : null, title: column.hint}, column.heading)))),
      el('tbody', {}, rows.map(line)),
      hasSum && el('tfoot', {}, el('tr', {}, columns.map((column) => cell(column, whole(column)))))));
}
