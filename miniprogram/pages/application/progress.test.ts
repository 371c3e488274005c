import { expect, test } from 'vitest';
import type { ApplicationStage, ApplicationView } from '../../../shared/contract/index.ts';
import { ecommerceForm } from '../../services/apply/ecommerce';
import { reasonsOf, scanOf, timelineOf, transferOf } from './progress';

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
  ['verify-account', ['done', 'now', 'todo', 'todo', 'todo']],
  ['sign', ['done', 'done', 'now', 'todo']],
  ['finished', ['done', 'done', 'done', 'done']],
  ['frozen', ['done', 'bad', 'todo', 'todo']],
  ['cancelled', ['done', 'bad', 'todo', 'todo']],
] as const)('at %s the miles are %j', (stage, states) => {
  expect(timelineOf(application(stage)).map(({ state }) => state)).toEqual(states);
});

const step = (application: ApplicationView) =>
  timelineOf(application).map(({ label, state, note }) => `${label} ${state} ${note.slice(-5)}`.trim());

test('what ends an application ends the step that it was at', () => {
  const minuteMs = 60_000;
  const signing = { stage: 'sign', atMs: minuteMs } as const;
  const end = (stage: 'frozen' | 'cancelled', before: NonNullable<ApplicationView['stages']>) =>
    step(
      application(stage, { stages: [...before, { stage, atMs: 3 * minuteMs }], updatedAtMs: 3 * minuteMs }),
    );
  expect(end('cancelled', [signing])).toEqual([
    '提交申请 done 08:00',
    '微信支付审核 done 08:01',
    '签约 bad 08:03',
    '开通收款 todo',
  ]);
  expect(end('frozen', [signing, { stage: 'finished', atMs: 2 * minuteMs }])).toEqual([
    '提交申请 done 08:00',
    '微信支付审核 done 08:01',
    '签约 done 08:02',
    '开通收款 bad 08:03',
  ]);
  expect(step(application('frozen', { sellerId: '1900000109' })).at(-1)).toBe('开通收款 bad 08:00');
});

test('a platform verifies the account before the review, a service provider after it', () => {
  const minuteMs = 60_000;
  const verified = [
    { stage: 'verify-account', atMs: minuteMs },
    { stage: 'reviewing', atMs: 2 * minuteMs },
  ] as const;
  expect(step(application('reviewing', { stages: verified }))).toEqual([
    '提交申请 done 08:00',
    '账户验证 done 08:02',
    '微信支付审核 now',
    '签约 todo',
    '开通收款 todo',
  ]);
  const confirmed = [
    { stage: 'confirm', atMs: minuteMs },
    { stage: 'sign', atMs: 2 * minuteMs },
    { stage: 'reviewing', atMs: 3 * minuteMs },
  ] as const;
  const opening = { kind: 'partner', state: 'APPLYMENT_STATE_SIGNING', stages: confirmed } as const;
  expect(step(application('reviewing', opening))).toEqual([
    '提交申请 done 08:00',
    '微信支付审核 done 08:01',
    '账户验证 done 08:02',
    '签约 done 08:03',
    '开通收款 now',
  ]);
});

test('the code is for whoever must scan it, and only while it is needed', () => {
  const signUrl = 'https://pay.weixin.qq.com/sign';
  const legalValidationUrl = 'https://pay.weixin.qq.com/legal';
  const scan = (stage: ApplicationStage) => scanOf(application(stage, { signUrl, legalValidationUrl }));
  expect(scan('sign')).toMatchObject({ title: '签署协议', url: signUrl });
  expect(scan('confirm')).toMatchObject({ title: '验证账户', url: signUrl });
  expect(scan('verify-account')).toEqual({
    title: '或由法人扫码验证',
    hint: '请商户法人用微信扫码，或长按识别',
    url: legalValidationUrl,
  });
  expect(scanOf(application('verify-account', { signUrl }))).toBeNull();
  for (const stage of ['reviewing', 'rejected', 'finished', 'frozen', 'cancelled'] as const) {
    expect(scan(stage)).toBeNull();
  }
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
