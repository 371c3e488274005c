/** Rules about identity documents that need more than one field, in both kinds' own names. */
import type { Json } from './check.ts';
import type { DocumentFamily } from './documents.ts';
import { broken, missing, notApplicable, refused } from './problem.ts';

export interface PersonNames {
  readonly type: string;
  readonly number: string;
  readonly back: string;
}

/** A document's number by the rule of its type, and its back unless it is a passport. */
export function checkDocument(
  person: Json,
  names: PersonNames,
  family: DocumentFamily,
  at: string,
  today: string,
): void {
  const type = person[names.type];
  const number = person[names.number];
  if (typeof number === 'string') {
    const issue = family.numberRules[String(type)]!(number, today);
    if (issue) throw broken(`${at}/${names.number}`, '证件号码', issue);
  }
  if (type !== family.passport && person[names.back] === undefined) {
    throw missing(`${at}/${names.back}`, '证件反面照片');
  }
}

/** 最终受益人: whom the subject needs, how many, each once. */
export function checkBeneficiaries(
  form: Json,
  options: {
    readonly isEnterprise: boolean;
    readonly owner: unknown;
    readonly ownerAt: string;
    readonly listAt: string;
    readonly family: DocumentFamily;
    readonly today: string;
  },
): void {
  const { isEnterprise, owner, ownerAt, listAt, family, today } = options;
  const ubos = form.ubo_info_list as Json[] | undefined;
  if (!isEnterprise) {
    if (owner !== undefined) throw notApplicable(ownerAt, '经营者/法人是否为受益人', '主体类型不为企业');
    if (ubos) throw notApplicable(listAt, '最终受益人信息列表', '主体类型不为企业');
    return;
  }
  if (owner === undefined) throw missing(ownerAt, '经营者/法人是否为受益人');
  if (owner === false && !ubos) throw missing(listAt, '最终受益人信息列表');
  if (owner === true && ubos && ubos.length > 3) {
    throw broken(
      listAt,
      '最终受益人信息列表',
      '经营者/法人是受益人时，最多填写3个其他受益所有人',
      ubos.length,
    );
  }
  for (const [at, ubo] of (ubos ?? []).entries()) {
    const names = { type: 'ubo_id_doc_type', number: 'ubo_id_doc_number', back: 'ubo_id_doc_copy_back' };
    checkDocument(ubo, names, family, `${listAt}/${at}`, today);
  }
  const numbers = (ubos ?? []).map((ubo) => ubo.ubo_id_doc_number);
  if (new Set(numbers).size < numbers.length) throw refused(listAt, 'UBO信息重复提交，请修改');
}
