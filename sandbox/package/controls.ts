/** The control API as a test uses it: typed calls that wait until what they ask for has happened. */
import type { SandboxBus } from '../bus.ts';
import type {
  ControlCall,
  DeliveryAttempt,
  NotificationControls,
  OrderControls,
  SandboxControls,
  SandboxExchange,
  SandboxFault,
  SandboxNotification,
  SandboxOrder,
} from './control-types.ts';
import { millisecondsOf } from './duration.ts';
import { DeliveryQueue } from './next-delivery.ts';

interface Parts {
  readonly call: ControlCall;
  readonly bus: SandboxBus;
  readonly now: () => number;
}

/** @returns the controls, and a function that unsubscribes from the event bus. */
export function createControls({ call, bus, now }: Parts): { controls: SandboxControls; release(): void } {
  const queue = new DeliveryQueue(bus);
  const path = encodeURIComponent;
  return {
    release: () => queue.close(),
    controls: {
      orders: orderControls(call),
      refunds: {
        settle: async (no, result = 'SUCCESS') => {
          await call('POST', `refunds/${path(no)}/settle`, { result });
        },
      },
      notifications: notificationControls(call, queue),
      clock: {
        now: () => new Date(now()),
        advance: (duration) => movedClock(call, { advanceMs: millisecondsOf(duration) }),
        set: (moment) => movedClock(call, { now: moment instanceof Date ? moment.getTime() : moment }),
      },
      faults: {
        list: async () =>
          (await call<{ faults: (SandboxFault & { struck: number })[] }>('GET', 'faults')).faults,
        set: async (...faults) => void (await call('PUT', 'faults', faults)),
        clear: async () => void (await call('PUT', 'faults', [])),
      },
      exchanges: {
        list: (limit = 100) => exchangesOf(call, limit),
        last: async () => (await exchangesOf(call, 1))[0],
      },
      keys: { change: async (change) => void (await call('POST', 'keys', change)) },
      ledger: () => call('GET', 'ledger'),
      reset: async () => void (await call('POST', 'reset', {})),
      control: call,
    },
  };
}

function orderControls(call: ControlCall): OrderControls {
  const one = (no: string) => `orders/${encodeURIComponent(no)}`;
  const pay = async (no: string, body: object) =>
    (await call<{ order: SandboxOrder }>('POST', `${one(no)}/pay`, body)).order;
  return {
    list: async () => (await call<{ orders: SandboxOrder[] }>('GET', 'orders?limit=2000')).orders,
    get: async (no) => (await call<{ order: SandboxOrder }>('GET', one(no))).order,
    pay: (no, payer = {}) => pay(no, payer),
    fail: (no) => pay(no, { result: 'PAYERROR' }),
    cancel: (no) => pay(no, { result: 'CANCELLED' }),
  };
}

function notificationControls(call: ControlCall, queue: DeliveryQueue): NotificationControls {
  const get = async (id: string) =>
    (await call<{ notification: SandboxNotification }>('GET', `notifications/${id}`)).notification;
  return {
    get,
    list: async (no) => {
      const query = no === undefined ? '' : `&outTradeNo=${encodeURIComponent(no)}`;
      const answer = await call<{ notifications: SandboxNotification[] }>(
        'GET',
        `notifications?limit=2000${query}`,
      );
      return answer.notifications;
    },
    next: async (options) => get(await queue.next(options)),
    replay: async (id, options = {}) =>
      (await call<{ attempts: DeliveryAttempt[] }>('POST', `notifications/${id}/replay`, options)).attempts,
    hold: async () => void (await call('POST', 'notifications/settings', { hold: true })),
    release: async (order = 'in-order') => void (await call('POST', 'notifications/release', { order })),
    settings: async (settings) => void (await call('POST', 'notifications/settings', settings)),
  };
}

async function movedClock(call: ControlCall, body: object): Promise<Date> {
  return new Date((await call<{ nowMs: number }>('POST', 'clock', body)).nowMs);
}

async function exchangesOf(call: ControlCall, limit: number): Promise<SandboxExchange[]> {
  return (await call<{ exchanges: SandboxExchange[] }>('GET', `exchanges?limit=${limit}`)).exchanges;
}
