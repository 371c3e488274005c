/** Groups of fields that both kinds of application have, under names that differ. */
import type { Pair } from '../../i18n/index';
import { financeTypes, passport } from './options';
import { type Field, type Option, text, type Values } from './types';

type When = (values: Values) => boolean;

export function photo(key: string, label: Pair, more: Partial<Field> = {}): Field {
  return { key, kind: 'photo', label, ...more };
}

export function period(begin: string, end: string, of: Pair, more: Partial<Field> = {}): Field[] {
  const [zh, en] = of;
  return [
    { key: begin, kind: 'date', label: [`${zh}有效期开始`, `${en} valid from`], compares: [end], ...more },
    {
      key: end,
      kind: 'date-end',
      label: [`${zh}有效期结束`, `${en} valid until`],
      compares: [begin],
      ...more,
    },
  ];
}

/** @param prefix path before the names, with its dot; empty at the top */
export function financeFields(prefix: string, when: When): Field[] {
  const key = `${prefix}finance_institution`;
  const isFinance: When = (values) => when(values) && values[key] === true;
  return [
    { key, kind: 'yesno', label: ['是金融机构', 'A financial institution'], when, optional: true },
    {
      key: `${key}_info.finance_type`,
      kind: 'choice',
      label: ['金融机构类型', 'Kind of institution'],
      options: financeTypes,
      when: isFinance,
    },
    {
      key: `${key}_info.finance_license_pics`,
      kind: 'photos',
      most: 5,
      label: ['金融许可证', 'Financial licences'],
      when: isFinance,
    },
  ];
}

/** What an agent (经办人) who is the administrator must provide: a document, and a letter of authority. */
export function agentFields([begin, end]: readonly [string, string], isAgent: When): Field[] {
  const contact = (name: string) => `contact_info.${name}`;
  const hasBack: When = (values) =>
    isAgent(values) && text(values, contact('contact_id_doc_type')) !== passport;
  return [
    photo(contact('contact_id_doc_copy'), ['管理员证件正面', "Administrator's document, front"], {
      when: isAgent,
    }),
    photo(contact('contact_id_doc_copy_back'), ['管理员证件反面', "Administrator's document, back"], {
      when: hasBack,
    }),
    ...period(contact(begin), contact(end), ['管理员证件', "Administrator's document"], { when: isAgent }),
    photo(contact('business_authorization_letter'), ['业务办理授权函', 'Letter of authority'], {
      when: isAgent,
    }),
  ];
}

interface HolderNames {
  /** Path before the names, with its dot; empty at the top. */
  readonly prefix: string;
  readonly mainland: string;
  readonly cardBegin: string;
  readonly cardEnd: string;
  readonly documents: (values: Values) => readonly Option[];
  /** The form asks for the home address (特约商户, enterprises). */
  readonly address?: When;
  /** The person's document is not asked for: an agent's letter replaces it. */
  readonly byLetter: When;
}

/** 经营者/法人证件: an ID card, or another document with its own fields. */
export function holderFields({ prefix, mainland, byLetter, address, ...names }: HolderNames): Field[] {
  const type = `${prefix}id_doc_type`;
  const isCard: When = (values) => !byLetter(values) && (text(values, type) || mainland) === mainland;
  const isOther: When = (values) => !byLetter(values) && !isCard(values);
  const card = `${prefix}id_card_info.`;
  const other = `${prefix}id_doc_info.`;
  const addressOf = (key: string, when: When): Field[] =>
    address
      ? [
          {
            key,
            kind: 'text',
            label: ['证件居住地址', 'Home address'],
            when: (values) => when(values) && address(values),
          },
        ]
      : [];
  return [
    {
      key: type,
      kind: 'choice',
      label: ['证件类型', 'Document'],
      options: names.documents,
      when: (values) => !byLetter(values),
    },
    photo(`${card}id_card_copy`, ['身份证人像面', 'ID card, portrait side'], { when: isCard }),
    photo(`${card}id_card_national`, ['身份证国徽面', 'ID card, emblem side'], { when: isCard }),
    {
      key: `${card}id_card_name`,
      kind: 'text',
      label: ['姓名', 'Name'],
      help: ['与身份证一致', 'As on the ID card'],
      when: isCard,
    },
    { key: `${card}id_card_number`, kind: 'idcard', label: ['身份证号码', 'ID number'], when: isCard },
    ...addressOf(`${card}id_card_address`, isCard),
    ...period(card + names.cardBegin, card + names.cardEnd, ['身份证', 'ID card'], { when: isCard }),
    photo(`${other}id_doc_copy`, ['证件正面', 'Document, front'], { when: isOther }),
    photo(`${other}id_doc_copy_back`, ['证件反面', 'Document, back'], {
      when: (values) => isOther(values) && text(values, type) !== passport,
    }),
    {
      key: `${other}id_doc_name`,
      kind: 'text',
      label: ['姓名', 'Name'],
      help: ['与证件一致', 'As on the document'],
      when: isOther,
    },
    { key: `${other}id_doc_number`, kind: 'text', label: ['证件号码', 'Document number'], when: isOther },
    ...addressOf(`${other}id_doc_address`, isOther),
    ...period(`${other}doc_period_begin`, `${other}doc_period_end`, ['证件', 'Document'], { when: isOther }),
  ];
}

/** Name on the person's document, for the fields that must repeat it. */
export function holderName(values: Values, prefix: string): string | undefined {
  return (
    text(values, `${prefix}id_card_info.id_card_name`) ||
    text(values, `${prefix}id_doc_info.id_doc_name`) ||
    undefined
  );
}

/** 最终受益人: up to four, when the legal person is not the only one. */
export function ownerFields(
  ownerKey: string,
  list: string,
  periodNames: readonly [string, string],
  isEnterprise: When,
  documents: readonly Option[],
): Field[] {
  const count = (values: Values) => Number(text(values, '_owners') || '1');
  const asked: When = (values) => isEnterprise(values) && values[ownerKey] === false;
  const of = (index: number): Field[] => {
    const at = (name: string) => `${list}.${index}.${name}`;
    const when: When = (values) => asked(values) && index < count(values);
    const nth: Pair = [`受益人 ${index + 1} `, `Owner ${index + 1}: `];
    const label = (zh: string, en: string): Pair => [nth[0] + zh, nth[1] + en];
    return [
      {
        key: at('ubo_id_doc_type'),
        kind: 'choice',
        label: label('证件类型', 'document'),
        options: documents,
        when,
      },
      photo(at('ubo_id_doc_copy'), label('证件正面', 'front'), { when }),
      photo(at('ubo_id_doc_copy_back'), label('证件反面', 'back'), {
        when: (values) => when(values) && text(values, at('ubo_id_doc_type')) !== passport,
      }),
      { key: at('ubo_id_doc_name'), kind: 'text', label: label('姓名', 'name'), when },
      { key: at('ubo_id_doc_number'), kind: 'text', label: label('证件号码', 'number'), when },
      { key: at('ubo_id_doc_address'), kind: 'text', label: label('居住地址', 'home address'), when },
      ...period(at(periodNames[0]), at(periodNames[1]), [nth[0], nth[1].trimEnd()], { when }),
    ];
  };
  return [
    {
      key: ownerKey,
      kind: 'yesno',
      label: ['法人是最终受益人', 'The legal representative is the beneficial owner'],
      help: ['受益人：直接或间接持有 25% 以上股份的人', 'Somebody who holds 25 % or more of the shares'],
      when: isEnterprise,
    },
    {
      key: '_owners',
      kind: 'choice',
      label: ['最终受益人人数', 'How many beneficial owners'],
      options: ['1', '2', '3', '4'].map((value) => ({ value, label: [value, value] as Pair })),
      when: asked,
      recall: (values) => {
        const given = Object.keys(values).filter((key) => key.startsWith(`${list}.`));
        const last = Math.max(0, ...given.map((key) => Number(key.slice(list.length + 1).split('.')[0]) + 1));
        return last > 0 ? String(last) : undefined;
      },
      reports: [list],
    },
    ...[0, 1, 2, 3].flatMap(of),
  ];
}

interface AccountNames {
  readonly prefix: string;
  readonly corporate: string;
  readonly personal: string;
  readonly allowed: (values: Values) => readonly Option[];
  readonly suggestName: (values: Values) => string | undefined;
  /** 证明材料 may be attached, so that the account may be in another name. */
  readonly mayDiffer: When;
}

/** 结算账户. */
export function accountFields({ prefix, allowed, suggestName, mayDiffer }: AccountNames): Field[] {
  const at = (name: string) => prefix + name;
  const other = (values: Values) => mayDiffer(values) && values._account_differs === true;
  return [
    { key: at('bank_account_type'), kind: 'choice', label: ['账户类型', 'Account type'], options: allowed },
    {
      key: at('account_name'),
      kind: 'text',
      label: ['开户名称', 'Account holder'],
      help: [
        '对公账户填商户名称，个人账户填经营者姓名',
        "The merchant's name, or the operator's for a personal account",
      ],
      suggest: suggestName,
      compares: [at('bank_account_type'), '_account_differs'],
    },
    { key: at('account_bank'), kind: 'bank', label: ['开户银行', 'Bank'] },
    { key: at('bank_address_code'), kind: 'city', label: ['开户城市', 'City of the bank'] },
    {
      key: at('bank_branch_id'),
      kind: 'branch',
      label: ['开户支行', 'Branch'],
      when: (values) => values._needs_branch === true,
      reports: [at('bank_name')],
    },
    { key: at('account_number'), kind: 'digits', label: ['银行账号', 'Account number'] },
    {
      key: '_account_differs',
      kind: 'yesno',
      label: ['账户户名与商户名称不同', 'The account has another name'],
      when: mayDiffer,
      recall: (values) => at('account_cert_info.settlement_cert_pic') in values || undefined,
      optional: true,
    },
    photo(at('account_cert_info.settlement_cert_pic'), ['结算证明函', 'Settlement letter'], { when: other }),
    photo(at('account_cert_info.relation_cert_pic'), ['关系证明函', 'Relation letter'], { when: other }),
    {
      key: at('account_cert_info.other_cert_pics'),
      kind: 'photos',
      label: ['其他补充证明', 'Other proof'],
      most: 3,
      when: other,
    },
  ];
}
