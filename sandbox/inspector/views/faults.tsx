import { Pill, Section } from '../components/content.tsx';
import { CopyCurl } from '../components/copies.tsx';
import { type Fault, FaultForm, kindLabel, routeLabel } from '../components/fault-form.tsx';
import { RateLimits } from '../components/rate-limits.tsx';
import { TableBox } from '../components/table-box.tsx';
import { isSame, type SetFault, useFaults, withoutCount } from '../components/use-faults.ts';
import { useSay } from '../i18n.ts';

const drills: readonly { zh: string; en: string; hintZh: string; hintEn: string; fault: Fault }[] = [
  {
    zh: '下单成功，应答丢失',
    en: 'Order placed, answer lost',
    hintZh: '再试一次必须是同一笔订单',
    hintEn: 'The retry must be the same order',
    fault: { route: '/v3/pay/transactions/jsapi', kind: 'reset', times: 1, afterEffect: true },
  },
  {
    zh: '回调全部丢失',
    en: 'Callbacks never arrive',
    hintZh: '由查单或对账发现这笔付款',
    hintEn: 'A query or the timer finds the payment',
    fault: { route: 'notify', kind: 'reset' },
  },
  {
    zh: '应答未签名',
    en: 'An unsigned answer',
    hintZh: '验签失败的应答不可采信',
    hintEn: 'An answer that fails verification must not be trusted',
    fault: { route: '*', kind: 'unsigned', times: 1 },
  },
  {
    zh: '三分之一的请求随机返回 500',
    en: 'A third of the requests return 500 at random',
    hintZh: '种子相同，结果相同',
    hintEn: 'The same seed gives the same result',
    fault: { route: '*', kind: 'system-error', probability: 0.33 },
  },
];

/** Which faults are set, for which routes and how often. Random outcomes follow the seed, so a run can be repeated. */
export function FaultsView() {
  const say = useSay();
  const { inForce, usedUp, add, replace } = useFaults();
  return (
    <div class="page">
      <header>
        <h2>{say('故障注入', 'Faults')}</h2>
        <p class="lead">
          {say(
            '让微信支付一侧出错，观察后端如何处理。种子相同，随机结果也相同：',
            'Make the WeChat Pay side fail and see how the backend handles it. The same seed repeats random outcomes: ',
          )}
          <code class="nowrap">--seed</code>
        </p>
      </header>
      <Drills inForce={inForce} add={add} />
      <Section title={say('自定义故障', 'Custom fault')}>
        <FaultForm add={add} />
      </Section>
      <Section
        title={say('生效中', 'Active')}
        aside={
          <span class="row">
            <CopyCurl call={{ method: 'PUT', path: '/_sandbox/faults', body: inForce.map(withoutCount) }} />
            <button
              type="button"
              class="button small"
              disabled={inForce.length + usedUp.length === 0}
              onClick={() => replace([])}
            >
              {say('全部清除', 'Clear all')}
            </button>
          </span>
        }
      >
        {inForce.length === 0 ? (
          <p class="quiet-box">{say('没有设置故障。', 'No faults are set.')}</p>
        ) : (
          <FaultTable
            faults={inForce}
            action={say('移除', 'Remove')}
            act={(fault) => replace(inForce.filter((other) => other !== fault))}
          />
        )}
      </Section>
      {usedUp.length > 0 && (
        <Section title={say('已用完', 'Used up')}>
          <FaultTable faults={usedUp} action={say('再次设置', 'Set again')} act={add} />
        </Section>
      )}
      <RateLimits />
    </div>
  );
}

interface DrillProps {
  inForce: readonly SetFault[];
  add(fault: Fault): unknown;
}

function Drills({ inForce, add }: DrillProps) {
  const say = useSay();
  return (
    <Section title={say('演练', 'Drills')}>
      <div class="drills">
        {drills.map((drill) => (
          <button
            key={drill.en}
            type="button"
            class="drill"
            aria-pressed={inForce.some((fault) => isSame(fault, drill.fault))}
            onClick={() => add(drill.fault)}
          >
            <strong>{say(drill.zh, drill.en)}</strong>
            <span>{say(drill.hintZh, drill.hintEn)}</span>
          </button>
        ))}
      </div>
    </Section>
  );
}

interface TableProps {
  faults: readonly SetFault[];
  action: string;
  act(fault: SetFault): unknown;
}

function FaultTable({ faults, action, act }: TableProps) {
  const say = useSay();
  return (
    <TableBox label={say('故障', 'Faults')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('接口', 'Route')}</th>
            <th scope="col">{say('故障', 'Fault')}</th>
            <th scope="col">{say('已触发', 'Affected')}</th>
            <th scope="col">
              <span class="hidden">{say('操作', 'Action')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {faults.map((fault, index) => (
            <tr key={index}>
              <td>
                {routeLabel(fault.route, say)}
                <br />
                <span class="fine mono">{fault.route}</span>
              </td>
              <td>
                <Pill tone="warn">{kindLabel(fault.kind, say)}</Pill>{' '}
                {fault.afterEffect && <Pill>{say('请求已生效，应答丢失', 'takes effect, answer lost')}</Pill>}{' '}
                {fault.probability !== undefined && <Pill>{Math.round(fault.probability * 100)}%</Pill>}
              </td>
              <td class="mono nowrap">
                {fault.times === undefined
                  ? say(`${fault.struck} 次`, `${fault.struck}`)
                  : say(`${fault.struck} / ${fault.times} 次`, `${fault.struck} of ${fault.times}`)}
              </td>
              <td class="right">
                <button type="button" class="button quiet small" onClick={() => act(fault)}>
                  {action}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
