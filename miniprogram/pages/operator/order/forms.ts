/** The forms of an order's page. */
import type {
  Logistics,
  OrderShipping,
  RefundOrderRequest,
  ShipOrderRequest,
} from '../../../../shared/contract/index.ts';
import type { FieldView } from '../../../services/apply/view';
import { refundBanks } from '../../../services/operator/banks';
import { amountField, inputField, optionsField, selectField } from '../../../services/operator/fields';
import { t } from './texts';

export type Answers = Readonly<Record<string, string>>;
type Errors = Readonly<Record<string, string>>;

/** @param canAdvance whether the platform may pay it in place of the seller */
export function refundFields(
  { amount = '', reason = '', payer = 'seller' }: Answers,
  errors: Errors,
  canAdvance: boolean,
): FieldView[] {
  const paidBy = optionsField(
    'payer',
    t.refundPayer,
    [
      { value: 'seller', label: t.paidBySeller },
      { value: 'platform', label: t.paidByPlatform },
    ],
    payer,
    { help: t.advanceHelp },
  );
  return [
    amountField('amount', t.refundAmount, { value: amount, error: errors.amount ?? errors.amountFen ?? '' }),
    inputField('reason', t.refundReason, {
      value: reason,
      maxLength: 80,
      optional: true,
      error: errors.reason ?? '',
    }),
    ...(canAdvance ? [paidBy] : []),
  ];
}

/** For a refund that the payer's account does not take. */
export function elsewhereFields(answers: Answers, errors: Errors): FieldView[] {
  const { type = 'USER_BANK_CARD', bankType = '' } = answers;
  const to = optionsField(
    'type',
    t.elsewhereTo,
    [
      { value: 'USER_BANK_CARD', label: t.toPayer },
      { value: 'MERCHANT_BANK_CARD', label: t.toMerchant },
    ],
    type,
    { help: t.elsewhereHelp },
  );
  if (type !== 'USER_BANK_CARD') return [to];
  const typed = (key: string, label: string, more: Partial<FieldView> = {}) =>
    inputField(key, label, { value: answers[key] ?? '', error: errors[key] ?? '', ...more });
  return [
    to,
    selectField('bankType', t.bank, refundBanks, bankType, { error: errors.bankType ?? '' }),
    typed('bankAccount', t.bankAccount, { inputType: 'number', maxLength: 32 }),
    typed('realName', t.realName, { help: t.encryptedHelp }),
  ];
}

export function elsewhereRequest(
  outRefundNo: string,
  { type = 'USER_BANK_CARD', bankType = '', bankAccount = '', realName = '' }: Answers,
): Extract<RefundOrderRequest, { action: 'refundElsewhere' }> {
  const common = { action: 'refundElsewhere', outRefundNo } as const;
  if (type !== 'USER_BANK_CARD') return { ...common, type: 'MERCHANT_BANK_CARD' };
  const card = { bankType, bankAccount: bankAccount.replaceAll(' ', ''), realName: realName.trim() };
  return { ...common, type: 'USER_BANK_CARD', ...card };
}

const ways: readonly Logistics[] = ['express', 'local', 'virtual', 'pickup'];

/** @param shipped as it was shipped before, for the one re-shipment */
export function beginShipping(description: string, shipped?: OrderShipping): Answers {
  const parcel = shipped?.parcels[0];
  return {
    logistics: shipped?.logistics ?? 'express',
    itemDesc: parcel?.itemDesc ?? description.slice(0, 120),
    ...(parcel?.company !== undefined && { company: parcel.company }),
    ...(parcel?.trackingNo !== undefined && { trackingNo: parcel.trackingNo }),
  };
}

export function shipFields(answers: Answers, errors: Errors): FieldView[] {
  const { logistics = 'express', itemDesc = '' } = answers;
  const parcel = (name: string) => errors[`parcels.0.${name}`] ?? '';
  const item = inputField('itemDesc', t.itemDesc, {
    value: itemDesc,
    maxLength: 120,
    error: parcel('itemDesc'),
  });
  const way = optionsField(
    'logistics',
    t.logistics,
    ways.map((value) => ({ value, label: t[value] })),
    logistics,
  );
  if (logistics !== 'express') return [way, item];
  const typed = (key: string, label: string, more: Partial<FieldView> = {}) =>
    inputField(key, label, { value: answers[key] ?? '', error: parcel(key), ...more });
  return [
    way,
    typed('company', t.company, { example: 'SF, ZTO, YTO' }),
    typed('trackingNo', t.trackingNo),
    typed('receiverContact', t.contact, { help: t.contactHelp, optional: true }),
    item,
  ];
}

export function shipRequest(outTradeNo: string, answers: Answers): ShipOrderRequest {
  const { logistics = 'express', itemDesc = '' } = answers;
  const given = (key: string) => {
    const value = answers[key]?.trim();
    return value ? { [key]: value } : {};
  };
  const express =
    logistics === 'express'
      ? { ...given('company'), ...given('trackingNo'), ...given('receiverContact') }
      : {};
  const parcels = [{ ...express, itemDesc: itemDesc.trim() }];
  return { action: 'ship', outTradeNo, logistics: logistics as Logistics, parcels };
}
