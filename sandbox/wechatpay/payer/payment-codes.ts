/** The code that a payer shows at a till (付款码): 18 digits, valid once and for one minute. */
import type { Text } from '../../text.ts';
import { ApiProblem, type SimulatorContext } from '../context.ts';
import { usualOpenid } from './pay.ts';

interface PaymentCode {
  readonly openid: string;
  /** The payer must enter a password first. */
  readonly password: boolean;
  readonly expiresAtMs: number;
  spent: boolean;
}

/** 18 digits that begin with 10 to 15: pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=5_1. */
const form = /^1[0-5]\d{16}$/;
const validMs = 60_000;
/** Codes that are kept, to refuse one that was used or is too old; beyond it the oldest are forgotten. */
export const mostPaymentCodes = 1_000;

const codesOf = ({ state }: SimulatorContext) => state.slot<PaymentCode>('payment_codes');

export function showPaymentCode(
  context: SimulatorContext,
  given: { readonly openid?: string | undefined; readonly password?: boolean | undefined },
): { authCode: string; openid: string; expiresAtMs: number } {
  const { state, clock } = context;
  const authCode = `13${state.random.digits(16)}`;
  const code = {
    openid: given.openid ?? usualOpenid,
    password: given.password === true,
    expiresAtMs: clock.now() + validMs,
    spent: false,
  };
  keep(context, authCode, code);
  return { authCode, openid: code.openid, expiresAtMs: code.expiresAtMs };
}

/**
 * Redeems a code. A well-formed code that no phone showed is accepted too, so that a till can be tested alone.
 * @throws ApiProblem for a malformed, expired or used code.
 */
export function takePaymentCode(
  context: SimulatorContext,
  authCode: string,
): { readonly openid: string; readonly password: boolean } {
  if (!form.test(authCode)) {
    throw refused('请扫描微信支付被扫条码/二维码', {
      en: `${authCode.length} characters; a code is 18 digits from 10… to 15…`,
      zh: `收到 ${authCode.length} 个字符；付款码为 18 位数字，以 10 至 15 开头`,
    });
  }
  const codes = codesOf(context);
  const known = codes.get(authCode);
  const spent: PaymentCode = { openid: usualOpenid, password: false, expiresAtMs: 0, ...known, spent: true };
  if (known?.spent)
    throw refused('付款码已使用，请用户刷新后再试', {
      en: 'the code was used before',
      zh: '该付款码已经用过',
    });
  if (known && context.clock.now() >= known.expiresAtMs) {
    throw refused('付款码已过期，请用户在微信上刷新后再试', {
      en: 'the code is older than a minute of the clock',
      zh: '按沙箱时钟，该付款码已超过一分钟',
    });
  }
  keep(context, authCode, spent);
  return spent;
}

function keep(context: SimulatorContext, authCode: string, code: PaymentCode): void {
  const codes = codesOf(context);
  codes.set(authCode, code);
  for (const oldest of codes.keys()) {
    if (codes.size <= mostPaymentCodes) break;
    codes.delete(oldest);
  }
}

/** **Own**: the code INVALID_REQUEST; the wordings are those of the older API. */
function refused(message: string, explanation: Text): ApiProblem {
  return new ApiProblem(400, 'INVALID_REQUEST', message, { explanation });
}
