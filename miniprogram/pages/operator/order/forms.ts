/** The two forms of an order's page. */
import type { Logistics, ShipOrderRequest } from '../../../../shared/contract/index.ts';
import type { FieldView } from '../../../services/apply/view';
import { amountField, inputField, optionsField } from '../../../services/operator/fields';
import { t } from './texts';

export type Answers = Readonly<Record<string, string>>;
type Errors = Readonly<Record<string, string>>;

export function refundFields({ amount = '', reason = '' }: Answers, errors: Errors): FieldView[] {
  return [
    amountField('amount', t.refundAmount, { value: amount, error: errors.amount ?? errors.amountFen ?? '' }),
    inputField('reason', t.refundReason, {
      value: reason,
      maxLength: 80,
      optional: true,
      error: errors.reason ?? '',
    }),
  ];
}

const ways: readonly Logistics[] = ['express', 'local', 'virtual', 'pickup'];

export function beginShipping(description: string): Answers {
  return { logistics: 'express', itemDesc: description.slice(0, 120) };
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
