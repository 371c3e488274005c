import type { ControlContext, ControlRoute } from '../context.ts';
import type { Notifier } from '../notifications/notifier.ts';
import { type Tamper, tampers } from '../notifications/types.ts';
import { pageOf } from './page.ts';
import { flag, integer, notFound, objectBody, oneOf, optional } from './read.ts';

/** The delivery log, replay with tampering, and how deliveries are made. */
export function notificationRoutes(notifier: Notifier): ControlRoute[] {
  const findNotification = ({ params }: ControlContext) => {
    const notification = notifier.get(params.id!);
    if (notification) return notification;
    throw notFound(`notification ${params.id}`, `通知 ${params.id}`);
  };
  return [
    {
      method: 'GET',
      path: '/_sandbox/notifications',
      handle: ({ query }) => {
        const outTradeNo = query.get('outTradeNo');
        const all = notifier.list().filter((one) => outTradeNo === null || one.outTradeNo === outTradeNo);
        const { entries, ...page } = pageOf(all, query);
        return { notifications: entries, ...page, settings: notifier.settings };
      },
    },
    {
      method: 'GET',
      path: '/_sandbox/notifications/{id}',
      handle: (context) => ({ notification: findNotification(context) }),
    },
    {
      method: 'POST',
      path: '/_sandbox/notifications/{id}/replay',
      handle: async (context) => {
        const notification = findNotification(context);
        const { tamper, times } = objectBody(context);
        const kind = readTamper(tamper);
        const made = await notifier.replay(notification, kind, integer(times, 'times', 1, 100, 1));
        return { notification, attempts: made };
      },
    },
    {
      method: 'POST',
      path: '/_sandbox/notifications/settings',
      handle: (context) => {
        const { hold, duplicates, probe } = objectBody(context);
        const { settings } = notifier;
        const given = {
          hold: optional(hold, 'hold', flag) ?? settings.hold,
          probe: optional(probe, 'probe', flag) ?? settings.probe,
          duplicates: integer(duplicates, 'duplicates', 0, 20, settings.duplicates),
        };
        Object.assign(settings, given);
        return { settings };
      },
    },
    {
      method: 'POST',
      path: '/_sandbox/notifications/release',
      handle: async (context) => {
        const { order = 'in-order' } = objectBody(context);
        const wanted = oneOf(order, 'order', ['in-order', 'reversed'] as const);
        return { released: await notifier.release(wanted) };
      },
    },
  ];
}

function readTamper(tamper: unknown): Tamper | undefined {
  return tamper === undefined || tamper === null ? undefined : oneOf(tamper, 'tamper', tampers);
}
