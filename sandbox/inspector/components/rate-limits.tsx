import { useEffect, useState } from 'preact/hooks';
import { get, put } from '../api.ts';
import { useSay } from '../i18n.ts';
import { attempt, usePage, useSlowly } from '../store.ts';
import { Section } from './content.tsx';
import { CopyCurl } from './copies.tsx';
import { TableBox } from './table-box.tsx';

interface RateLimit {
  routes: string[];
  most: number;
  perMs: number;
  of: 'caller' | 'payee';
  /** How many requests were refused for it. */
  refused: number;
}

interface RateLimitsAnswer {
  on: boolean;
  limits: RateLimit[];
}

const path = '/_sandbox/rate-limits';

/** WeChat Pay's published request rates: a switch, and how many requests each has refused. */
export function RateLimits() {
  const say = useSay();
  const { connected } = usePage();
  const [answer, setAnswer] = useState<RateLimitsAnswer>();
  const revision = useSlowly(400, 'faults', 'exchanges', 'reset');
  useEffect(() => {
    get<RateLimitsAnswer>(path).then(setAnswer, () => undefined);
  }, [revision, connected]);
  if (!answer) return null;
  const { on, limits } = answer;
  const change = () => attempt(async () => setAnswer(await put<RateLimitsAnswer>(path, { on: !on })));
  return (
    <Section
      title={say('接口频率限制', 'Request rates')}
      aside={
        <span class="row">
          <CopyCurl call={{ method: 'PUT', path, body: { on: !on } }} />
          <button type="button" class="button small" aria-pressed={on} onClick={change}>
            {on ? say('停用', 'Switch off') : say('启用', 'Switch on')}
          </button>
        </span>
      }
    >
      {on ? (
        <LimitTable limits={limits} />
      ) : (
        <p class="quiet-box">
          {say(
            '未启用。启用后，超过微信支付公布的频率的请求返回 429 FREQUENCY_LIMITED。',
            'Off. When on, requests above the rates that WeChat Pay publishes get 429 FREQUENCY_LIMITED.',
          )}
        </p>
      )}
    </Section>
  );
}

function LimitTable({ limits }: { limits: readonly RateLimit[] }) {
  const say = useSay();
  return (
    <TableBox label={say('接口频率限制', 'Request rates')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('接口', 'Route')}</th>
            <th scope="col">{say('上限', 'At most')}</th>
            <th scope="col">{say('按', 'Counted for')}</th>
            <th scope="col">{say('已拒绝', 'Refused')}</th>
          </tr>
        </thead>
        <tbody>
          {limits.map(({ routes, most, perMs, of, refused }) => (
            <tr key={`${routes[0]}/${of}`}>
              <td class="fine mono">
                {routes[0]}
                {routes.length > 1 && say(` 等 ${routes.length} 个`, ` and ${routes.length - 1} more`)}
              </td>
              <td class="mono nowrap">
                {most} / {perMs === 1000 ? say('秒', 's') : say('分钟', 'min')}
              </td>
              <td class="nowrap">
                {of === 'caller' ? say('请求方商户', 'the caller') : say('收款商户', 'the merchant paid')}
              </td>
              <td class="mono nowrap">{say(`${refused} 次`, `${refused}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
