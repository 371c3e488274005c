/** Rules on values in clear. Each follows a sentence of the official pages; merchants see the messages. */

/** Says what is wrong with a value, or nothing. `today` is `YYYY-MM-DD` in China. */
export type ClearRule = (value: string, today: string) => string | undefined;

const characters = (value: string): number => [...value].length;

/** A calendar day that exists, written `YYYY-MM-DD`. */
const isDay = (value: string): boolean => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

export const forever = '长期';

const dayRule: ClearRule = (value) => (isDay(value) ? undefined : '日期格式错误，请按照YYYY-MM-DD填写');

export const beginRule: ClearRule = (value, today) =>
  dayRule(value, today) ?? (value > today ? '有效期开始时间不能晚于当前日期' : undefined);

/**
 * 开始时间不能小于1900-01-01，不能大于等于当前日期: applies to a person's document, but not to a licence, for which the page has no such
 * rule.
 */
export const documentBeginRule: ClearRule = (value, today) => {
  const issue = dayRule(value, today);
  if (issue) return issue;
  if (value < '1900-01-01') return '有效期开始时间不能小于1900-01-01';
  return value >= today ? '有效期开始时间不能大于等于当前日期' : undefined;
};

export const endRule: ClearRule = (value, today) => {
  if (value === forever) return undefined;
  return dayRule(value, today) ?? (value < today ? '证件已过有效期' : undefined);
};

/** `["2014-01-01","长期"]`: business_time travels as the text of a JSON array. */
export const periodTextRule: ClearRule = (value, today) => {
  let pair: unknown;
  try {
    pair = JSON.parse(value);
  } catch {
    return '需为JSON格式，例如["2014-01-01","长期"]';
  }
  if (!Array.isArray(pair) || pair.length !== 2) return '需为两个日期，例如["2014-01-01","长期"]';
  const [begin, end]: unknown[] = pair;
  if (typeof begin !== 'string' || typeof end !== 'string') return '需为两个日期，例如["2014-01-01","长期"]';
  return (
    beginRule(begin, today) ??
    endRule(end, today) ??
    (end !== forever && end <= begin ? '结束时间需大于开始时间' : undefined)
  );
};

const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643-1999: the birth day exists and the last character is the ISO 7064 mod 11-2 check. */
export const idCardRule: ClearRule = (value, today) => {
  const wrong = '身份证号码格式错误，应为17位数字+1位数字|X';
  if (!/^\d{17}[\dX]$/.test(value)) return wrong;
  const birth = `${value.slice(6, 10)}-${value.slice(10, 12)}-${value.slice(12, 14)}`;
  if (!isDay(birth) || birth > today) return wrong;
  const sum = idWeights.reduce((total, weight, at) => total + weight * Number(value[at]), 0);
  return '10X98765432'[sum % 11] === value[17] ? undefined : '身份证号码校验位错误，请检查后重新填写';
};

/** Checks a document number against the format of its type, with the page's wording. */
export const documentNumberRule =
  (form: RegExp, wording: string): ClearRule =>
  (value) =>
    form.test(value) ? undefined : `证件号码格式错误，应为${wording}`;

export const nameRule =
  (min: number, max: number): ClearRule =>
  (value) => {
    const length = characters(value);
    if (length < min || length > max) return `长度应为${min}~${max}个字符`;
    return /^[\p{L}\p{M}\p{P}\p{S}\p{N} ]+$/u.test(value) && value.trim() === value
      ? undefined
      : '只能由中文字符、英文字符、符号组成';
  };

export const mobileRule: ClearRule = (value) =>
  /^1\d{10}$/.test(value) ? undefined : '手机号码格式错误，应为11位数字';

export const emailRule: ClearRule = (value) =>
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : '邮箱格式错误，需要带@';

/** 系统支持的卡号长度: the per-bank table is not public in full; these are its outer bounds. */
export const accountNumberRule: ClearRule = (value) =>
  /^\d{8,32}$/.test(value) ? undefined : '银行账号格式错误，应为数字且符合系统支持的卡号长度';

export const creditCodeRule: ClearRule = (value) =>
  /^[0-9A-Z]{18}$/.test(value) ? undefined : '注册号格式须为18位数字|大写字母';

export const appidRule: ClearRule = (value) =>
  /^wx[0-9A-Za-z]{8,30}$/.test(value) ? undefined : 'AppID格式错误';

export const openidRule: ClearRule = (value) =>
  /^[\w-]{20,128}$/.test(value) ? undefined : 'OpenID格式错误';

export const areaCodeRule: ClearRule = (value) =>
  /^[1-8]\d{5}$/.test(value) ? undefined : '省市编码只能由6位数字组成，请参照省市区编号对照表';

export const urlRule: ClearRule = (value) => {
  try {
    return /^https?:$/.test(new URL(value).protocol) ? undefined : '链接需以http://或https://开头';
  } catch {
    return '链接格式错误，需符合网站规范';
  }
};

export const rateRule: ClearRule = (value) =>
  /^\d{1,2}(\.\d{1,2})?$/.test(value) ? undefined : '费率最多支持两位小数';
