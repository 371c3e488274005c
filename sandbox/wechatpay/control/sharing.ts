import { type ControlContext, ControlProblem, type ControlRoute } from '../context.ts';
import { OrderStore } from '../orders/order-store.ts';
import { freeRest } from '../sharing/end.ts';
import { setSettings, settingsOf } from '../sharing/sharing-store.ts';
import type { SharingSettings } from '../sharing/types.ts';
import { badRequest, integer, notFound, objectBody } from './read.ts';

/** The profit-sharing settings that a merchant or person agreed with WeChat Pay. */
function change(context: ControlContext) {
  const { account } = context.params as { account: string };
  const { maxRatio, returnConsent, failReason, notifyUrl, namedEvents } = objectBody(context);
  const known = settingsOf(context.state, account);
  const settings: SharingSettings = {
    maxRatio: integer(maxRatio, 'maxRatio', 0, 10_000, known.maxRatio),
    returnConsent: flag('returnConsent', returnConsent, known.returnConsent),
    namedEvents: flag('namedEvents', namedEvents, known.namedEvents ?? false),
    ...text('failReason', failReason, known.failReason),
    ...text('notifyUrl', notifyUrl, known.notifyUrl),
  };
  setSettings(context.state, account, settings);
  context.bus.publish('balance', { mchid: account, sharing: settings });
  return { account, ...settings };
}

function flag(name: string, value: unknown, known: boolean): boolean {
  if (value === undefined) return known;
  if (typeof value === 'boolean') return value;
  throw badRequest(`"${name}" must be true or false.`);
}

/** null resets a setting. */
function text(name: 'failReason' | 'notifyUrl', value: unknown, known: string | undefined) {
  if (value === null) return {};
  if (value === undefined) return known === undefined ? {} : { [name]: known };
  if (typeof value === 'string' && value !== '') return { [name]: value };
  throw badRequest(`"${name}" must be a text, or null.`);
}

/** Releases an order's frozen money at once, as the end of the freezing period would. */
function unfreeze(context: ControlContext) {
  const number = context.params.transaction_id!;
  const target = new OrderStore(context.state).orderByTransactionId(number);
  if (!target) throw notFound(`transaction ${number}`);
  const money = target.order.money!;
  if (money.sharingFinished || money.sharingFen > 0) {
    throw new ControlProblem(409, 'WRONG_STATE', 'It is being shared, or sharing it was finished.');
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
