/** A small backend as a team could write it: correct by default, with typical faults on request. */
import { createDecipheriv, createSign, createVerify, randomBytes, X509Certificate } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type BackendFault =
  | 'does not verify'
  | 'ignores the timestamp'
  | 'ignores the serial number'
  | 'lets probes pass'
  | 'acknowledges what it cannot decrypt'
  | 'ignores the amount'
  | 'ignores the merchant'
  | 'delivers late callbacks'
  | 'allows ten minutes'
  | 'never queries'
  | 'delivers each callback'
  | 'refuses duplicates'
  | 'answers late'
  | 'takes a new number'
  | 'believes unsigned answers'
  | 'is paid at once'
  | 'ignores the request token'
  | 'refunds under a new number'
  | 'keeps its first certificates';

interface Account {
  appid: string;
  mchid: string;
  serialNo: string;
  privateKeyPem: string;
  apiV3Key: string;
}

interface Order {
  totalFen: number;
  paid: boolean;
  /** By a query, ahead of its callback. */
  found?: boolean;
  effects: number;
  outRefundNo?: string;
}

interface Encrypted {
  associated_data?: string;
  nonce: string;
  ciphertext: string;
}

interface Payment {
  appid: string;
  mchid: string;
  out_trade_no: string;
  trade_state: string;
  amount: { total: number };
}

type Header = (name: string) => string;

class Backend {
  readonly orders = new Map<string, Order>();
  readonly byToken = new Map<string, Promise<string>>();
  readonly certificates = new Map<string, string>();
  notifyUrl = '';

  constructor(
    readonly baseUrl: string,
    readonly account: Account,
    readonly fault: BackendFault | undefined,
  ) {}

  has(fault: BackendFault): boolean {
    return this.fault === fault;
  }

  async call<T>(method: string, target: string, data?: unknown): Promise<T> {
    const body = data === undefined ? '' : JSON.stringify(data);
    const { mchid, serialNo, privateKeyPem } = this.account;
    const [timestamp, nonce] = [Math.floor(Date.now() / 1000), randomBytes(16).toString('hex')];
    const message = `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
    const signature = createSign('RSA-SHA256').update(message).sign(privateKeyPem, 'base64');
    const response = await fetch(this.baseUrl + target, {
      method,
      headers: {
        authorization: `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serialNo}"`,
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': 'sample-backend',
      },
      ...(body !== '' && { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    // The response of the certificates API is authenticated by the APIv3 key that encrypts it.
    const proved = target === '/v3/certificates' || this.has('believes unsigned answers');
    if (!proved) await this.verify((name) => response.headers.get(name) ?? '', text);
    return JSON.parse(text) as T;
  }

  decrypt<T>({ associated_data = '', nonce, ciphertext }: Encrypted): T {
    return JSON.parse(this.decryptText({ associated_data, nonce, ciphertext })) as T;
  }

  decryptText({ associated_data = '', nonce, ciphertext }: Encrypted): string {
    const bytes = Buffer.from(ciphertext, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.account.apiV3Key, nonce);
    decipher.setAAD(Buffer.from(associated_data));
    decipher.setAuthTag(bytes.subarray(-16));
    return decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
  }

  async fetchCertificates(): Promise<void> {
    const { data } = await this.call<{ data: { serial_no: string; encrypt_certificate: Encrypted }[] }>(
      'GET',
      '/v3/certificates',
    );
    for (const { serial_no, encrypt_certificate } of data) {
      this.certificates.set(serial_no, this.decryptText(encrypt_certificate));
    }
  }

  async verify(header: Header, body: string): Promise<void> {
    if (this.has('does not verify')) return;
    const [timestamp, serial, signature] = ['timestamp', 'serial', 'signature'].map((name) =>
      header(`wechatpay-${name}`),
    );
    if (this.has('lets probes pass') && signature?.startsWith('WECHATPAY/SIGNTEST/')) return;
    const allowedSeconds = this.has('allows ten minutes') ? 600 : 300;
    const old = Math.abs(Date.now() / 1000 - Number(timestamp)) > allowedSeconds;
    if (old && !this.has('ignores the timestamp')) throw new Error('older than five minutes');
    const pems = await this.certificatesFor(serial ?? '');
    const message = `${timestamp}\n${header('wechatpay-nonce')}\n${body}\n`;
    const valid = pems.some((pem) =>
      createVerify('RSA-SHA256')
        .update(message)
        .verify(new X509Certificate(pem).publicKey, signature ?? '', 'base64'),
    );
    if (!valid) throw new Error('bad signature');
  }

  async certificatesFor(serial: string): Promise<string[]> {
    if (!this.certificates.has(serial) && !this.has('keeps its first certificates'))
      await this.fetchCertificates();
    if (this.has('ignores the serial number')) return [...this.certificates.values()];
    return [this.certificates.get(serial)].filter((pem) => pem !== undefined);
  }

  place(token: string): Promise<string> {
    const key = this.has('ignores the request token') ? randomBytes(8).toString('hex') : token;
    const placed = this.byToken.get(key) ?? this.placeNew();
    this.byToken.set(key, placed);
    return placed;
  }

  async placeNew(): Promise<string> {
    let outTradeNo = `B${randomBytes(12).toString('hex')}`;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.prepay(outTradeNo);
        return outTradeNo;
      } catch (error) {
        if (attempt === 2) throw error;
        if (this.has('takes a new number')) outTradeNo = `B${randomBytes(12).toString('hex')}`;
      }
    }
  }

  async prepay(outTradeNo: string): Promise<void> {
    const { appid, mchid } = this.account;
    this.orders.set(outTradeNo, { totalFen: 100, paid: this.has('is paid at once'), effects: 0 });
    await this.call('POST', '/v3/pay/transactions/jsapi', {
      appid,
      mchid,
      description: 'sample',
      out_trade_no: outTradeNo,
      notify_url: this.notifyUrl,
      amount: { total: 100, currency: 'CNY' },
      payer: { openid: 'oSandboxUser0000000000000001' },
    });
  }

  record(payment: Payment, isCallback: boolean): void {
    const order = this.orders.get(payment.out_trade_no);
    if (!order || payment.trade_state !== 'SUCCESS') return;
    if (payment.amount.total !== order.totalFen && !this.has('ignores the amount')) return;
    const isOwn = payment.appid === this.account.appid && payment.mchid === this.account.mchid;
    if (!isOwn && !this.has('ignores the merchant')) return;
    const again = this.has('delivers each callback') || (this.has('delivers late callbacks') && order.found);
    if (order.paid && !(isCallback && again)) return;
    order.found = !isCallback;
    order.paid = true;
    order.effects += 1;
  }

  async isPaid(outTradeNo: string): Promise<boolean> {
    const order = this.orders.get(outTradeNo);
    if (!order || order.paid || this.has('never queries')) return order?.paid ?? false;
    const target = `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${this.account.mchid}`;
    await this.call<Payment>('GET', target).then(
      (payment) => this.record(payment, false),
      () => {},
    );
    return order.paid;
  }

  async refund(outTradeNo: string, amountFen: number): Promise<void> {
    const order = this.orders.get(outTradeNo)!;
    const number = `R${randomBytes(8).toString('hex')}`;
    order.outRefundNo ??= number;
    await this.call('POST', '/v3/refund/domestic/refunds', {
      out_trade_no: outTradeNo,
      out_refund_no: this.has('refunds under a new number') ? number : order.outRefundNo,
      amount: { refund: amountFen, total: order.totalFen, currency: 'CNY' },
    });
  }

  async receive(headers: IncomingHttpHeaders, body: string): Promise<number> {
    await this.verify((name) => String(headers[name] ?? ''), body);
    let payment: Payment;
    try {
      payment = this.decrypt<Payment>((JSON.parse(body) as { resource: Encrypted }).resource);
    } catch (error) {
      if (this.has('acknowledges what it cannot decrypt')) return 204;
      throw error;
    }
    if (this.orders.get(payment.out_trade_no)?.paid && this.has('refuses duplicates')) return 409;
    this.record(payment, true);
    if (this.has('answers late')) await new Promise((resolve) => setTimeout(resolve, 5_300));
    return 204;
  }
}

/** Starts it. `commands` drive it from a shell. */
export async function startBackend(baseUrl: string, account: Account, fault?: BackendFault) {
  const backend = new Backend(baseUrl, account, fault);
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const [, action, first = '', second = ''] = (request.url ?? '').split('/');
    const actions: Record<string, () => Promise<number | string>> = {
      notify: () => backend.receive(request.headers, body),
      place: () => backend.place(first),
      paid: async () => ((await backend.isPaid(first)) ? 'yes' : 402),
      effects: async () => String(backend.orders.get(first)?.effects),
      refund: async () => backend.refund(first, Number(second)).then(() => 'done'),
    };
    const answer = await actions[action ?? '']!().catch(() => (action === 'notify' ? 401 : 500));
    const status = typeof answer === 'number' ? answer : 200;
    response.writeHead(status).end(typeof answer === 'string' ? answer : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  backend.notifyUrl = `${url}/notify`;
  if (!backend.has('does not verify')) await backend.fetchCertificates();
  const curl = 'curl -sS --fail';
  return {
    notifyUrl: backend.notifyUrl,
    commands: {
      place: `${curl} "${url}/place/$REQUEST_TOKEN"`,
      paid: `${curl} "${url}/paid/$OUT_TRADE_NO"`,
      effects: `${curl} "${url}/effects/$OUT_TRADE_NO"`,
      refund: `${curl} "${url}/refund/$OUT_TRADE_NO/$AMOUNT_FEN"`,
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
