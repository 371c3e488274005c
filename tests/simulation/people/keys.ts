/** WeChat Pay renews its platform certificate while everything goes on. */
import { between, pick } from '../random.ts';
import type { Kind } from './kind.ts';

const renewals = {
  announce: 'platform certificate announced',
  switch: 'platform certificate switched in flight',
  finish: 'platform certificate retired',
} as const;

export const certificates: Kind = {
  name: 'certificates',
  chance: 0.12,
  plan: (random, { busyMs }) => {
    const step = pick(random, ['announce', 'switch', 'finish'] as const);
    return [
      {
        atMs: between(random, 0, busyMs),
        what: renewals[step],
        act: (shop) => {
          shop.faults.hit(renewals[step]);
          return shop.control('POST', '/keys', { rotate: step === 'finish' ? true : step });
        },
      },
    ];
  },
};
