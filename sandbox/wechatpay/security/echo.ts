import { type ApiContext, checkFields, type Endpoint, type Fields, field } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { notifyUrl } from '../orders/schemas.ts';
import { accountKinds } from '../state/merchants.ts';

/** The page gives no lengths; the clear text fits one block of RSA-2048 with OAEP (214 bytes). */
const fields: Fields = {
  notify_url: { ...notifyUrl, optional: true },
  echo_message: field.string('回显信息', { min: 1, max: 2048 }),
  encrypted_echo_message: field.string('加密测试字段', {
    min: 1,
    max: 214,
    unit: 'byte',
    sensitive: true,
    optional: true,
  }),
};

interface EchoRequest {
  notify_url?: string;
  echo_message: string;
  encrypted_echo_message?: string;
}

/** What was sent comes back; what was encrypted for the platform comes back encrypted for the merchant. */
function echo(context: ApiContext) {
  requirePlatformKey(context);
  const request = checkFields(fields, context.body, {
    location: 'body',
    decrypt: context.decrypt,
  }) as unknown as EchoRequest;
  const encrypted = request.encrypted_echo_message;
  if (request.notify_url !== undefined) notify(context, request.notify_url, request.echo_message);
  return {
    echo_message: request.echo_message,
    ...(encrypted !== undefined && { encrypted_echo_message: context.encryptForMerchant(encrypted) }),
  };
}

/** Wechatpay-Serial is required here, even when nothing is encrypted. */
function requirePlatformKey(context: ApiContext): void {
  const serial = context.headers.get('wechatpay-serial');
  if (serial !== null && context.state.platform.byId(serial)) return;
  throw new ApiProblem(400, 'PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误', {
    detail: { field: 'Wechatpay-Serial', value: serial, issue: 'names no platform key', location: 'header' },
    explanation:
      serial === null
        ? {
            en: 'the header Wechatpay-Serial is missing: name the platform certificate or the public key id',
            zh: '缺少请求头 Wechatpay-Serial：请填写平台证书序列号或微信支付公钥 ID',
          }
        : {
            en: `${serial} is no platform key in force`,
            zh: `${serial} 不是有效的平台证书序列号或微信支付公钥 ID`,
          },
  });
}

function notify(context: ApiContext, url: string, message: string): void {
  context.notify({
    eventType: 'SECURITY_ECHO.SUCCESS',
    originalType: 'security_echo',
    summary: '回显成功',
    outTradeNo: '',
    mchid: context.merchant.mchid,
    url,
    resource: { echo_message: message },
  });
}

/** 商户签名验签/加解密测试: doc/v3/merchant/4014551946, doc/v3/partner/4015139289. */
export const echoEndpoints: readonly Endpoint[] = [
  {
    name: '商户签名验签/加解密测试',
    method: 'POST',
    path: '/v3/security/echo',
    bodyKind: 'json',
    roles: accountKinds,
    handle: (context) => ({ body: echo(context) }),
  },
];
