import { useEffect, useState } from 'preact/hooks';
import { get, put } from '../api.ts';
import { useSay } from '../i18n.ts';
import { Copies } from '../parts/content.tsx';
import { attempt, useStore } from '../store.ts';

interface Fault {
  route: string;
  kind: string;
  times?: number;
  probability?: number;
  afterEffect?: boolean;
  struck?: number;
}

const kinds: [kind: string, zh: string, en: string][] = [
  ['reset', '连接中断', 'Connection reset'],
  ['latency', '延迟 1 秒', 'One second late'],
  ['system-error', '500 系统错误', '500 SYSTEM_ERROR'],
  ['rate-limit', '429 频率限制', '429 rate limit'],
  ['unsigned', '应答没有签名', 'Unsigned answer'],
  ['signtest', '应答是 SIGNTEST 探测', 'SIGNTEST answer'],
  ['stale-timestamp', '应答时间戳过期', 'Stale timestamp'],
  ['wrong-serial', '应答序列号不符', 'Wrong serial'],
];

const routes: [route: string, zh: string, en: string][] = [
  ['*', '全部接口', 'every API'],
  ['/v3/pay/transactions/jsapi', '直连下单', 'direct order'],
  ['/v3/pay/partner/transactions/jsapi', '服务商下单', 'partner order'],
  ['/v3/combine-transactions/jsapi', '合单下单', 'combined order'],
  ['/v3/pay/transactions/out-trade-no/*', '直连查单、关单', 'direct query and close'],
  ['notify', '支付回调', 'callbacks'],
];

/** What shall go wrong, how often. Chance follows the seed, so a run can be repeated. */
export function FaultsView() {
  const { events } = useStore();
  const say = useSay();
  const [faults, setFaults] = useState<Fault[]>([]);
  const last = events.findLast((event) => event.type === 'exchange' || event.type === 'faults')?.id;
  const load = () =>
    get<{ faults: Fault[] }>('/_sandbox/faults').then(
      (answer) => setFaults(answer.faults),
      () => undefined,
    );
  useEffect(() => void load(), [last]);
  const save = (next: Fault[]) =>
    attempt(() =>
      put(
        '/_sandbox/faults',
        next.map(({ struck, ...fault }) => fault),
      ).then(load),
    );
  return (
    <div class="page scroll">
      <h2 class="title">{say('故障注入', 'Faults')}</h2>
      <p class="lead">
        {say(
          '让微信支付这一侧出错，看云函数怎样保住这笔钱。',
          'Make the WeChat Pay side fail, and watch how the functions keep the money safe.',
        )}
      </p>
      <FaultForm add={(fault) => save([...faults, fault])} />
      <div class="card">
        <div class="card-head">
          <h3>{say('生效中', 'In force')}</h3>
          <span class="spacer" />
          <Copies
            call={{
              method: 'PUT',
              path: '/_sandbox/faults',
              body: faults.map(({ struck, ...fault }) => fault),
            }}
            title="faults are set"
          />
          <button type="button" class="button small" disabled={faults.length === 0} onClick={() => save([])}>
            {say('全部清除', 'Clear all')}
          </button>
        </div>
        {faults.length === 0 ? (
          <p class="card-body lead">{say('一切正常。', 'All is well.')}</p>
        ) : (
          <table>
            <tbody>
              {faults.map((fault) => (
                <tr key={JSON.stringify(fault)}>
                  <td class="mono">{fault.route}</td>
                  <td>
                    <span class="pill warn">{fault.kind}</span>{' '}
                    {fault.afterEffect && <span class="pill">{say('生效后丢失应答', 'after effect')}</span>}
                  </td>
                  <td>
                    {say('已触发 ', 'struck ')}
                    {fault.struck}
                    {fault.times !== undefined && ` / ${fault.times}`}
                  </td>
                  <td>
                    <button
                      type="button"
                      class="button quiet small"
                      onClick={() => save(faults.filter((other) => other !== fault))}
                    >
                      {say('移除', 'Remove')}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  );
}

function FaultForm({ add }: { add: (fault: Fault) => unknown }) {
  const say = useSay();
  const submit = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const times = Number(form.get('times'));
    add({
      route: String(form.get('route')),
      kind: String(form.get('kind')),
      ...(times > 0 && { times }),
      ...(form.get('after') !== null && { afterEffect: true }),
    });
  };
  return (
    <form class="card" onSubmit={submit}>
      <div class="card-body row end">
        <label class="field">
          {say('接口', 'API')}
          <select name="route">
            {routes.map(([route, zh, en]) => (
              <option key={route} value={route}>
                {say(zh, en)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {say('故障', 'Fault')}
          <select name="kind">
            {kinds.map(([kind, zh, en]) => (
              <option key={kind} value={kind}>
                {say(zh, en)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {say('次数（0 = 一直）', 'Times (0 = always)')}
          <input name="times" type="number" min={0} max={1000} value={1} />
        </label>
        <label class="check">
          <input name="after" type="checkbox" />
          {say('请求先生效，应答再丢失', 'The request takes effect first')}
        </label>
        <button type="submit" class="button primary">
          {say('加入', 'Add')}
        </button>
      </div>
    </form>
  );
}
