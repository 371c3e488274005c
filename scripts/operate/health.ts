/** What an operator wants to know at a glance, from the documents alone: does it run, and what waits for a person. */

import { providerKinds } from '../../shared/core/account.ts';
import type { Conditions, Document, Documents } from '../../shared/core/ports.ts';
import { anomaliesCollection } from '../../shared/payments/orders/anomalies.ts';
import { ordersCollection } from '../../shared/payments/orders/records.ts';
import {
  type HeartbeatRecord,
  heartbeatId,
  heartbeatsCollection,
} from '../../shared/payments/reconcile/heartbeat.ts';
import { refundsCollection } from '../../shared/payments/refunds/records.ts';
import type { Text } from '../env/text.ts';
import { moment } from './text.ts';

export interface Fact {
  readonly id: string;
  /** `attention`: a person has to do something. */
  readonly level: 'good' | 'attention' | 'info';
  readonly what: Text;
}

/** The timer runs every minute; this long without a run means a fault. */
const silentMs = 5 * 60_000;
/** What is due for longer than this is not merely waiting for the next run. */
const overdueMs = 10 * 60_000;
const maxCounted = 1000;

export async function checkHealth(data: Documents, nowMs: number): Promise<Fact[]> {
  const late = { gt: 0, lte: nowMs - overdueMs };
  const count = async (collection: string, where: Conditions): Promise<number> =>
    (await data.find<Document>(collection, { where, limit: maxCounted })).length;
  const [heartbeat, anomalies, undelivered, held, unchecked, refunds] = await Promise.all([
    data.get<HeartbeatRecord>(heartbeatsCollection, heartbeatId),
    count(anomaliesCollection, { resolvedAtMs: null }),
    count(ordersCollection, { fulfilment: 'PENDING', fulfilAfterMs: late }),
    count(ordersCollection, { fulfilment: 'HELD' }),
    count(ordersCollection, { account: { in: ['direct', ...providerKinds] }, checkAfterMs: late }),
    count(refundsCollection, { state: 'ABNORMAL' }),
  ]);
  return [
    timerFact(heartbeat, nowMs),
    waiting('anomalies', anomalies, '个异常待处理：npm run anomalies', 'open anomalies'),
    waiting(
      'undelivered',
      undelivered,
      '个已付款订单超过 10 分钟没有发货：查看发货函数的日志',
      'paid orders wait for delivery',
    ),
    waiting(
      'held',
      held,
      '个订单被扣住不发货，等人决定：npm run order',
      'orders are on hold until an operator decides',
    ),
    waiting(
      'unchecked',
      unchecked,
      '个未付款订单该查单而没有查：查看 reconcile 的日志',
      'unpaid orders wait for a check',
    ),
    waiting('refunds', refunds, '笔退款退不回去，需要人工处理', 'refunds cannot reach the payer'),
  ];
}

function timerFact(heartbeat: HeartbeatRecord | undefined, nowMs: number): Fact {
  if (!heartbeat?.ranAtMs) {
    return {
      id: 'timer',
      level: 'attention',
      what: { zh: '定时器还没有运行过。', en: 'The timer has never run.' },
    };
  }
  const at = moment(heartbeat.ranAtMs);
  if (nowMs - heartbeat.ranAtMs > silentMs) {
    return {
      id: 'timer',
      level: 'attention',
      what: { zh: `定时器自 ${at} 起没有运行。`, en: 'The timer has stopped.' },
    };
  }
  return {
    id: 'timer',
    level: 'good',
    what: { zh: `定时器在运行，最近一次 ${at}。`, en: 'The timer runs.' },
  };
}

function waiting(id: string, count: number, zh: string, en: string): Fact {
  const shown = count === maxCounted ? `${maxCounted}+` : String(count);
  return {
    id,
    level: count > 0 ? 'attention' : 'good',
    what: { zh: `${shown} ${zh}`, en: `${shown} ${en}.` },
  };
}
