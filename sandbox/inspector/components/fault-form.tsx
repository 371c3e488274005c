import { type Say, useSay } from '../i18n.ts';

export interface Fault {
  route: string;
  kind: string;
  times?: number;
  probability?: number;
  afterEffect?: boolean;
}

const kinds: readonly [kind: string, zh: string, en: string][] = [
  ['reset', '连接中断', 'Connection reset'],
  ['latency', '延迟一秒', 'One second late'],
  ['system-error', '500 系统错误', '500 SYSTEM_ERROR'],
  ['rate-limit', '429 频率限制', '429 rate limit'],
  ['refusal', '400 业务拒绝', '400 refused'],
  ['unsigned', '应答未签名', 'Unsigned answer'],
  ['signtest', '应答是 SIGNTEST 探测', 'SIGNTEST answer'],
  ['stale-timestamp', '应答时间戳过期', 'Stale timestamp'],
  ['wrong-serial', '应答序列号不符', 'Wrong serial'],
  ['bill-missing-line', '账单缺一行', 'Bill: a line is missing'],
  ['bill-wrong-amount', '账单金额多一分', 'Bill: an amount is a fen too high'],
  ['bill-unknown-order', '账单有不存在的订单', 'Bill: an order that does not exist'],
  ['bill-line-twice', '账单有重复行', 'Bill: a line twice'],
  ['bill-bad-hash', '账单摘要不符', 'Bill: hash of another file'],
  ['bill-not-ready', '账单尚未生成', 'Bill: not ready yet'],
];

const routes: readonly [route: string, zh: string, en: string][] = [
  ['*', '全部接口', 'Every API'],
  ['notify', '支付回调', 'Callbacks'],
  ['/v3/pay/transactions/jsapi', '直连下单', 'Direct order'],
  ['/v3/pay/partner/transactions/jsapi', '服务商下单', 'Partner order'],
  ['/v3/combine-transactions/jsapi', '合单下单', 'Combined order'],
  ['/v3/pay/transactions/out-trade-no/*', '直连查单、关单', 'Direct query and close'],
  ['/v3/pay/partner/transactions/out-trade-no/*', '服务商查单、关单', 'Partner query and close'],
  ['/v3/combine-transactions/out-trade-no/*', '合单查单、关单', 'Combined query and close'],
  ['/v3/certificates', '下载平台证书', 'Platform certificates'],
  ['/v3/ecommerce/applyments/*', '二级商户进件', 'E-commerce onboarding'],
  ['/v3/applyment4sub/*', '特约商户进件', 'Partner onboarding'],
  ['/v3/bill/tradebill', '申请交易账单', 'Trade bill'],
  ['/v3/bill/fundflowbill', '申请资金账单', 'Fund flow bill'],
  ['/v3/merchant/media/*', '图片上传', 'Uploads'],
];

export function kindLabel(kind: string, say: Say): string {
  const found = kinds.find(([known]) => known === kind);
  return found ? say(found[1], found[2]) : kind;
}

/** A fault as an exchange names it: its kind, and whether the request took effect first. */
export function faultLabel(fault: string | undefined, say: Say): string {
  const kind = kindLabel(fault?.split(' ')[0] ?? '', say);
  return fault?.includes('after effect') ? `${kind}${say('（请求已生效）', ' (took effect)')}` : kind;
}

export function routeLabel(route: string, say: Say): string {
  const found = routes.find(([known]) => known === route);
  return found ? say(found[1], found[2]) : route;
}

export function FaultForm({ add }: { add: (fault: Fault) => unknown }) {
  const say = useSay();
  const submit = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const times = Number(form.get('times'));
    const percent = Number(form.get('percent'));
    add({
      route: String(form.get('route')),
      kind: String(form.get('kind')),
      ...(times > 0 && { times }),
      ...(percent < 100 && { probability: percent / 100 }),
      ...(form.get('after') !== null && { afterEffect: true }),
    });
  };
  return (
    <form class="fault-form" onSubmit={submit}>
      <label class="field">
        {say('接口', 'Route')}
        <select class="input" name="route">
          {routes.map(([route, zh, en]) => (
            <option key={route} value={route}>
              {say(zh, en)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        {say('故障', 'Fault')}
        <select class="input" name="kind">
          {kinds.map(([kind, zh, en]) => (
            <option key={kind} value={kind}>
              {say(zh, en)}
            </option>
          ))}
        </select>
      </label>
      <label class="field narrow">
        {say('次数（0 为不限）', 'Times (0 = no limit)')}
        <input class="input" name="times" type="number" min={0} max={1000} value={1} />
      </label>
      <label class="field narrow">
        {say('概率 %', 'Probability %')}
        <input class="input" name="percent" type="number" min={1} max={100} value={100} />
      </label>
      <label class="check">
        <input name="after" type="checkbox" />
        <span>{say('请求已生效，应答丢失', 'Takes effect, answer lost')}</span>
      </label>
      <button type="submit" class="button primary">
        {say('加入', 'Add')}
      </button>
    </form>
  );
}
