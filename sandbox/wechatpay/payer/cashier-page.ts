/**
 * The payer's phone as a single page without a build step: open orders, a scanned code_url, a payment code, and the
 * page that an h5_url leads to. It only uses the control API.
 */
const style = `
:root{color-scheme:light dark;--ink:#1a1a1a;--soft:#5f6368;--line:#d9dce0;--page:#f3f4f6;--card:#fff;--pay:#067a43;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#eceef0;--soft:#a4abb3;--line:#3a4046;--page:#16191c;--card:#22272b;--pay:#35b978;--bad:#ff8a80}}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;color:var(--ink);background:var(--page)}
main{max-width:420px;margin:0 auto;padding:16px}h1{font-size:18px;margin:8px 0 12px}h2{font-size:15px;margin:20px 0 8px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px;margin:0 0 10px}
.amount{font-size:26px;font-weight:600}.soft{color:var(--soft);overflow-wrap:anywhere}
.row{display:flex;gap:8px;flex-wrap:wrap;margin-top:10px}
button{font:inherit;padding:9px 16px;min-height:40px;border-radius:8px;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}
button.pay{background:var(--pay);border-color:var(--pay);color:#fff}@media (prefers-color-scheme:dark){button.pay{color:#08130d}}
input{font:inherit;width:100%;padding:9px;border:1px solid var(--line);border-radius:8px;background:transparent;color:inherit}
.code{font:600 20px/1.4 ui-monospace,monospace;letter-spacing:1px}[role=status]{min-height:1.5em;color:var(--soft)}.bad{color:var(--bad)}
`;

const script = `
const zh = (new URLSearchParams(location.search).get('lang') || navigator.language).startsWith('zh');
document.documentElement.lang = zh ? 'zh-CN' : 'en';
const say = (chinese, english) => zh ? chinese : english;
const main = document.querySelector('main');
const query = new URLSearchParams(location.search);
const yuan = (fen) => '¥' + (fen / 100).toFixed(2);
const element = (name, attributes, ...children) => {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
};
const status = element('p', { role: 'status' });
status.setAttribute('role', 'status');
const tell = (text, bad) => { status.textContent = text; status.className = bad ? 'bad' : ''; };
async function call(method, path, body) {
  const response = await fetch('/_sandbox/' + path, { method, headers: { 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) });
  const answer = await response.json();
  if (!response.ok) throw new Error(say(answer.zh, answer.en));
  return answer;
}
async function attempt(action) { try { await action(); } catch (error) { tell(error.message, true); } }
function orderCard(order, done) {
  const act = (result, text) => attempt(async () => {
    await call('POST', 'orders/' + encodeURIComponent(order.outTradeNo) + '/pay', { result });
    done(text);
  });
  return element('section', { className: 'card' },
    element('div', { className: 'amount', textContent: yuan(order.totalFen) }),
    element('div', { textContent: order.orders.map((one) => one.description).join('，') }),
    element('div', { className: 'soft', textContent: order.outTradeNo + ' · ' + (order.tradeType || 'JSAPI') }),
    element('div', { className: 'row' },
      element('button', { className: 'pay', textContent: say('付款', 'Pay'), onclick: () => act('SUCCESS', say('已付款', 'Paid')) }),
      element('button', { textContent: say('支付失败', 'Fail'), onclick: () => act('PAYERROR', say('支付失败了', 'The payment failed')) }),
      element('button', { textContent: say('取消', 'Cancel'), onclick: () => act('CANCELLED', say('已取消', 'Cancelled')) })));
}
const prepayId = query.get('prepay_id');
async function showLinked() {
  main.append(element('h1', { textContent: say('微信支付收银台', 'WeChat Pay cashier') }), status);
  await attempt(async () => {
    const { order } = await call('GET', 'prepays/' + encodeURIComponent(prepayId));
    const card = orderCard(order, (text) => {
      tell(text);
      card.remove();
      const back = query.get('redirect_url');
      if (back && /^https?:/.test(back)) location.href = back;
    });
    main.append(card);
  });
}
function showPhone() {
  const orders = element('div', {});
  const code = element('div', { className: 'code' });
  const scanned = element('div', {});
  const input = element('input', { placeholder: 'weixin://wxpay/bizpayurl?pr=…' });
  input.setAttribute('aria-label', 'code_url');
  const refresh = () => attempt(async () => {
    const { orders: all } = await call('GET', 'orders?limit=50');
    const open = all.filter(({ state }) => ['NOTPAY', 'PAYERROR', 'USERPAYING'].includes(state)).reverse();
    orders.replaceChildren(...open.map((order) => orderCard(order, (text) => { tell(text); refresh(); })));
    if (open.length === 0) orders.append(element('p', { className: 'soft', textContent: say('没有待付的订单。', 'No order is waiting to be paid.') }));
  });
  const scan = () => attempt(async () => {
    const { order } = await call('POST', 'scan', { codeUrl: input.value.trim() });
    scanned.replaceChildren(orderCard(order, (text) => { tell(text); scanned.replaceChildren(); input.value = ''; refresh(); }));
  });
  const show = (password) => attempt(async () => {
    const { authCode } = await call('POST', 'payment-codes', { password });
    code.textContent = authCode.replace(/(\\d{4})(?=\\d)/g, '$1 ');
    await navigator.clipboard?.writeText(authCode).then(() => tell(say('已复制', 'Copied')), () => undefined);
  });
  main.append(element('h1', { textContent: say('付款人的手机', "The payer's phone") }), status,
    element('h2', { textContent: say('待付订单', 'Orders to pay') }), orders,
    element('h2', { textContent: say('扫码（code_url）', 'Scan (code_url)') }),
    element('section', { className: 'card' }, input, element('div', { className: 'row' }, element('button', { textContent: say('扫一扫', 'Scan'), onclick: scan })), scanned),
    element('h2', { textContent: say('付款码', 'Payment code') }),
    element('section', { className: 'card' }, code, element('div', { className: 'row' },
      element('button', { textContent: say('出示付款码', 'Show a code'), onclick: () => show(false) }),
      element('button', { textContent: say('需要密码的付款码', 'One that needs a password'), onclick: () => show(true) }))));
  refresh();
  for (const type of ['order', 'reset']) source.addEventListener(type, refresh);
}
const source = prepayId ? undefined : new EventSource('/_sandbox/events');
document.title = say('收银台', 'Cashier');
if (prepayId) showLinked(); else showPhone();
`;

export const cashierPage = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>收银台 · Cashier</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body><main></main><script type="module">${script}</script></body>
</html>
`;
