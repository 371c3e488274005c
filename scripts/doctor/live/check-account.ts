/**
 * Proves the keys of an account at WeChat Pay without money: 商户签名验签/加解密测试.
 * https://pay.weixin.qq.com/doc/v3/merchant/4014551946
 */

import { randomBytes } from 'node:crypto';
import { variableOf } from '../../../shared/cloudbase/accounts.ts';
import { openCertificates } from '../../../shared/wechatpay/crypto/certificate-items.ts';
import { WechatpayError } from '../../../shared/wechatpay/errors.ts';
import { downloadCertificates } from '../../../shared/wechatpay/http/certificates.ts';
import type { Finding } from '../finding.ts';
import type { LiveAccount } from './account.ts';
import { apiV3KeyWrong, explainFailure } from './failures.ts';

/** Stops at the first thing that is wrong: what comes after depends on it. */
export async function checkAccount(account: LiveAccount, notifyUrl?: string): Promise<Finding[]> {
  try {
    const message = `doctor ${randomBytes(8).toString('hex')}`;
    const answer = await account.client.request('POST /v3/security/echo', {
      echo_message: message,
      encrypted_echo_message: message,
      ...(notifyUrl !== undefined && { notify_url: notifyUrl }),
    });
    if (answer.echo_message !== message || answer.encrypted_echo_message !== message) return [notEchoed()];
  } catch (error) {
    return [explainFailure(account, error)];
  }
  return [proven(account), await checkApiV3Key(account)];
}

/** Only the download of platform certificates proves the API v3 key without a callback. */
async function checkApiV3Key(account: LiveAccount): Promise<Finding> {
  const variable = variableOf(account.kind, 'API_V3_KEY');
  try {
    openCertificates(await downloadCertificates(account.client), account.client.account.apiV3Key);
    return {
      id: 'live-api-v3-key-proven',
      level: 'info',
      variable,
      what: { zh: 'APIv3 密钥正确。', en: 'The API v3 key is right.' },
      why: { zh: '它解开了微信支付加密的平台证书。', en: 'It decrypted the platform certificates.' },
      fix: nothing,
    };
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (error.code === 'DECRYPT_FAILED') return { ...apiV3KeyWrong(), level: 'error', variable };
    if (error.code !== 'CERTIFICATES_NOT_AVAILABLE') return explainFailure(account, error);
    return {
      id: 'live-api-v3-key-unproven',
      level: 'info',
      variable,
      what: {
        zh: 'APIv3 密钥尚未验证：该商户没有平台证书，只能通过回调验证（--callback）。',
        en: 'The API v3 key is not verified: this merchant has no platform certificates, so only a callback can verify it (--callback).',
      },
      why: {
        zh: 'APIv3 密钥只用于解密平台证书和回调。',
        en: 'It only decrypts platform certificates and callbacks.',
      },
      fix: {
        zh: '执行：npm run doctor -- --live --callback',
        en: 'Run: npm run doctor -- --live --callback',
      },
    };
  }
}

const nothing = { zh: '无需处理。', en: 'Nothing to do.' };

function proven({ mchid, kind }: LiveAccount): Finding {
  return {
    id: 'live-keys-proven',
    level: 'info',
    variable: variableOf(kind, 'PRIVATE_KEY'),
    what: {
      zh: `商户 ${mchid}（${kind}）：签名、验签与双向加密均通过。`,
      en: `Merchant ${mchid} (${kind}): signing, verifying and encryption both ways work.`,
    },
    why: {
      zh: '微信支付接受了签名，应答已验签，加密字段双向解密一致。',
      en: 'WeChat Pay accepted the signature, its answer verified, and the encrypted field came back the same.',
    },
    fix: nothing,
  };
}

function notEchoed(): Finding {
  return {
    id: 'live-not-echoed',
    level: 'error',
    what: { zh: '应答与发送的内容不同。', en: 'What came back is not what was sent.' },
    why: {
      zh: '签名有效但内容被改动，中间有代理在改写请求。',
      en: 'The signatures are valid but the content was changed: something on the way rewrites requests.',
    },
    fix: { zh: '检查代理与网关。', en: 'Check proxies and gateways.' },
  };
}
