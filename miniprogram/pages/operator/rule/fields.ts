/** What the form of a sharing rule looks like. */
import type { ManagedSeller, ProductView, ShareReceiver } from '../../../../shared/contract/index.ts';
import type { FieldView } from '../../../services/apply/view';
import { amountField, inputField, optionsField, selectField } from '../../../services/operator/fields';
import { keyOf, type ReceiverInput, type RuleInput } from './form';
import { t } from './texts';

export interface Choices {
  readonly sellers: readonly ManagedSeller[];
  readonly products: readonly ProductView[];
  readonly receivers: readonly (ShareReceiver & { readonly relation: string })[];
  /** Of new receivers. */
  readonly types: readonly string[];
  readonly relations: readonly string[];
}

type Errors = Readonly<Record<string, string>>;

const number = { inputType: 'number', maxLength: 3 } as const;

/** Which orders, and when. @param isNew only then which orders can be chosen: a rule of others is another rule */
export function ruleFields(
  input: RuleInput,
  { sellers, products }: Choices,
  errors: Errors,
  isNew: boolean,
): FieldView[] {
  const { sellerId, productId, after, days, freeAfterDays, onFailure } = input;
  const options = (values: readonly ('PAYMENT' | 'SHIPPING' | 'RECEIPT' | 'HOLD' | 'FREE')[]) =>
    values.map((value) => ({ value, label: t[value] }));
  const sellerOptions = sellers.map((each) => ({ value: each.sellerId, label: each.name }));
  const productOptions = products.map((each) => ({ value: each.productId, label: each.title }));
  const whose = [
    selectField('sellerId', t.seller, [{ value: '', label: t.own }, ...sellerOptions], sellerId),
    {
      ...selectField(
        'productId',
        t.product,
        [{ value: '', label: t.everything }, ...productOptions],
        productId,
      ),
      error: errors.productId ?? '',
    },
  ];
  return [
    ...(isNew ? whose : []),
    optionsField('after', t.after, options(['PAYMENT', 'SHIPPING', 'RECEIPT']), after),
    inputField('days', t.days, { ...number, value: days, help: t.daysHelp, error: errors.days ?? '' }),
    inputField('freeAfterDays', t.freeAfterDays, {
      ...{ ...number, value: freeAfterDays, error: errors.freeAfterDays ?? '' },
    }),
    optionsField('onFailure', t.onFailure, options(['HOLD', 'FREE']), onFailure),
  ];
}

/** @param index of the receiver; its keys are `receivers.INDEX.name` */
export function receiverFields(
  { account, unit, value, description }: ReceiverInput,
  index: number,
  { receivers }: Choices,
  errors: Errors,
): FieldView[] {
  const at = `receivers.${index}`;
  const error = (name: string) => errors[`${at}.${name}`] ?? '';
  const known = receivers.map((each) => ({
    value: keyOf(each),
    label: each.relation === 'PLATFORM' ? `${t.platform} ${each.account}` : each.account,
  }));
  const units = [
    { value: 'percent', label: t.percent },
    { value: 'fixed', label: t.fixed },
  ];
  return [
    { ...selectField(`${at}.account`, t.account, known, account), error: error('account') },
    optionsField(`${at}.unit`, t.unit, units, unit),
    unit === 'percent'
      ? amountField(`${at}.value`, t.percentValue, { value, example: '15', error: error('part') })
      : amountField(`${at}.value`, t.fixedValue, { value, help: t.fixedHelp, error: error('part') }),
    inputField(`${at}.description`, t.description, {
      ...{ value: description, maxLength: 80, error: error('description') },
    }),
  ];
}

export type NewReceiverInput = Readonly<
  Record<'type' | 'account' | 'name' | 'relation' | 'customRelation', string>
>;

export function newReceiverFields(
  { type, account, name, relation, customRelation }: NewReceiverInput,
  { types, relations }: Choices,
  errors: Errors,
): FieldView[] {
  const options = (values: readonly string[]) => values.map((value) => ({ value, label: nameOf(value) }));
  const input = (key: string, label: string, more: Partial<FieldView>) =>
    inputField(`new.${key}`, label, { error: errors[key] ?? '', ...more });
  return [
    optionsField('new.type', t.type, options(types), type),
    input('account', t.newAccount, { value: account }),
    ...(type === 'MERCHANT_ID'
      ? [input('name', t.name, { value: name, help: t.nameHelp, maxLength: 100 })]
      : []),
    {
      ...selectField('new.relation', t.relation, options(relations), relation),
      error: errors.relation ?? '',
    },
    ...(relation === 'CUSTOM'
      ? [input('customRelation', t.customRelation, { value: customRelation, maxLength: 10 })]
      : []),
  ];
}

/** Of a kind or a relation; one that is new at WeChat Pay is shown as it is. */
function nameOf(value: string): string {
  return (t as Readonly<Record<string, string>>)[value] ?? value;
}
