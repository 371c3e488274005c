import { expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { listViolations, recordViolation } from './violations.ts';

it('a violation is recorded once for each event, logged as an error, and listed the newest first', async () => {
  const logged: unknown[] = [];
  const log = { info: () => {}, warn: () => {}, error: (...of: unknown[]) => void logged.push(of) };
  let nowMs = 100;
  const ports = { documents: memoryDocuments(), log, clock: { nowMs: () => nowMs } };
  const whole = {
    ...{ record_id: '1', sub_mchid: '19', company_name: '店', punish_plan: '关闭支付' },
    ...{ punish_time: '2026-01-03T08:00:05+08:00', punish_description: 'd', risk_type: 't' },
    risk_description: 'r',
  };
  expect(await recordViolation(ports, 'partner', 'PUNISH', whole)).toBe(true);
  expect(await recordViolation(ports, 'partner', 'PUNISH', whole)).toBe(false);
  nowMs = 200;
  expect(await recordViolation(ports, 'partner', 'APPEAL', { record_id: '1', sub_mchid: '19' })).toBe(true);
  const empty = { companyName: '', plan: '', description: '', riskType: '', risk: '' };
  expect(await listViolations(ports.documents)).toEqual([
    { recordId: '1', event: 'APPEAL', subMchid: '19', ...empty, atMs: 200 },
    {
      ...{ recordId: '1', event: 'PUNISH', subMchid: '19', companyName: '店', plan: '关闭支付' },
      ...{ description: 'd', riskType: 't', risk: 'r', atMs: Date.UTC(2026, 0, 3, 0, 0, 5) },
    },
  ]);
  expect(logged).toHaveLength(2);
});
