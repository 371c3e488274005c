/** The path of a callback: from the address to payNotify, and from WeChat Pay to what payNotify recorded. */
import type { Text } from '../../env/text.ts';
import type { Finding, Level } from '../finding.ts';
import type { LiveAccount } from './account.ts';
import { type CallbackProbe, probeCallback } from './callback-probe.ts';

const variable = 'WECHATPAY_NOTIFY_URL';

export async function checkCallbackAddress(url: string): Promise<Finding[]> {
  return explainProbe(url, await probeCallback(url));
}

/** How long WeChat Pay is given to call: the first attempt follows at once. */
const waitMs = 30_000;
const pauseMs = 1_000;

/** Called after the test was sent with notify_url. */
export async function checkCallbackArrived(
  { kind }: LiveAccount,
  recorded: (() => Promise<boolean>) | undefined,
  sleep: (ms: number) => Promise<void>,
): Promise<Finding> {
  if (!recorded) return lookAtTheLog(kind);
  for (let waitedMs = 0; waitedMs < waitMs; waitedMs += pauseMs) {
    if (await recorded()) return arrived(kind);
    await sleep(pauseMs);
  }
  return notArrived(kind);
}

function explainProbe(url: string, probe: CallbackProbe): Finding[] {
  switch (probe.kind) {
    case 'own':
      return [
        finding('callback-reachable', 'info', {
          what: { zh: `${url} 由 payNotify 应答。`, en: `payNotify answers at ${url}.` },
          why: { zh: '未签名的请求被它拒绝（401）。', en: 'It refused an unsigned request with 401.' },
          fix: { zh: '无需处理。', en: 'Nothing to do.' },
        }),
      ];
    case 'own-failing':
      return [ownFailing(url, probe.status, probe.message)];
    case 'redirect':
      return [redirected(url, probe.status, probe.location)];
    case 'elsewhere':
      return [elsewhere(url, probe.status, probe.said)];
    case 'unreachable':
      return [unreachable(url, probe.reason)];
  }
}

function ownFailing(url: string, status: number, message: string): Finding {
  return finding('callback-account-unknown', 'error', {
    what: {
      zh: `${url} 到达了 payNotify，但它应答 ${status}（${message}）。`,
      en: `${url} reaches payNotify, but it answers ${status} (${message}).`,
    },
    why: {
      zh: '部署的 payNotify 没有这个账号的变量，或变量有误；详情见它的日志。',
      en: 'The deployed payNotify lacks the variables of this account, or they are wrong; its log says which.',
    },
    fix: {
      zh: '重新部署：npm run deploy -- payNotify；再看 npm run doctor -- --cloud。',
      en: 'Deploy it again: npm run deploy -- payNotify; then see npm run doctor -- --cloud.',
    },
  });
}

function redirected(url: string, status: number, location: string): Finding {
  return finding('callback-redirects', 'error', {
    what: {
      zh: `${url} 重定向（${status}）到 ${location}。`,
      en: `${url} redirects (${status}) to ${location}.`,
    },
    why: { zh: '微信支付不跟随重定向。', en: 'WeChat Pay follows no redirect.' },
    fix: {
      zh: '直接填写最终地址（例如 https 而非 http、带或不带 www）。',
      en: 'Set the final address (https instead of http, with or without www).',
    },
  });
}

function elsewhere(url: string, status: number, said: string): Finding {
  return finding('callback-elsewhere', 'error', {
    what: {
      zh: `${url} 应答的不是 payNotify（${status}：${said}）。`,
      en: `What answers at ${url} is not payNotify (${status}: ${said}).`,
    },
    why: {
      zh: '域名指向别处，HTTP 访问路径没有关联 payNotify，或路径开启了鉴权。',
      en: 'The domain leads somewhere else, the HTTP access path is not connected to payNotify, or it demands a login.',
    },
    fix: {
      zh: '执行 npm run provision 建立路径（不鉴权），并核对域名。',
      en: 'Run npm run provision, which sets up the path without a login, and check the domain.',
    },
  });
}

function unreachable(url: string, reason: string): Finding {
  return finding('callback-unreachable', 'error', {
    what: { zh: `连接不上 ${url}（${reason}）。`, en: `${url} cannot be reached (${reason}).` },
    why: {
      zh: '域名没有解析、证书无效，或服务没有启动；微信支付也会连接不上。',
      en: 'The domain does not resolve, its certificate is invalid, or nothing listens there; WeChat Pay cannot reach it either.',
    },
    fix: {
      zh: '检查域名解析与 HTTPS 证书；在云开发控制台「HTTP 访问服务」确认已开启。',
      en: 'Check DNS and the HTTPS certificate, and that HTTP 访问服务 is switched on in the CloudBase console.',
    },
  });
}

function arrived(kind: string): Finding {
  return finding('callback-arrived', 'info', {
    what: {
      zh: `测试回调已到达并被记录（${kind}），APIv3 密钥正确。`,
      en: `The test callback arrived and was recorded (${kind}): the API v3 key is right.`,
    },
    why: { zh: '它已验签并解密。', en: 'It was verified and decrypted.' },
    fix: { zh: '无需处理。', en: 'Nothing to do.' },
  });
}

function notArrived(kind: string): Finding {
  return finding('callback-not-recorded', 'error', {
    what: {
      zh: `30 秒内没有记录到测试回调（${kind}）。`,
      en: `No test callback was recorded within 30 seconds (${kind}).`,
    },
    why: {
      zh: '回调没有到达，或到达后无法验签、解密：部署的 APIv3 密钥或公钥与本机不同，或不正确。',
      en: 'It did not arrive, or could not be verified or decrypted: the deployed API v3 key or public key differs from the local one, or is wrong.',
    },
    fix: {
      zh: '查看 payNotify 的日志（event = notification.refused 会写明原因），并执行 npm run doctor -- --cloud。',
      en: 'Look at the log of payNotify (event = notification.refused says why), and run npm run doctor -- --cloud.',
    },
  });
}

function lookAtTheLog(kind: string): Finding {
  return finding('callback-requested', 'info', {
    what: {
      zh: `已请求测试回调（${kind}）。在 payNotify 的日志中应看到 event = notification、eventType = SECURITY_ECHO.SUCCESS；加上 --cloud 会自动确认。`,
      en: `A test callback was asked for (${kind}). The log of payNotify should show event = notification, eventType = SECURITY_ECHO.SUCCESS; with --cloud this is looked up for you.`,
    },
    why: { zh: '它用于验证 APIv3 密钥与回调链路。', en: 'It verifies the API v3 key and the callback path.' },
    fix: {
      zh: '执行：npm run doctor -- --live --callback --cloud',
      en: 'Run: npm run doctor -- --live --callback --cloud',
    },
  });
}

function finding(id: string, level: Level, texts: { what: Text; why: Text; fix: Text }): Finding {
  return { id, level, variable, ...texts };
}
