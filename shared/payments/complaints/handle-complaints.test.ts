import { describe, expect, it } from 'vitest';
import type { HandleComplaintsAnswers, HandleComplaintsRequest } from '../../contract/index.ts';
import type { AccountKind } from '../../core/account.ts';
import { refusal as refused } from '../../core/testing/expect-refusal.ts';
import { heads } from '../../wechatpay/applyment/testing/files.ts';
import { refusal } from '../testing/scripted-shop.ts';
import { handleComplaints } from './handle-complaints.ts';
import type { ComplaintRecord } from './records.ts';
import { complaining, routes, step, token } from './testing/complaining.ts';

type Action = HandleComplaintsRequest['action'];

function handling(kind: AccountKind = 'direct', changes: Partial<ComplaintRecord> = {}, others = false) {
  const made = complaining(kind, changes);
  const forwarded: unknown[][] = [];
  const provider = {
    forward: async (...asked: unknown[]) => {
      forwarded.push(asked);
      return { addresses: [] };
    },
  };
  const ports = { ...made.ports, ...(others && { provider }) };
  const ask = (request: object, operator: string | null = 'oOp') =>
    handleComplaints(ports, operator, request);
  return {
    ...made,
    forwarded,
    ask,
    answer: <A extends Action>(request: Extract<HandleComplaintsRequest, { action: A }>) =>
      ask(request) as Promise<HandleComplaintsAnswers[A]>,
  };
}

const acting = { complaintId: 'C1', requestToken: token('a'), seen: 0 };
const reply = { action: 'reply', ...acting, text: '稍等' } as const;
const detail = { action: 'detail', complaintId: 'C1' } as const;
const path = { complaint_id: 'C1', complainted_mchid: '1900000109' };

describe('what operators send', () => {
  it.each([
    ['C'.repeat(64), '', 'taken'],
    ['C'.repeat(65), '', 'BAD_REQUEST'],
    [' C1', '', 'BAD_REQUEST'],
    ['C1 ', '', 'BAD_REQUEST'],
    ['C1', 'A-b_c.d=', 'taken'],
    ['C1', 'M'.repeat(257), 'BAD_REQUEST'],
    ['C1', '/M1', 'BAD_REQUEST'],
    ['C1', 'M1?', 'BAD_REQUEST'],
  ])('names a complaint as %s, and a picture as %s: %s', async (complaintId, mediaId, expected) => {
    const { ask, put, wechat } = handling();
    put({ _id: complaintId });
    wechat.instead['GET /v3/merchant-service/images/{media_id}'] = () => Buffer.from(heads.png!);
    const request = mediaId ? { action: 'picture', complaintId, mediaId } : { ...detail, complaintId };
    const outcome = await ask(request).then(
      () => 'taken',
      ({ code }) => code,
    );
    expect(outcome).toBe(expected);
  });

  it('is of a complaint that is known, and of an account that is configured', async () => {
    const unknown = handling();
    await refused('COMPLAINT_NOT_FOUND', () => unknown.ask({ ...detail, complaintId: 'C2' }));
    const { ask } = handling('direct', { account: 'partner' });
    await refused('CONFIG_INVALID', () => ask(detail));
  });

  it.each([
    ['direct', 'partner', [['oOp', detail]]],
    ['direct', 'direct', []],
  ] as const)(
    'is forwarded to the function with the key: of %s, about one of %s',
    async (kind, account, expected) => {
      const { ask, forwarded } = handling(kind, { account }, true);
      await ask(detail);
      expect(forwarded).toEqual(expected);
    },
  );

  it('about the addresses of the provider is forwarded, those of the direct account never are', async () => {
    const direct = handling('direct', {}, true);
    const request = { action: 'addresses', account: 'provider', takeOver: true } as const;
    expect(await direct.ask(request)).toEqual({ addresses: [] });
    expect(direct.forwarded).toEqual([['oOp', request]]);
    const provider = handling('partner', {}, true);
    await refused('CONFIG_INVALID', () => provider.ask({ action: 'addresses', account: 'direct' }));
    expect(provider.forwarded).toEqual([]);
    await refused('CONFIG_INVALID', () => handling().ask(request));
  });
});

describe('addresses', () => {
  const known = 'GET /v3/merchant-service/complaint-notifications';
  const request = { action: 'addresses', account: 'direct' } as const;

  it.each([
    [undefined, 'https://elsewhere.example'],
    [false, 'https://elsewhere.example'],
    [true, 'https://shop.example/notify'],
  ])('are taken over when the operator says so: %s', async (takeOver, url) => {
    const { answer, wechat, forwarded } = handling('direct', {}, true);
    wechat.instead[known] = () => ({ url: 'https://elsewhere.example' });
    wechat.instead['PUT /v3/merchant-service/complaint-notifications'] = () => ({});
    const { addresses } = await answer({ ...request, ...(takeOver !== undefined && { takeOver }) });
    expect([addresses, forwarded]).toMatchObject([[{ url }], []]);
  });

  it.each(['partner', 'ecommerce'] as const)('of the provider are those of its account: %s', async (kind) => {
    const { answer, wechat, forwarded } = handling(kind, {}, true);
    for (const route of [known, 'GET /v3/merchant-risk-manage/violation-notifications']) {
      wechat.instead[route] = () => ({ url: 'https://x.example', notify_url: 'https://x.example' });
    }
    const { addresses } = await answer({ ...request, account: 'provider' });
    expect(addresses).toMatchObject([{ account: kind }, { account: kind }]);
    expect(forwarded).toEqual([]);
  });

  it('that WeChat Pay does not tell are explained', async () => {
    const { ask, wechat } = handling();
    wechat.instead[known] = () => {
      throw refusal('NO_AUTH');
    };
    await refused('WECHATPAY_REFUSED', () => ask(request));
  });
});

describe('the list of complaints', () => {
  it('is the newest first; the open ones without those that are over', async () => {
    const { answer, put } = handling();
    put({ _id: 'C2', seenAtMs: 3, refreshAfterMs: 9 });
    put({ _id: 'C1', seenAtMs: 1, refreshAfterMs: 7 });
    put({ _id: 'C4', seenAtMs: 4, refreshAfterMs: 8 });
    put({ _id: 'C3', seenAtMs: 2, refreshAfterMs: null, state: 'PROCESSED' });
    const ids = async (open?: boolean) =>
      (await answer({ action: 'list', ...(open !== undefined && { open }) })).complaints.map(
        ({ complaintId }) => complaintId,
      );
    expect(await ids()).toEqual(['C4', 'C2', 'C3', 'C1']);
    expect(await ids(false)).toEqual(['C4', 'C2', 'C3', 'C1']);
    expect(await ids(true)).toEqual(['C4', 'C2', 'C1']);
  });

  it('of violations is one of its own', async () => {
    expect(await handling().ask({ action: 'violations' })).toEqual({ violations: [] });
  });
});

describe('a complaint in detail', () => {
  it('is as WeChat Pay describes it now, with its negotiation, the newest step first', async () => {
    const { answer, wechat, stored, sent } = handling();
    wechat.instead[routes.query] = () => wechat.complaint({ user_complaint_times: 2 });
    wechat.history = [step('A', 1000, '一'), step('C', 3000, '三'), step('B', 2000, '二')];
    const { complaint, detail: seen } = await answer(detail);
    expect(complaint).toMatchObject({ complaintId: 'C1', times: 2 });
    expect(seen.text).toBe('还没有收到');
    expect(seen.history.map(({ text }) => text)).toEqual(['三', '二', '一']);
    expect(stored().times).toBe(2);
    expect(sent(routes.query)).toEqual([{ complaint_id: 'C1' }]);
    expect(sent(routes.history)).toEqual([{ complaint_id: 'C1', limit: 300, offset: 0 }]);
  });

  it('has no negotiation where WeChat Pay has none', async () => {
    const { answer, wechat } = handling();
    wechat.instead[routes.history] = () => ({ total_count: 0 });
    expect((await answer(detail)).detail.history).toEqual([]);
  });

  it('that WeChat Pay does not give is explained', async () => {
    const { ask, wechat } = handling();
    wechat.instead[routes.history] = () => {
      throw refusal('SYSTEM_ERROR', 'unknown');
    };
    await refused('OUTCOME_UNKNOWN', () => ask(detail));
  });
});

describe('an answer', () => {
  const mediaIds = ['M1', 'M2'];
  const said = { response_content: '稍等' };
  const rejected = { complaint_id: 'C1', action: 'REJECT', reject_reason: '已使用' };
  const reject = { action: 'rejectRefund', ...acting, reason: '已使用' };
  it.each([
    ['a reply', reply, routes.reply, { ...path, ...said }],
    [
      'a reply with pictures',
      { ...reply, mediaIds },
      routes.reply,
      { ...path, ...said, response_images: mediaIds },
    ],
    ['its end', { action: 'complete', ...acting }, routes.complete, path],
    ['a rejected refund', reject, routes.progress, rejected],
    [
      'a rejected refund with pictures',
      { ...reject, mediaIds },
      routes.progress,
      { ...rejected, reject_media_list: mediaIds },
    ],
    [
      'an approved refund',
      { action: 'approveRefund', ...acting, amountFen: 300 },
      routes.progress,
      { complaint_id: 'C1', action: 'APPROVE', launch_refund_day: 0 },
    ],
  ])('is %s, in the fields of WeChat Pay', async (_, request, route, parameters) => {
    const { ask, sent, stored } = handling();
    expect(await ask(request)).toMatchObject({ complaint: { complaintId: 'C1', acts: 1 } });
    expect(sent(route)).toStrictEqual([parameters]);
    expect(stored().act).toMatchObject({ kind: request.action, state: 'DONE', operatorOpenid: 'oOp' });
  });

  it.each([
    ['a text', {}, []],
    [
      'pictures',
      { mediaIds },
      [
        { type: 'IMAGE', image: { media_id: 'M1' } },
        { type: 'IMAGE', image: { media_id: 'M2' } },
      ],
    ],
  ])('to a payer with immediate service is sent in blocks: %s', async (_, more, images) => {
    const { ask, sent } = handling('direct', { needsImmediateService: true });
    await ask({ ...reply, ...more });
    expect(sent(routes.replyImmediately)).toEqual([
      {
        ...path,
        message: { blocks: [{ type: 'TEXT', text: { text: '稍等' } }, ...images], sender_identity: 'MANUAL' },
        idempotent_id: token('a'),
      },
    ]);
    expect(sent(routes.reply)).toEqual([]);
  });

  it.each([
    ['the sum that the operator names', { amountFen: 300 }, 300],
    ['all of it', {}, 1000],
  ])('that gives back %s', async (_, more, expected) => {
    const { ask, sent } = handling();
    await ask({ action: 'approveRefund', ...acting, ...more });
    expect(sent(routes.refund)).toMatchObject([{ amount: { refund: expected } }]);
  });

  it('is recognised by its text, or by the reason', async () => {
    const digests = [reply, reject, { action: 'complete', ...acting }].map(async (request) => {
      const { ask, stored } = handling();
      await ask(request);
      return stored().act!.digest;
    });
    const [text, reason, none] = await Promise.all(digests);
    expect([text, reason]).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
    expect(text).not.toBe(reason);
    expect(none).toBe('');
  });

  it.each([
    ['direct', 200],
    ['partner', 500],
  ] as const)('of a %s account has up to %d characters', async (kind, most) => {
    const { ask, sent } = handling(kind);
    await ask({ ...reply, text: '字'.repeat(most) });
    expect(sent(routes.reply)).toHaveLength(1);
  });

  it('of a direct account with more than 200 is refused, with the reason', async () => {
    const { ask, sent } = handling();
    const { texts } = await refused('BAD_REQUEST', () => ask({ ...reply, text: '字'.repeat(201) }));
    expect(texts.zh).toContain('200 字');
    expect(texts.en).toContain('200 characters');
    expect(sent(routes.reply)).toEqual([]);
  });

  it('rejects a refund where the payer asks for one, a reply needs none', async () => {
    const other = { problemType: 'OTHERS' };
    await refused('COMPLAINT_STATE', () => handling('direct', other).ask(reject));
    for (const request of [reply, { action: 'complete', ...acting }]) {
      expect(await handling('direct', other).ask(request)).toMatchObject({ complaint: { acts: 1 } });
    }
  });

  it.each([
    ['asks about a complaint of which only the number is known', null, 1],
    ['asks no more about one that is known', 'PENDING', 0],
  ] as const)('first %s', async (_, state, asked) => {
    const { ask, sent } = handling('direct', { state, complaintedMchid: state && '1900000109' });
    await ask(reply);
    expect(sent(routes.query)).toHaveLength(asked);
    expect(sent(routes.reply)).toMatchObject([path]);
  });

  it('is not sent when WeChat Pay does not say what the complaint is', async () => {
    const { ask, wechat, sent } = handling('direct', { state: null });
    wechat.instead[routes.query] = () => {
      throw refusal('SYSTEM_ERROR', 'unknown');
    };
    await refused('OUTCOME_UNKNOWN', () => ask(reply));
    expect(sent(routes.reply)).toEqual([]);
  });
});
