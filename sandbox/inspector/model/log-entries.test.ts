import { describe, expect, it } from 'vitest';
import { type LogFilter, logEntriesOf, matchesFilter } from './log-entries.ts';
import { SampleEvents } from './sample-events.ts';

const make = new SampleEvents();
const structured = make.invocation(1_000, 1_050, 'createOrder', {
  logs: [
    '{"time":"1970-01-01T00:00:01.040Z","level":"warn","event":"wechatpay.retry","outTradeNo":"A1"}',
    'plain text, not {json}',
  ],
});
const crashed = make.invocation(1_010, 1_030, 'payNotify', {
  logs: [],
  error: { code: 'FUNCTIONS_EXECUTE_FAIL', message: 'TypeError: bad amount' },
});

const everything: LogFilter = { functionName: '', level: 'debug', search: '', invocationIds: undefined };
const shown = (filter: Partial<LogFilter> = {}) =>
  logEntriesOf([crashed, structured])
    .filter((entry) => matchesFilter(entry, { ...everything, ...filter }))
    .map(({ message }) => message);

describe('the log of all functions', () => {
  it('is in the order in which the lines were written, with what the platform says of a failure', () => {
    expect(shown()).toEqual(['plain text, not {json}', 'FUNCTIONS_EXECUTE_FAIL', 'wechatpay.retry']);
  });

  it('is filtered by function, level, text and the invocations of an order', () => {
    expect(shown({ functionName: 'payNotify' })).toEqual(['FUNCTIONS_EXECUTE_FAIL']);
    expect(shown({ level: 'warn' })).toEqual(['FUNCTIONS_EXECUTE_FAIL', 'wechatpay.retry']);
    expect(shown({ level: 'error' })).toEqual(['FUNCTIONS_EXECUTE_FAIL']);
    expect(shown({ search: 'a1' })).toEqual(['wechatpay.retry']);
    expect(shown({ invocationIds: new Set([crashed.data.invocationId]) })).toEqual([
      'FUNCTIONS_EXECUTE_FAIL',
    ]);
  });
});
