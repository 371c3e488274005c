// Takes one payment by WeChat Pay v3 with nothing but Node: place an order, receive its callback, query it.
import { createDecipheriv, createSign, createVerify, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const env = process.env;
const names =
  'BASE_URL APPID MCHID SERIAL_NO API_V3_KEY PUBLIC_KEY_ID OPENID PRIVATE_KEY_FILE PUBLIC_KEY_FILE';
const missing = names.split(' ').find((name) => !env[`WECHATPAY_${name}`]);
if (missing) {
  console.error(
    `WECHATPAY_${missing} is not set; first run: eval "$(npx wechatpay-sandbox env)" · 未设置 WECHATPAY_${missing}，请先执行：eval "$(npx wechatpay-sandbox env)"`,
  );
  process.exit(1);
}
const privateKey = readFileSync(env.WECHATPAY_PRIVATE_KEY_FILE);
const publicKey = readFileSync(env.WECHATPAY_PUBLIC_KEY_FILE);

function authorization(method, target, body) {
  const timestamp = Math.floor(Date.now() / 1000);
  const nonce = randomBytes(16).toString('hex');
  const message = `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
  const signature = createSign('RSA-SHA256').update(message).sign(privateKey, 'base64');
  return `WECHATPAY2-SHA256-RSA2048 mchid="${env.WECHATPAY_MCHID}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${env.WECHATPAY_SERIAL_NO}"`;
}

// Responses and callbacks are signed the same way. Verify before parsing.
function verify(header, body) {
  const timestamp = header('wechatpay-timestamp');
  if (header('wechatpay-serial') !== env.WECHATPAY_PUBLIC_KEY_ID) throw new Error('signed by another key');
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) throw new Error('older than five minutes');
  const message = `${timestamp}\n${header('wechatpay-nonce')}\n${body}\n`;
  const signed = createVerify('RSA-SHA256').update(message);
  if (!signed.verify(publicKey, header('wechatpay-signature'), 'base64')) throw new Error('bad signature');
}

async function call(method, target, data) {
  const body = data === undefined ? '' : JSON.stringify(data);
  const response = await fetch(env.WECHATPAY_BASE_URL + target, {
    method,
    headers: {
      Authorization: authorization(method, target, body),
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'User-Agent': 'sample',
      'Wechatpay-Serial': env.WECHATPAY_PUBLIC_KEY_ID,
    },
    ...(body !== '' && { body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  verify((name) => response.headers.get(name), text);
  return JSON.parse(text);
}

function decrypt({ associated_data, nonce, ciphertext }) {
  const bytes = Buffer.from(ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', env.WECHATPAY_API_V3_KEY, nonce);
  decipher.setAAD(Buffer.from(associated_data ?? ''));
  decipher.setAuthTag(bytes.subarray(-16));
  return JSON.parse(decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8'));
}

const outTradeNo = `S${Date.now()}${randomBytes(4).toString('hex')}`;
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  try {
    verify((name) => request.headers[name], body);
    const payment = decrypt(JSON.parse(body).resource);
    response.writeHead(204).end();
    console.log(`callback ${payment.out_trade_no} ${payment.trade_state}`);
    const { trade_state } = await call(
      'GET',
      `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${env.WECHATPAY_MCHID}`,
    );
    console.log(`query ${trade_state}`);
    server.close();
  } catch (error) {
    console.error(`refused a callback: ${error.message}`);
    response
      .writeHead(401, { 'Content-Type': 'application/json' })
      .end('{"code":"FAIL","message":"refused"}');
  }
});
server.listen(Number(env.PORT ?? 8080), async () => {
  const { prepay_id } = await call('POST', '/v3/pay/transactions/jsapi', {
    appid: env.WECHATPAY_APPID,
    mchid: env.WECHATPAY_MCHID,
    description: '示例商品 · sample',
    out_trade_no: outTradeNo,
    notify_url: `http://127.0.0.1:${server.address().port}/notify`,
    amount: { total: 1, currency: 'CNY' },
    payer: { openid: env.WECHATPAY_OPENID },
  });
  console.log(`order ${outTradeNo} ${prepay_id}`);
});
