import { expect, test } from 'vitest';
import type { ApplicationStage, ApplicationView } from '../../../shared/contract/index.ts';
import { ecommerceForm } from '../../services/apply/ecommerce';
import { reasonsOf, timelineOf, transferOf } from './progress';

const application = (stage: ApplicationStage, over: Partial<ApplicationView> = {}): ApplicationView => ({
  applicationId: 'x',
  kind: 'ecommerce',
  state: 'CHECKING',
  stage,
  merchantShortname: '面包房',
  createdAtMs: 0,
  updatedAtMs: 0,
  ...over,
});

test.each([
  ['reviewing', ['done', 'now', 'todo', 'todo']],
  ['rejected', ['done', 'bad', 'todo', 'todo']],
  ['verify-account', ['done', 'done', 'now', 'todo', 'todo']],
  ['sign', ['done', 'done', 'now', 'todo']],
  ['finished', ['done', 'done', 'done', 'done']],
  ['frozen', ['done', 'done', 'done', 'bad']],
] as const)('at %s the miles are %j', (stage, states) => {
  expect(timelineOf(application(stage)).map(({ state }) => state)).toEqual(states);
});

test('steps that are done have their times, and steps to come have none', () => {
  const minuteMs = 60_000;
  const stages = [
    { stage: 'rejected', atMs: 1 * minuteMs },
    { stage: 'reviewing', atMs: 2 * minuteMs },
    { stage: 'sign', atMs: 3 * minuteMs },
  ] as const;
  const notes = (view: ApplicationView) => timelineOf(view).map(({ note }) => note.slice(-5));
  expect(notes(application('reviewing'))).toEqual(['08:00', '', '', '']);
  expect(notes(application('reviewing', { stages: stages.slice(0, 2) }))).toEqual(['08:02', '', '', '']);
  expect(notes(application('sign', { stages, updatedAtMs: 9 * minuteMs }))).toEqual([
    '08:02',
    '08:03',
    '',
    '',
  ]);
  const finished = [...stages, { stage: 'finished', atMs: 4 * minuteMs }] as const;
  expect(notes(application('finished', { stages: finished }))).toEqual(['08:02', '08:03', '08:04', '08:04']);
  expect(notes(application('rejected', { updatedAtMs: minuteMs }))).toEqual(['08:00', '08:01', '', '']);
});

test('a reason carries the name of its field, and a reason without one is about the whole', () => {
  const rejections = [
    { path: 'account_info.account_number', message: '账号不符', messageEn: 'wrong' },
    { path: '', message: '资料不全', messageEn: 'incomplete' },
  ];
  const values = { organization_type: '2401' };
  expect(reasonsOf(application('rejected', { rejections }), ecommerceForm, values)).toEqual([
    { label: '银行账号', reason: '账号不符' },
    { label: '申请资料', reason: '资料不全' },
  ]);
});

test('what to transfer is shown only while the account is to be verified, and masked parts are not for copying', () => {
  const accountValidation = {
    accountNameMasked: '林**',
    payAmountFen: 117,
    destinationAccountNumber: '7222',
    destinationAccountName: '财付通',
    destinationAccountBank: '招商银行',
    city: '深圳',
    remark: '入驻账户验证',
    deadline: '2026-12-04',
  };
  const rows = transferOf(application('verify-account', { accountValidation }));
  expect(rows.find(({ value }) => value === '林**')?.copyable).toBe(false);
  expect(rows.find(({ value }) => value === '7222')?.copyable).toBe(true);
  expect(transferOf(application('finished', { accountValidation }))).toEqual([]);
});
