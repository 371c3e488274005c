import type { ControlContext, ControlRoute } from '../context.ts';
import { OrderStore } from '../orders/order-store.ts';
import { freeRest } from '../sharing/end.ts';
import { setSettings, settingsOf } from '../sharing/sharing-store.ts';
import type { SharingSettings } from '../sharing/types.ts';
import { badRequest, flag, integer, notFound, objectBody, optional, wrongState } from './read.ts';

/** The profit-sharing settings that a merchant or person agreed with WeChat Pay. */
function change(context: ControlContext) {
  const { account } = context.params as { account: string };
  const { maxRatio, returnConsent, failReason, notifyUrl, namedEvents } = objectBody(context);
  const known = settingsOf(context.state, account);
  const settings: SharingSettings = {
    maxRatio: integer(maxRatio, 'maxRatio', 0, 10_000, known.maxRatio),
    returnConsent: optional(returnConsent, 'returnConsent', flag) ?? known.returnConsent,
    namedEvents: optional(namedEvents, 'namedEvents', flag) ?? known.namedEvents ?? false,
    ...setting('failReason', failReason, known.failReason),
    ...setting('notifyUrl', notifyUrl, known.notifyUrl),
  };
  setSettings(context.state, account, settings);
  context.bus.publish('balance', { mchid: account, sharing: settings });
  return { account, ...settings };
}

/** null resets a setting. */
function setting(name: 'failReason' | 'notifyUrl', value: unknown, known: string | undefined) {
  if (value === null) return {};
  if (value === undefined) return known === undefined ? {} : { [name]: known };
  if (typeof value === 'string' && value !== '') return { [name]: value };
  throw badRequest(`"${name}" must be a text, or null.`, `"${name}" 须为字符串或 null。`);
}

/** Releases an order's frozen money at once, as the end of the freezing period would. */
function unfreeze(context: ControlContext) {
  const number = context.params.transaction_id!;
  const target = new OrderStore(context.state).orderByTransactionId(number);
  if (!target) throw notFound(`transaction ${number}`, `微信支付订单 ${number}`);
  const money = target.order.money!;
  if (money.sharingFinished || money.sharingFen > 0) {
    throw wrongState('It is being shared, or sharing it was finished.', '该订单正在分账，或分账已完结。');
  }
  return { freedFen: freeRest(context, target.order, '') };
}

export const sharingRoutes: readonly ControlRoute[] = [
  { method: 'POST', path: '/_sandbox/sharing/{account}', handle: change },
  {
    method: 'GET',
    path: '/_sandbox/sharing/{account}',
    handle: (context) => ({
      account: context.params.account,
      ...settingsOf(context.state, context.params.account!),
    }),
  },
  { method: 'POST', path: '/_sandbox/transactions/{transaction_id}/unfreeze', handle: unfreeze },
];
