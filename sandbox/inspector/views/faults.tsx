import { useEffect, useState } from 'preact/hooks';
import { get, put } from '../api.ts';
import { Pill, Section } from '../components/content.tsx';
import { Copies } from '../components/copies.tsx';
import { type Fault, FaultForm, kindLabel, routeLabel } from '../components/fault-form.tsx';
import { useSay } from '../i18n.ts';
import { attempt, useSlowly } from '../store.ts';

interface SetFault extends Fault {
  struck: number;
}

const drills: readonly { zh: string; en: string; hintZh: string; hintEn: string; fault: Fault }[] = [
  {
    zh: '下单成功，应答丢失',
    en: 'Order placed, answer lost',
    hintZh: '再试一次必须是同一笔订单',
    hintEn: 'The retry must be the same order',
    fault: { route: '/v3/pay/transactions/jsapi', kind: 'reset', times: 1, afterEffect: true },
  },
  {
    zh: '回调全丢',
    en: 'Callbacks never arrive',
    hintZh: '查单或对账补上这笔钱',
    hintEn: 'A query or the timer finds the money',
    fault: { route: 'notify', kind: 'reset' },
  },
  {
    zh: '应答没有签名',
    en: 'An unsigned answer',
    hintZh: '验不过的应答一个字也不能信',
    hintEn: 'Nothing in it may be believed',
    fault: { route: '*', kind: 'unsigned', times: 1 },
  },
  {
    zh: '三次里有一次 500',
    en: 'Every third call fails',
    hintZh: '同一个种子，同样的运气',
    hintEn: 'The same seed has the same luck',
    fault: { route: '*', kind: 'system-error', probability: 0.33 },
  },
];

/** What shall go wrong, where and how often. Chance follows the seed, so a run can be repeated. */
export function FaultsView() {
  const say = useSay();
  const [faults, setFaults] = useState<SetFault[]>([]);
  const revision = useSlowly(400, 'faults', 'reset');
  useEffect(() => {
    get<{ faults: SetFault[] }>('/_sandbox/faults').then(
      (answer) => setFaults(answer.faults),
      () => undefined,
    );
  }, [revision]);
  const save = (next: readonly Fault[]) =>
    attempt(async () => {
      const body = next.map(({ struck: _, ...fault }: Fault & { struck?: number }) => fault);
      const answer = await put<{ faults: SetFault[] }>('/_sandbox/faults', body);
      setFaults(answer.faults);
    });
  return (
    <div class="page">
      <header>
        <h2>{say('故障注入', 'Faults')}</h2>
        <p class="lead">
          {say(
            '让微信支付这一侧出错，看云函数怎样保住这笔钱。概率由沙箱的种子（--seed）决定，同样的种子可以重演。',
            "Make the WeChat Pay side fail, and watch the functions keep the money safe. Chance follows the sandbox's seed (--seed): the same seed repeats it.",
          )}
        </p>
      </header>
      <Drills add={(fault) => save([...faults, fault])} />
      <Section title={say('自己设一个', 'One of your own')}>
        <FaultForm add={(fault) => save([...faults, fault])} />
      </Section>
      <Section
        title={say('生效中', 'In force')}
        aside={
          <span class="row">
            <Copies
              recipe={{
                title: 'faults are set',
                call: {
                  method: 'PUT',
                  path: '/_sandbox/faults',
                  body: faults.map(({ struck: _, ...fault }) => fault),
                },
              }}
            />
            <button
              type="button"
              class="button small"
              disabled={faults.length === 0}
              onClick={() => save([])}
            >
              {say('全部清除', 'Clear all')}
            </button>
          </span>
        }
      >
        {faults.length === 0 ? (
          <p class="quiet-box">{say('没有故障，一切正常。', 'No faults: all is well.')}</p>
        ) : (
          <div class="table-box">
            <FaultTable faults={faults} remove={(fault) => save(faults.filter((other) => other !== fault))} />
          </div>
        )}
      </Section>
    </div>
  );
}

function Drills({ add }: { add: (fault: Fault) => unknown }) {
  const say = useSay();
  return (
    <Section title={say('演练', 'Drills')}>
      <div class="drills">
        {drills.map((drill) => (
          <button key={drill.en} type="button" class="drill" onClick={() => add(drill.fault)}>
            <strong>{say(drill.zh, drill.en)}</strong>
            <span>{say(drill.hintZh, drill.hintEn)}</span>
          </button>
        ))}
      </div>
    </Section>
  );
}

function FaultTable({ faults, remove }: { faults: readonly SetFault[]; remove(fault: SetFault): void }) {
  const say = useSay();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say('接口', 'Route')}</th>
          <th scope="col">{say('故障', 'Fault')}</th>
          <th scope="col">{say('触发', 'Struck')}</th>
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
              {fault.afterEffect && <Pill>{say('请求已生效', 'after effect')}</Pill>}{' '}
              {fault.probability !== undefined && <Pill>{Math.round(fault.probability * 100)}%</Pill>}
            </td>
            <td class="mono nowrap">
              {fault.struck} / {fault.times ?? '∞'}
            </td>
            <td class="right">
              <button type="button" class="button quiet small" onClick={() => remove(fault)}>
                {say('移除', 'Remove')}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
