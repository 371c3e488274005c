import { type KeyObject, verify } from 'node:crypto';
import type { Text } from '../../text.ts';
import type { Endpoint, Merchant, MultipartBody } from '../context.ts';
import { explainSignature, explanationOf, type SignatureExplanation } from '../explain/signature.ts';
import { readMultipart } from '../http/multipart.ts';
import { ApiProblem, internalCodes, paramError } from '../http/problem.ts';
import { type AccountKind, accountKindsZh } from '../state/merchants.ts';
import type { State } from '../state/state.ts';
import { type Authorization, parseAuthorization, signError } from './authorization.ts';
import { type SignedParts, signedMessage } from './message.ts';
import type { NonceMemory } from './nonces.ts';

/** The largest accepted clock difference, in either direction. */
export const toleranceMs = 5 * 60_000;

export interface Incoming {
  readonly method: string;
  readonly origin: string;
  /** Path and query exactly as sent. */
  readonly target: string;
  readonly headers: Headers;
  readonly rawBody: Buffer;
}

/** What the checks need besides the request. */
export interface AuthContext {
  readonly state: State;
  readonly nonces: NonceMemory;
  /** The current times a timestamp is compared with: the machine's clock and the sandbox's. */
  readonly clocksMs: readonly number[];
}

export interface Authenticated {
  readonly merchant: Merchant;
  readonly body: Record<string, unknown>;
  readonly multipart: MultipartBody | undefined;
}

/** A refusal, with details that appear only in the exchange record. */
export class AuthRefusal extends Error {
  readonly problem: ApiProblem;
  readonly check: string;
  readonly signature: SignatureExplanation | undefined;

  constructor(problem: ApiProblem, check: string, signature?: SignatureExplanation) {
    super(problem.message);
    this.problem = problem;
    this.check = check;
    this.signature = signature;
  }

  /** WeChat Pay signs its answer only to a request whose signature it accepted: doc/v3/merchant/4013053249. */
  get isSigned(): boolean {
    return this.check === 'body' || this.check === 'permission';
  }
}

/**
 * The checks before an API sees a request, in the order WeChat Pay applies them: headers, format of Authorization,
 * merchant and serial, timestamp, nonce, signature, JSON, the caller's kind.
 * @throws AuthRefusal
 */
export function authenticate(incoming: Incoming, endpoint: Endpoint, auth: AuthContext): Authenticated {
  checked('headers', () => requireHeaders(incoming, endpoint));
  const authorization = checked('authorization', () =>
    parseAuthorization(incoming.headers.get('authorization')),
  );
  const merchant = findMerchant(authorization, auth.state);
  requireFreshTimestamp(authorization, auth);
  requireNewNonce(authorization, auth);
  const multipart =
    endpoint.bodyKind === 'multipart'
      ? checked('multipart', () => readMultipart(incoming.headers.get('content-type'), incoming.rawBody))
      : undefined;
  requireSignature(incoming, authorization, merchant, multipart, auth.state);
  const body = checked('body', () => parseBody(incoming, endpoint));
  checked('permission', () => requireRole(endpoint, merchant));
  return { merchant, body, multipart };
}

function checked<T>(check: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ApiProblem) throw new AuthRefusal(error, check);
    throw error;
  }
}

/** Accept, User-Agent, Content-Type: doc/v3/merchant/4012081709 and reports of WeChat Pay's answers. */
function requireHeaders({ headers }: Incoming, endpoint: Endpoint): void {
  if (!headers.get('accept') || !headers.get('user-agent')) {
    const missing = ['accept', 'user-agent'].filter((name) => !headers.get(name));
    throw new ApiProblem(400, 'INVALID_REQUEST', 'Http头缺少Accept或User-Agent', {
      explanation: { en: `missing: ${missing.join(', ')}`, zh: `缺少请求头：${missing.join('、')}` },
    });
  }
  const accepts = headers.get('accept')!.toLowerCase();
  if (!/application\/json|\*\/\*|application\/\*/.test(accepts)) {
    throw new ApiProblem(406, 'INVALID_REQUEST', 'Http头Accept必须为application/json', {
      explanation: {
        en: `Accept is "${accepts}", which admits no application/json`,
        zh: `Accept 为“${accepts}”，不接受 application/json`,
      },
    });
  }
  if (endpoint.bodyKind === 'none' || endpoint.bodyKind === 'optional-json') return;
  const wanted = endpoint.bodyKind === 'json' ? 'application/json' : 'multipart/form-data';
  const given = headers.get('content-type')?.toLowerCase() ?? '';
  if (given.split(';')[0]!.trim() !== wanted) {
    throw new ApiProblem(415, 'INVALID_REQUEST', `Http头Content-Type必须为${wanted}`, {
      explanation: {
        en: `Content-Type is "${given}", it must be ${wanted}`,
        zh: `Content-Type 为“${given}”，应为 ${wanted}`,
      },
    });
  }
}

const bothOf = ({ hint, hintZh }: Pick<SignatureExplanation, 'hint' | 'hintZh'>): Text => ({
  en: hint,
  zh: hintZh,
});

function findMerchant(authorization: Authorization, state: State): Merchant {
  const { mchid, serialNo } = authorization;
  const merchant = state.merchants.get(mchid);
  if (!merchant) {
    const explained = explanationOf('unknown-merchant', mchid);
    throw new AuthRefusal(signError('签名错误', bothOf(explained)), 'merchant', explained);
  }
  // A widely used library sends it in lower case, and the real one accepts that.
  if (keyOf(merchant, serialNo)) return merchant;
  const explained = explanationOf('wrong-serial', whoseSerial(serialNo, merchant, state));
  const message = '商户证书序列号有误。请使用签名私钥匹配的证书序列号';
  throw new AuthRefusal(signError(message, bothOf(explained)), 'merchant', explained);
}

/** The key of the certificate that a request names; one that was renewed is valid until it is revoked. */
function keyOf(merchant: Merchant, serialNo: string): KeyObject | undefined {
  const certificates = merchant.older ? [merchant, merchant.older] : [merchant];
  return certificates.find((one) => one.serialNo === serialNo.toUpperCase())?.publicKey;
}

function whoseSerial(serialNo: string, merchant: Merchant, state: State): Text {
  const { mchid, serialNo: right } = merchant;
  const plain = serialNo.replace(/[:\s]/g, '').toUpperCase();
  if (plain === right)
    return { en: `${serialNo} must be written as ${right}`, zh: `${serialNo} 须写成 ${right}` };
  if (state.platform.byId(plain)) {
    return {
      en: `${serialNo} is a platform key; Authorization names the merchant's own certificate, ${right}`,
      zh: `${serialNo} 是微信支付的公钥或证书；Authorization 中应为商户自己的证书 ${right}`,
    };
  }
  const owner = [...state.merchants.values()].find((other) => other.serialNo === plain);
  if (owner)
    return {
      en: `${serialNo} is the certificate of ${owner.mchid}; that of ${mchid} is ${right}`,
      zh: `${serialNo} 是 ${owner.mchid} 的证书；${mchid} 的是 ${right}`,
    };
  return {
    en: `${serialNo} is no certificate here; that of ${mchid} is ${right}`,
    zh: `沙箱里没有证书 ${serialNo}；${mchid} 的是 ${right}`,
  };
}

function requireFreshTimestamp({ timestamp }: Authorization, auth: AuthContext): void {
  const atMs = Number(timestamp) * 1000;
  const distances = auth.clocksMs.map((nowMs) => Math.abs(nowMs - atMs));
  const nearest = Math.min(...distances);
  if (nearest <= toleranceMs) return;
  const explained =
    timestamp.length > 11
      ? explanationOf('milliseconds', timestamp)
      : explanationOf('clock', {
          en: `${Math.round(nearest / 1000)} s`,
          zh: `${Math.round(nearest / 1000)} 秒`,
        });
  const message = 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟';
  throw new AuthRefusal(signError(message, bothOf(explained)), 'timestamp', explained);
}

function requireNewNonce({ mchid, nonce }: Authorization, auth: AuthContext): void {
  if (auth.nonces.take(mchid, nonce, auth.clocksMs[0]!)) return;
  const explained = explanationOf('nonce-reused', nonce);
  throw new AuthRefusal(
    signError('Http头Authorization中的nonce_str重复', bothOf(explained)),
    'nonce',
    explained,
  );
}

function requireSignature(
  incoming: Incoming,
  authorization: Authorization,
  merchant: Merchant,
  multipart: MultipartBody | undefined,
  state: State,
): void {
  const { method, target, rawBody } = incoming;
  const { timestamp, nonce, signature, serialNo } = authorization;
  const body = multipart ? multipart.metaText : rawBody.toString('utf8');
  const parts: SignedParts = { method, target, timestamp, nonce, body };
  const bytes = Buffer.from(signature, 'base64');
  const key = keyOf(merchant, serialNo) ?? merchant.publicKey;
  if (verify('sha256', Buffer.from(signedMessage(parts)), key, bytes)) return;
  const explained = explainSignature(
    parts,
    signature,
    { label: merchantLabel(merchant.mchid), key },
    otherKeys(state, merchant),
    {
      hosts: [
        ...new Set([incoming.headers.get('host') ?? '', 'api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com']),
      ],
      ...(multipart && { multipartBody: rawBody }),
    },
  );
  throw new AuthRefusal(signatureProblem(parts, bothOf(explained)), 'signature', explained);
}

const merchantLabel = (mchid: string): Text => ({ en: `merchant ${mchid}`, zh: `商户 ${mchid}` });

function otherKeys(state: State, merchant: Merchant) {
  const merchants = [...state.merchants.values()].filter((other) => other !== merchant);
  const platform = [...state.platform.certificates(), state.platform.publicKey()];
  return [
    ...merchants.map(({ mchid, publicKey }) => ({ label: merchantLabel(mchid), key: publicKey })),
    ...platform.map(({ id, privateKey }) => ({
      label: { en: `WeChat Pay (${id})`, zh: `微信支付密钥 ${id}` },
      key: privateKey,
    })),
  ];
}

/** The official sign_information: doc/v3/merchant/4012365347; the body in it is truncated. */
function signatureProblem(parts: SignedParts, explanation: Text): ApiProblem {
  const message = signedMessage(parts);
  const shown = parts.body.length > 8 ? signedMessage({ ...parts, body: parts.body.slice(0, 8) }) : message;
  return new ApiProblem(401, 'SIGN_ERROR', '错误的签名，验签失败', {
    internalCode: internalCodes.signature,
    explanation,
    detail: {
      detail: { issue: 'sign not match' },
      field: 'signature',
      location: 'authorization',
      sign_information: {
        method: parts.method,
        sign_message_length: Buffer.byteLength(message),
        truncated_sign_message: shown,
        url: parts.target,
      },
    },
  });
}

function parseBody({ rawBody }: Incoming, endpoint: Endpoint): Record<string, unknown> {
  const { bodyKind } = endpoint;
  if (bodyKind !== 'json' && !(bodyKind === 'optional-json' && rawBody.length > 0)) return {};
  try {
    const body: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // Falls through to the refusal below.
  }
  const detail = {
    field: '',
    value: rawBody.toString('utf8').slice(0, 64),
    issue: 'not a JSON object',
    location: 'body',
  };
  throw paramError('请求报文不是合法的JSON对象', detail);
}

function requireRole({ roles }: Endpoint, { mchid, kind }: Merchant): void {
  if (roles.includes(kind)) return;
  const en = `${mchid} is a ${kind} merchant; this API serves: ${roles.join(', ')}`;
  const zh = `${mchid} 是${inChinese(kind)}；此接口供${roles.map(inChinese).join('、')}使用`;
  throw new ApiProblem(403, 'NO_AUTH', '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试', {
    explanation: { en, zh },
  });
}

const inChinese = (kind: AccountKind): string => `${accountKindsZh[kind]}（${kind}）`;
