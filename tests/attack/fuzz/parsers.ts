/** Every parser of something that comes from outside, with inputs near what it expects. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { readCapture } from '../../../sandbox/compare/capture.ts';
import { CaptureProblem } from '../../../sandbox/compare/problem.ts';
import { redact } from '../../../sandbox/compare/redact.ts';
import { boundaryOf, MultipartProblem, parseMultipart } from '../../../sandbox/multipart.ts';
import { parseAuthorization } from '../../../sandbox/wechatpay/auth/authorization.ts';
import { documentedApis } from '../../../sandbox/wechatpay/documented/facts.ts';
import { rulesOf } from '../../../sandbox/wechatpay/documented/rules.ts';
import { warningsOf } from '../../../sandbox/wechatpay/documented/warnings.ts';
import { checkFields } from '../../../sandbox/wechatpay/http/fields.ts';
import { ApiProblem } from '../../../sandbox/wechatpay/http/problem.ts';
import { parseEnvFile } from '../../../scripts/env/dotenv.ts';
import {
  readApp,
  readFulfilmentFunction,
  readNotifyUrl,
  readOperators,
  readSigningAccount,
  readTransferScenes,
} from '../../../shared/cloudbase/accounts.ts';
import { ConfigError, readConfig } from '../../../shared/cloudbase/config.ts';
import { HttpEventError, readHttpEvent } from '../../../shared/cloudbase/http-event.ts';
import { identifyCaller } from '../../../shared/cloudbase/invocation-source.ts';
import { createLogger } from '../../../shared/cloudbase/logger.ts';
import { CommerceError } from '../../../shared/core/errors.ts';
import { BillError } from '../../../shared/payments/bills/bill-error.ts';
import { fundFlowReader } from '../../../shared/payments/bills/fund-flow-bill.ts';
import type { BillReader } from '../../../shared/payments/bills/movement.ts';
import { tradeBillReader } from '../../../shared/payments/bills/trade-bill.ts';
import {
  parseApiV3Key,
  parseCertificate,
  parsePrivateKey,
  parsePublicKey,
} from '../../../shared/wechatpay/crypto/keys.ts';
import { createPlatformKeys } from '../../../shared/wechatpay/crypto/platform-keys.ts';
import { WechatpayError } from '../../../shared/wechatpay/errors.ts';
import { parseNotification } from '../../../shared/wechatpay/notifications/notifications.ts';
import { allRoutes } from '../../../shared/wechatpay/routes/all.ts';
import { routeRequest } from '../../../shared/wechatpay/routes/route-request.ts';
import type { RouteFacts } from '../../../shared/wechatpay/routes/types.ts';
import {
  apiV3Key,
  certificate,
  encryptResource,
  rsaPair,
} from '../../../shared/wechatpay/testing/material.ts';
import { targets } from '../requests.ts';
import { captureText } from './captures.ts';
import { nearText, nearValue } from './mutations.ts';
import { payloads } from './payloads.ts';
import type { Parser } from './run.ts';

const is =
  (...errors: readonly (new (...args: never[]) => Error)[]) =>
  (error: unknown) =>
    errors.some((each) => error instanceof each);

/** The type of the inputs is known to the parser alone. */
function parser<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  parse: (input: T) => unknown,
  ...errors: readonly (new (
    ...args: never[]
  ) => Error)[]
): Parser {
  return { name, inputs, parse: parse as Parser['parse'], allows: is(...errors) };
}

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
/** As short as the signature allows, since every input is signed. */
const platform = generateKeyPairSync('rsa', { modulusLength: 512 });
const serial = 'PUB_KEY_ID_0119000000012026';
const keysOf = (key: KeyObject) => createPlatformKeys({ publicKey: { id: serial, key }, nowMs: () => nowMs });
const platformKeys = keysOf(platform.publicKey);
/** What is encrypted for it needs a longer one. */
const encryptingKeys = keysOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey);

function signed(body: string): Record<string, string> {
  const timestamp = String(nowMs / 1000);
  const nonce = 'n'.repeat(32);
  const signature = sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), platform.privateKey);
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': serial,
    'Wechatpay-Signature': signature.toString('base64'),
  };
}

const payment = {
  appid: 'wx8888888888888888',
  mchid: '1900000001',
  out_trade_no: 'T20260102001',
  trade_state: 'SUCCESS',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 100, currency: 'CNY' },
};
const resources: readonly (readonly [eventType: string, resource: object])[] = [
  ['TRANSACTION.SUCCESS', payment],
  ['TRANSACTION.SUCCESS', { combine_out_trade_no: 'C1', combine_appid: 'a', sub_orders: [payment] }],
  ['REFUND.SUCCESS', { out_trade_no: 'T1', out_refund_no: 'R1', refund_status: 'SUCCESS' }],
  ['MCHTRANSFER.BILL.FINISHED', { out_bill_no: 'B1', state: 'SUCCESS', mch_id: '1900000001' }],
  ['COMPLAINT.CREATE', { complaint_id: '1', action_type: 'CREATE_COMPLAINT' }],
  ['VIOLATION.PUNISH', { sub_mchid: '1', record_id: '1' }],
];
const envelope = (eventType: unknown, resource: unknown) => ({
  id: 'EV-1',
  create_time: '2026-01-02T11:04:05+08:00',
  event_type: eventType,
  resource_type: 'encrypt-resource',
  resource,
});
const encrypted = (text: string) => encryptResource(text) as object;

/** Genuine but for what is inside, genuine but for the envelope, and changed after it was signed. */
const notification = fc
  .oneof(
    fc
      .constantFrom(...resources)
      .chain(([eventType, resource]) =>
        nearValue(resource).map((value) =>
          JSON.stringify(envelope(eventType, encrypted(JSON.stringify(value)))),
        ),
      ),
    nearValue(envelope('TRANSACTION.SUCCESS', encrypted(JSON.stringify(payment)))).map((value) =>
      String(JSON.stringify(value)),
    ),
    nearText(JSON.stringify(envelope('TRANSACTION.SUCCESS', encrypted(JSON.stringify(payment))))),
  )
  .map((rawBody) => ({ rawBody, headers: signed(rawBody) }));
const genuine = JSON.stringify(envelope('TRANSACTION.SUCCESS', encrypted(JSON.stringify(payment))));
const tampered = nearValue({ rawBody: genuine, headers: signed(genuine) }) as fc.Arbitrary<{
  rawBody: string;
  headers: Record<string, string>;
}>;

const pair = rsaPair('fuzzed');
const issued = certificate(pair, { serialNo: '7A0B1C2D', fromMs: 0, toMs: nowMs });
const oneLine = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
const keyText = nearText(
  pair.privatePem,
  pair.publicPem,
  issued.pem,
  oneLine(pair.privatePem),
  oneLine(pair.publicPem),
  pair.privatePem.replaceAll('\n', '\\n'),
  Buffer.from(pair.publicPem).toString('base64'),
  'a'.repeat(32),
);

const variables: Readonly<Record<string, string>> = {
  WECHATPAY_APPID: 'wx8888888888888888',
  WECHATPAY_API_BASES: 'https://api.mch.weixin.qq.com,https://api2.mch.weixin.qq.com',
  WECHATPAY_NOTIFY_URL: 'https://shop.example/pay-notify',
  WECHATPAY_DIRECT_MCHID: '1900000001',
  WECHATPAY_DIRECT_SERIAL_NO: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  WECHATPAY_DIRECT_PRIVATE_KEY: oneLine(pair.privatePem),
  WECHATPAY_DIRECT_API_V3_KEY: '0123456789abcdef0123456789abcdef',
  WECHATPAY_DIRECT_PUBLIC_KEY_ID: serial,
  WECHATPAY_DIRECT_PUBLIC_KEY: oneLine(pair.publicPem),
  WECHATPAY_TRANSFER_SCENES: '1000,1001',
  FULFILMENT_FUNCTION: 'fulfilOrder',
  OPERATOR_OPENIDS: 'oSandboxUser0000000000000003',
};
const environment = fc
  .constantFrom(...Object.keys(variables))
  .chain((name) => nearText(variables[name]!).map((value) => ({ ...variables, [name]: value })));

function readEnvironment(env: Record<string, string>): void {
  readConfig(env, (read) => {
    readApp(read);
    readNotifyUrl(read);
    readFulfilmentFunction(read);
    readOperators(read);
    readTransferScenes(read);
    readSigningAccount(read, 'direct', { parsePrivateKey, parsePublicKey });
  });
}

const tradeBill = [
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注',
  '`2026-03-21 13:51:31,`wx1,`1900000001,`0,`,`4200000001,`T1,`o1,`JSAPI,`SUCCESS,`OTHERS,`CNY,`68.00,`0.00,`0,`0,`0.00,`0.00,`,`,`茶,`,`0.41000,`0.60%,`68.00,`0.00,`',
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
  '`1,`68.00,`0.00,`0.00,`0.41000,`68.00,`0.00',
].join('\n');
const fundFlow = [
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号',
  '`2026-03-21 13:51:31,`4200000001,`1,`交易,`交易,`收入,`68.00,`68.00,`system,`,`T1',
  '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
  '`1,`1,`68.00,`0,`0.00',
].join('\n');

function readBill(reader: BillReader, text: string): void {
  for (const line of text.split('\n')) reader.take(line);
  reader.end();
}

const boundary = 'b0';
const form = [
  `--${boundary}`,
  'Content-Disposition: form-data; name="meta";',
  'Content-Type: application/json',
  '',
  '{"filename":"a.png","sha256":"aa"}',
  `--${boundary}`,
  'Content-Disposition: form-data; name="file"; filename="a.png";',
  'Content-Type: image/png',
  '',
  'PNG',
  `--${boundary}--`,
  '',
].join('\r\n');

const authorization =
  'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",signature="c2lnbmF0dXJl",timestamp="1554208460",serial_no="1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"';

const httpEvent = {
  path: '/pay-notify/direct',
  httpMethod: 'POST',
  headers: { 'Content-Type': 'application/json', 'Wechatpay-Serial': 'S' },
  queryStringParameters: { a: 'b' },
  requestContext: {},
  body: '{}',
  isBase64Encoded: false,
};
const platformContext = {
  environment: JSON.stringify({ WX_OPENID: 'o1', WX_APPID: 'wx1', TCB_SOURCE: 'wx_client' }),
  environ: 'WX_OPENID=o1;WX_APPID=wx1;TCB_SOURCE=wx_client,scf',
};

const apis = documentedApis().filter(({ body }) => typeof body === 'object' && 'f' in body);
const documented = fc.constantFrom(...apis).chain((api) => {
  const fields = (api.body as { f: Parameters<typeof rulesOf>[0] }).f;
  const names = Object.keys(fields).map((name) => name.replace('!', ''));
  return nearValue(Object.fromEntries(names.map((name) => [name, 'x']))).map((body) => ({ fields, body }));
});

function checkDocumented({ fields, body }: { fields: Parameters<typeof rulesOf>[0]; body: unknown }): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
  const value = body as Record<string, unknown>;
  warningsOf(fields, value, '');
  checkFields(rulesOf(fields, { audited: true }), value, { location: 'body' });
}

const routes = Object.entries(allRoutes) as [string, RouteFacts][];
const routeCall = fc.constantFrom(...routes).chain(([route, facts]) => {
  const named = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, 'x']);
  const encrypted = facts.encrypt?.split(' ').map((path) => [path.split(/[.[]/)[0]!, 'x']) ?? [];
  const parameters = { ...Object.fromEntries([...named, ...encrypted]), amount: { total: 1 } };
  return nearValue(
    facts.upload ? { ...parameters, file: { filename: 'a.png', bytes: 'x' } } : parameters,
  ).map((value) => ({ route, facts, value }));
});

function buildRequest({ route, facts, value }: { route: string; facts: RouteFacts; value: unknown }) {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const parameters = isObject ? (value as Record<string, unknown>) : {};
  // A file is given by our own code.
  const file = { filename: 'a.png', bytes: Buffer.from('x') };
  return routeRequest(route, facts.upload ? { ...parameters, file } : parameters, facts, encryptingKeys);
}

const payload = fc
  .constantFrom(...Object.keys(payloads))
  .chain((name) => nearValue(...targets[name]!.requests).map((event) => ({ name, event })));

export const parsers: readonly Parser[] = [
  parser('http-event', nearValue(httpEvent), (event) => readHttpEvent(event), HttpEventError),
  parser(
    'notification',
    fc.oneof(notification, tampered),
    (request) => readNotification(request),
    WechatpayError,
  ),
  parser('authorization', nearText(authorization), parseAuthorization, ApiProblem),
  parser('key', keyText, parseKeys, WechatpayError),
  parser('environment', environment, readEnvironment, ConfigError),
  parser('env-file', nearText(envFileText()), parseEnvFile),
  parser('trade-bill', nearText(tradeBill), (text) => readBill(tradeBillReader(), text), BillError),
  parser('fund-flow', nearText(fundFlow), (text) => readBill(fundFlowReader(), text), BillError),
  parser(
    'multipart',
    nearText(form),
    (text) => parseMultipart(Buffer.from(text), boundary),
    MultipartProblem,
  ),
  parser(
    'content-type',
    nearText(`multipart/form-data; boundary="${boundary}"`),
    boundaryOf,
    MultipartProblem,
  ),
  parser('payload', payload, ({ name, event }) => payloads[name]!(event), CommerceError),
  parser('caller', nearValue({ context: platformContext, event: httpEvent }), (given) => callerOf(given)),
  parser('documented', documented, checkDocumented, ApiProblem),
  parser('route', routeCall, buildRequest, WechatpayError),
  parser('capture', captureText, (text) => redact(readCapture(text)), CaptureProblem),
  parser('log', nearValue({ event: genuine, headers: variables, error: { message: fundFlow } }), logOf),
];

function readNotification(request: Parameters<typeof parseNotification>[0]) {
  const { rawBody, headers } = Object(request);
  // HTTP access gives text and headers; everything else is refused before.
  if (typeof rawBody !== 'string' || typeof headers !== 'object' || headers === null) return undefined;
  return parseNotification({ rawBody, headers }, { platformKeys, apiV3Key, nowMs: () => nowMs });
}

/** Each is refused by all parsers but one, or by all. */
function parseKeys(text: string): void {
  const refused = [parsePrivateKey, parsePublicKey, parseCertificate, parseApiV3Key].flatMap((parse) => {
    try {
      parse(text);
      return [];
    } catch (error) {
      return [error];
    }
  });
  for (const error of refused) if (!(error instanceof WechatpayError)) throw error;
}

function envFileText(): string {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return `# comment\n${lines.join('\n')}\nexport A="b c"\nPEM="${pair.publicPem}"\n`;
}

function callerOf(given: unknown) {
  const { context, event } = Object(given);
  return identifyCaller({ context, event });
}

function logOf(fields: unknown): void {
  const lines: string[] = [];
  const secrets = [variables.WECHATPAY_DIRECT_API_V3_KEY!];
  createLogger({ write: (line) => lines.push(line), secrets }).warn('event', { fields });
  const [line] = lines;
  if (lines.length !== 1 || line === undefined) throw new Error(`${lines.length} lines`);
  JSON.parse(line);
  if (/[\p{Cc}\u2028\u2029]/u.test(line)) throw new Error('a control character');
  if (line.includes(secrets[0]!)) throw new Error('a secret');
}
