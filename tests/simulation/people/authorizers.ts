/** People who agree once that transfers reach them without confirmation (免确认收款授权), and those who transfer so. */
import { users } from '../../../sandbox/system/shop.ts';
import type { Authorization, Transfer } from '../../../sandbox/wechatpay/transfers/types.ts';
import type { TransferAuthorizationView } from '../../../shared/contract/index.ts';
import {
  type AuthorizationRecord,
  authorizationsCollection,
} from '../../../shared/payments/transfers/authorizations.ts';
import type { TransferRecord } from '../../../shared/payments/transfers/records.ts';
import { between, pick, type Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import type { Books, Theirs } from '../theirs.ts';
import { type Action, type Kind, operator } from './kind.ts';
import { transfer } from './transferrers.ts';

const minuteMs = 60_000;
const sceneId = '1005';

export const authorizers: Kind = {
  name: 'authorizers',
  chance: 0.06,
  plan: (random, { busyMs }) => authorization(random, busyMs),
  check: checkAuthorizations,
  count: ({ memory }, theirs) => {
    const there = theirs.slot<Authorization>('transfer_authorizations');
    const unconfirmed = memory
      .all<TransferRecord>('transfers')
      .filter(({ authorizationId }) => authorizationId != null);
    return {
      'authorisations asked for': there.length,
      'authorisations given': there.filter(({ authorizedAtMs }) => authorizedAtMs !== undefined).length,
      'authorisations ended': there.filter(({ state }) => state === 'CLOSED').length,
      'transfers without confirmation': unconfirmed.length,
      'transfers without confirmation that arrived': unconfirmed.filter(({ state }) => state === 'SUCCESS')
        .length,
    };
  },
};

type Step = (shop: Shop, openid: string) => Promise<unknown>;

const steps = {
  'ask for an authorisation': (shop, openid) =>
    shop.call('transferMoney', operator, { action: 'authorize', openid, sceneId, displayName: '林小满' }),
  'agree to transfers without confirmation': (shop, openid) => decide(shop, openid, true),
  'end the authorisation': (shop, openid) => decide(shop, openid, false),
  'transfer without confirmation': (shop, openid) =>
    transfer(shop, openid, 30 + shop.memory.all('transfers').length, { withoutConfirmation: true }),
  'look at the authorisation': (shop, openid) =>
    shop.call('receiveTransfer', openid, { action: 'authorizations' }),
  'cannot receive what was authorised': async (shop, openid) => {
    for (const each of shop.memory.all<TransferRecord>('transfers'))
      if (each.openid === openid && each.authorizationId != null)
        await shop.control('POST', `/transfers/${each._id}/confirm`, { result: 'FAIL' });
  },
} satisfies Record<string, Step>;
type StepName = keyof typeof steps;
const stepNames = Object.keys(steps) as StepName[];
const usual: readonly StepName[] = [
  'agree to transfers without confirmation',
  'transfer without confirmation',
];

function authorization(random: Random, busyMs: number): Action[] {
  const { openid } = users[between(random, 0, 1)]!;
  let atMs = between(random, 0, busyMs * 0.4);
  const next = (what: StepName): Action => ({ atMs, what, act: (shop) => steps[what](shop, openid) });
  const actions = [next('ask for an authorisation')];
  for (let count = between(random, 2, 6); count > 0; count--) {
    atMs += between(random, 1_000, pick(random, [5_000, 3 * minuteMs, 20 * minuteMs]));
    actions.push(next(pick(random, random() < 0.6 ? usual : stepNames)));
  }
  // A request that nobody answers is closed after a day: seen by who looks then.
  atMs = Math.max(atMs, busyMs) + 26 * 60 * minuteMs;
  return [...actions, next('look at the authorisation')];
}

/** The person decides about what the page shows. */
async function decide(shop: Shop, openid: string, agrees: boolean): Promise<void> {
  const request = { action: 'authorizations' };
  const shown = await shop.call<{ authorizations: TransferAuthorizationView[] }>(
    'receiveTransfer',
    openid,
    request,
  );
  for (const { authorizationNo } of shown?.authorizations ?? [])
    await shop.control('POST', `/transfer-authorizations/${authorizationNo}/decide`, { agrees });
}

function checkAuthorizations({ memory }: Books, theirs: Theirs): string[] {
  const ours = memory.all<AuthorizationRecord>(authorizationsCollection);
  const there = theirs.slot<Authorization>('transfer_authorizations');
  const transfers = theirs.slot<Transfer>('transfers');
  return [
    ...there.flatMap(({ outAuthorizationNo: number, openid, state }) => {
      const record = ours.find((each) => each.number === number);
      if (record) return record.state === state ? [] : [`${number}: ${state} there, ${record.state} here`];
      const isEarlier = state === 'CLOSED' && ours.some((each) => each.openid === openid && each.round > 1);
      return isEarlier ? [] : [`${number}: an authorisation that is ${state} there, and unknown here`];
    }),
    ...memory.all<TransferRecord>('transfers').flatMap(({ _id, authorizationId }) => {
      const made = transfers.find(({ outBillNo }) => outBillNo === _id);
      const confirms = made?.packageInfo !== undefined;
      return made && confirms === (authorizationId != null)
        ? [`${_id}: ${confirms ? 'had to be confirmed' : 'was not confirmed'}, other than it was asked for`]
        : [];
    }),
  ];
}
