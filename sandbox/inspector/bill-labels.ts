/** Names of bills, differences and movements, in both languages. */
import type { Say } from './i18n.ts';
import { lookUp, type Pair } from './labels.ts';

const bills: Record<string, Pair> = {
  trade: ['交易账单', 'Trade bill'],
  fundflow: ['资金账单', 'Fund flow bill'],
  'fundflow-subs': ['二级商户资金账单', 'Fund flow of sub-merchants'],
  'fundflow-sub': ['子商户资金账单', 'Fund flow of a sub-merchant'],
  withdrawals: ['提现异常账单', 'Failed withdrawals'],
};

export function billLabel(type: string, say: Say): string {
  return lookUp(bills, type, say) ?? type;
}

const differences: Record<string, Pair> = {
  NOT_RECORDED: ['账单有，本地没有', 'In the bill, not here'],
  NOT_BILLED: ['本地有，账单没有', 'Here, not in the bill'],
  OTHER_AMOUNT: ['金额不一致', 'Different amount'],
  OTHER_ORDER: ['订单不一致', 'Different order'],
  BILLED_TWICE: ['账单中重复', 'Twice in the bill'],
  UNKNOWN_TYPE: ['未知业务类型', 'Unknown type'],
  NOT_CONFIRMED: ['账单列为提现异常，查询未证实', 'Failed in the bill, not confirmed by the query'],
  UNREADABLE: ['账单无法使用', 'Unusable file'],
};

export function differenceLabel(kind: string, say: Say): string {
  return lookUp(differences, kind, say) ?? kind;
}

const movements: Record<string, Pair> = {
  PAYMENT: ['付款', 'payment'],
  REFUND: ['退款', 'refund'],
  FEE: ['手续费', 'fee'],
  FEE_RETURN: ['退还手续费', 'fee returned'],
  SHARE: ['分账', 'share'],
  SHARE_RETURN: ['分账回退', 'share returned'],
  SUBSIDY: ['补差', 'subsidy'],
  SUBSIDY_RETURN: ['补差回退', 'subsidy returned'],
  AFTER_SALES: ['售后服务分账', 'after-sales fee'],
  TRANSFER: ['商家转账', 'transfer'],
  WITHDRAWAL: ['提现', 'withdrawal'],
  WITHDRAWAL_RETURN: ['提现退回', 'withdrawal returned'],
  REFUND_CLOSED: ['退款关闭', 'refund closed'],
  TRANSFER_FAILED: ['转账失败退回', 'failed transfer returned'],
};

export function movementLabel(kind: string, say: Say): string {
  return lookUp(movements, kind, say) ?? kind;
}

/** Business types of a bill, in WeChat Pay's words, of lines without a record on our side. */
const outsideTypes: Record<string, Pair> = {
  充值: ['充值', 'top-ups'],
  分账: ['分账', 'shares received'],
  分账回退: ['分账回退', 'shares returned'],
  补差: ['补差', 'subsidies'],
  补差回退: ['补差回退', 'subsidies returned'],
  售后服务分账: ['售后服务分账', 'after-sales fees'],
  垫付退款回补: ['垫付退款回补', 'advances returned'],
};

export function outsideLabel(type: string, say: Say): string {
  return lookUp(outsideTypes, type, say) ?? type;
}
