import { describe, expect, it } from 'vitest';
import type { SharingView } from '../../../../shared/contract/index.ts';
import { actsOf, headOf, requestCards, subsidyCard } from './view';

const share = {
  ...{ type: 'MERCHANT_ID', account: '1900000002', amountFen: 200, returnedFen: 50, result: 'SUCCESS' },
} as const;
const request = {
  ...{ outOrderNo: 'S1', kind: 'SHARE', by: 'RULE', state: 'FINISHED' },
  receivers: [
    share,
    { ...share, type: 'PERSONAL_OPENID', account: 'oStaff', returnedFen: 0 },
    { ...share, account: '1900000003', returnedFen: 0, result: 'CLOSED', failReason: 'NO_RELATION' },
  ],
} as const;
const sharing: SharingView = {
  ...{ outTradeNo: 'O1', account: 'ecommerce', sellerId: 's1', amountFen: 1000, paidAtMs: 0 },
  ...{ state: 'WAITING', requests: [], returns: [], sharedFen: 0, returnedFen: 0, frozenUntilMs: 0 },
};

describe('the page of an order’s sharing', () => {
  it('shows why a receiver got nothing, and lets only merchants give back what they have', () => {
    const [card] = requestCards({ ...sharing, requests: [request] });
    expect(card).toMatchObject({ what: '按规则分账', state: '已完成' });
    expect(card!.receivers.map(({ leftFen, note, state }) => [leftFen, note, state])).toEqual([
      [150, '已回退 ¥0.50', '成功'],
      [200 - 200, '', '成功'],
      [0, 'NO_RELATION', '未到账'],
    ]);
  });

  it('offers a subsidy to a platform before anything is shared, and once', () => {
    expect(actsOf(sharing, 0)).toMatchObject({ isPlatform: true, canSubsidise: true, canCharge: false });
    expect(actsOf({ ...sharing, account: 'partner' }, 1)).toMatchObject({
      ...{ isPlatform: false, canSubsidise: false, canCancelSubsidy: false, canCharge: false },
    });
    expect(actsOf({ ...sharing, requests: [request] }, 0).canSubsidise).toBe(false);
    const subsidy = { amountFen: 300, state: 'SUCCESS', returnedFen: 100 } as const;
    expect(actsOf({ ...sharing, subsidy }, 1)).toMatchObject({
      ...{ canSubsidise: false, canReturnSubsidy: true, canCancelSubsidy: false, canCharge: true },
    });
    expect(subsidyCard({ ...sharing, subsidy })).toMatchObject({ state: '成功', note: '已回退 ¥1.00' });
  });

  it('says when it goes on, and nothing once it is over', () => {
    expect(headOf({ ...sharing, nextAtMs: 1 }).when).toContain('继续处理');
    expect(headOf(sharing).when).toContain('自动解冻');
    expect(headOf({ ...sharing, state: 'FREED' }).when).toBe('');
  });
});
