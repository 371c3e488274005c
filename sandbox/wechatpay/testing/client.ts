/**
 * A client of WeChat Pay for the tests, written from the documents; it verifies with jsrsasign. It shares no code with
 * the simulator or the product, so that it cannot repeat their mistakes.
 */
import { createDecipheriv, randomBytes, sign } from 'node:crypto';
import { KEYUTIL, KJUR } from 'jsrsasign';

export interface Account {
  readonly appid: string;
  readonly mchid: string;
  readonly serialNo: string;
  readonly privateKeyPem: string;
  readonly apiV3Key: string;
  readonly publicKeyId: string;
  readonly publicKeyPem: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes.
  readonly json: any;
  readonly headers: Headers;
}

/** What a test can change to make a request invalid. */
export interface Mistakes {
  readonly message?: (message: string) => string;
  readonly signature?: string;
  readonly privateKeyPem?: string;
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly serialNo?: string;
  readonly mchid?: string;
  readonly authorization?: string | null;
  readonly headers?: Record<string, string | null>;
  /** Sends this text instead of the one that was signed. */
  readonly sentBody?: string;
  readonly signWith?: 'sha256' | 'sha1';
}

type Fetch = (request: Request) => Promise<Response>;

export class TestClient {
  readonly account: Account;
  readonly #fetch: Fetch;
  readonly #base: string;

  constructor(account: Account, fetch: Fetch, base = 'http://127.0.0.1:8700') {
    this.account = account;
    this.#fetch = fetch;
    this.#base = base;
  }

  get(target: string, mistakes: Mistakes = {}): Promise<Answer> {
    return this.send('GET', target, '', mistakes);
  }

  post(target: string, body: unknown, mistakes: Mistakes = {}): Promise<Answer> {
    return this.send('POST', target, JSON.stringify(body), mistakes);
  }

  async send(method: string, target: string, body: string, mistakes: Mistakes = {}): Promise<Answer> {
    const authorization =
      mistakes.authorization === undefined
        ? this.authorize(method, target, body, mistakes)
        : mistakes.authorization;
    const headers = new Headers({
      accept: 'application/json',
      'user-agent': 'sandbox-test/1.0',
      ...(body !== '' && { 'content-type': 'application/json' }),
      ...(authorization !== null && { authorization }),
    });
    for (const [name, value] of Object.entries(mistakes.headers ?? {})) {
      if (value === null) headers.delete(name);
      else headers.set(name, value);
    }
    const sent = mistakes.sentBody ?? body;
    const request = new Request(this.#base + target, { method, headers, ...(sent !== '' && { body: sent }) });
    return readAnswer(await this.#fetch(request));
  }

  authorize(method: string, target: string, body: string, mistakes: Mistakes = {}): string {
    const timestamp = mistakes.timestamp ?? String(Math.floor(Date.now() / 1000));
    const nonce = mistakes.nonce ?? randomBytes(16).toString('hex');
    const message = `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
    const signed = mistakes.message?.(message) ?? message;
    const pem = mistakes.privateKeyPem ?? this.account.privateKeyPem;
    const signature = mistakes.signature ?? signText(pem, signed, mistakes.signWith);
    const mchid = mistakes.mchid ?? this.account.mchid;
    const serial = mistakes.serialNo ?? this.account.serialNo;
    return `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serial}"`;
  }

  /** Parameters for wx.requestPayment. */
  payment(prepayId: string, appid = this.account.appid) {
    const timeStamp = String(Math.floor(Date.now() / 1000));
    const nonceStr = randomBytes(8).toString('hex');
    const pack = `prepay_id=${prepayId}`;
    const paySign = signText(this.account.privateKeyPem, `${appid}\n${timeStamp}\n${nonceStr}\n${pack}\n`);
    return { timeStamp, nonceStr, package: pack, signType: 'RSA', paySign };
  }
}

const keys = new Map<string, ReturnType<typeof KEYUTIL.getKey>>();

function keyOf(pem: string) {
  let key = keys.get(pem);
  if (!key) {
    key = KEYUTIL.getKey(pem);
    keys.set(pem, key);
  }
  return key;
}

/** Places an order of 5 fen over the network, as a program under test would. */
export function placeOrderAt(url: string, direct: Account, no: string, notifyUrl: string): Promise<Answer> {
  const client = new TestClient(direct, (request) => fetch(request), url);
  return client.post('/v3/pay/transactions/jsapi', {
    appid: direct.appid,
    mchid: direct.mchid,
    description: 'x',
    out_trade_no: no,
    notify_url: notifyUrl,
    amount: { total: 5 },
    payer: { openid: 'oPayer' },
  });
}

/** Uses node:crypto for speed; `flow.test.ts` checks that jsrsasign gives the same bytes. */
export function signText(privateKeyPem: string, text: string, hash = 'sha256'): string {
  return sign(hash, Buffer.from(text), privateKeyPem).toString('base64');
}

export function signTextWithJsrsasign(privateKeyPem: string, text: string): string {
  const signature = new KJUR.crypto.Signature({ alg: 'SHA256withRSA' });
  signature.init(keyOf(privateKeyPem) as never);
  signature.updateHex(Buffer.from(text).toString('hex'));
  return Buffer.from(signature.sign(), 'hex').toString('base64');
}

/** Verifies an answer or a callback with a certificate or public key in PEM. */
export function isSignedBy(pem: string, headers: Headers | Record<string, unknown>, body: string): boolean {
  const read = (name: string) => String(headers instanceof Headers ? headers.get(name) : headers[name]);
  const signature = new KJUR.crypto.Signature({ alg: 'SHA256withRSA' });
  signature.init(keyOf(pem) as never);
  const message = `${read('wechatpay-timestamp')}\n${read('wechatpay-nonce')}\n${body}\n`;
  signature.updateHex(Buffer.from(message).toString('hex'));
  return signature.verify(Buffer.from(read('wechatpay-signature'), 'base64').toString('hex'));
}

export interface EncryptedResource {
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associated_data: string;
}

/** AES-256-GCM with the APIv3 key; the last 16 bytes are the tag. */
export function openResource(
  apiV3Key: string,
  { ciphertext, nonce, associated_data }: EncryptedResource,
): string {
  const bytes = Buffer.from(ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', apiV3Key, nonce);
  decipher.setAAD(Buffer.from(associated_data));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = text === '' ? undefined : (JSON.parse(text) as unknown);
  return { status: response.status, text, json, headers: response.headers };
}
