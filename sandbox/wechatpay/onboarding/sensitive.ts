import type { Text } from '../../text.ts';
import { type ApiContext, ApiProblem, internalCodes } from '../context.ts';

/**
 * Decrypts a sensitive field and, when that fails, refuses with the messages of the onboarding APIs
 * (doc/v3/partner/4013059161, merchant/development/verify-signature-faq): they distinguish a missing header, a wrong
 * serial, a value sent in clear text and a value encrypted for another key.
 */
export function openSecret(context: ApiContext, cipher: string, pointer: string): string {
  if (context.headers.get('wechatpay-serial') === null) {
    const message = 'HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)';
    throw refused(message, pointer, {
      en: 'the header Wechatpay-Serial is missing',
      zh: '缺少请求头 Wechatpay-Serial',
    });
  }
  try {
    return context.decrypt(cipher, pointer);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.message.includes('Wechatpay-Serial错误')) throw error;
    const message = looksEncrypted(cipher) ? '平台私钥解密失败' : '请确认待处理的消息是否为加密后的密文';
    throw refused(message, pointer, error.explanation);
  }
}

/** RSA-2048 gives 256 bytes, 344 characters of base64. */
const looksEncrypted = (cipher: string): boolean => /^[A-Za-z0-9+/]{342}==$/.test(cipher);

function refused(message: string, pointer: string, explanation: Text | undefined): ApiProblem {
  return new ApiProblem(400, 'PARAM_ERROR', message, {
    detail: { field: pointer, location: 'body', issue: message },
    internalCode: internalCodes.badParameter,
    explanation,
  });
}
