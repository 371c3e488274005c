import type { ControlContext, ControlRoute } from '../context.ts';
import type { Notifier } from '../notifications/notifier.ts';
import { type Tamper, tampers } from '../notifications/types.ts';
import { pageOf } from './page.ts';
import { badRequest, integer, notFound, objectBody } from './read.ts';

/** The delivery log, replay with tampering, and how deliveries are made. */
export function notificationRoutes(notifier: Notifier): ControlRoute[] {
  const findNotification = ({ params }: ControlContext) => {
    const notification = notifier.get(params.id!);
    if (notification) return notification;
    throw notFound(`notification ${params.id}`);
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
        if (hold !== undefined && typeof hold !== 'boolean')
          throw badRequest('"hold" must be true or false.');
        if (probe !== undefined && typeof probe !== 'boolean')
          throw badRequest('"probe" must be true or false.');
        const { settings } = notifier;
        settings.duplicates = integer(duplicates, 'duplicates', 0, 20, settings.duplicates);
        if (hold !== undefined) settings.hold = hold;
        if (probe !== undefined) settings.probe = probe;
        return { settings };
      },
    },
    {
      method: 'POST',
      path: '/_sandbox/notifications/release',
      handle: async (context) => {
        const { order = 'in-order' } = objectBody(context);
        if (order !== 'in-order' && order !== 'reversed')
          throw badRequest('"order" must be in-order or reversed.');
        return { released: await notifier.release(order) };
      },
    },
  ];
}

function readTamper(tamper: unknown): Tamper | undefined {
  if (tamper === undefined || tamper === null) return undefined;
  return tampers.find((kind) => kind === tamper) ?? fail(`"tamper" must be one of ${tampers.join(', ')}.`);
}

function fail(message: string): never {
  throw badRequest(message);
}
