/** From a row to a product of the shop, by the shop's own rules. */
import { defaultPolicy } from '../../shared/core/policy.ts';
import { isValidProduct, type ProductPrice, type ProductRecord } from '../../shared/shop/products.ts';
import type { Text } from '../env/text.ts';
import type { Row, RowProblem } from './rows.ts';

/** A product with every field, so that one that is left out is removed. */
export type ImportedProduct = Required<Omit<ProductRecord, 'profitSharing' | 'createdAtMs'>>;

const columns = [
  'id',
  'title',
  'titleEn',
  'subtitle',
  'subtitleEn',
  'image',
  'amountFen',
  'minAmountFen',
  'maxAmountFen',
  'sellerId',
  'logistics',
  'onSale',
] as const;
type Column = (typeof columns)[number];

/** The maximum length of an order's description. https://pay.weixin.qq.com/doc/v3/merchant/4012791856 */
const maxTextLength = 127;
const idPattern = /^[A-Za-z0-9_.:|*-]{1,64}$/;

/** @returns the product, or everything that is wrong with the row */
export function toProduct({ line, fields }: Row): ImportedProduct | RowProblem[] {
  const problems: RowProblem[] = [];
  const report = (text: Text) => void problems.push({ line, ...text });
  for (const name of Object.keys(fields)) {
    if (!columns.includes(name as Column)) report(unknownColumn(name));
  }
  const text = (name: Column) => readText(name, fields[name], report);
  const price = readPrice(fields, report);
  const product = {
    _id: readId('id', fields.id, report) ?? '',
    title: readText('title', fields.title ?? '', report) ?? '',
    titleEn: text('titleEn'),
    subtitle: text('subtitle'),
    subtitleEn: text('subtitleEn'),
    image: readImage(fields.image, report),
    price: price ?? { kind: 'fixed', amountFen: 1 },
    sellerId: fields.sellerId === undefined ? null : readId('sellerId', fields.sellerId, report),
    logistics: readLogistics(fields.logistics, report),
    onSale: readFlag(fields.onSale, report),
  } as const;
  if (problems.length > 0) return problems;
  if (!isValidProduct(product)) report({ zh: '商品无效。', en: 'The product is invalid.' });
  return problems.length > 0 ? problems : product;
}

type Report = (text: Text) => void;

function readId(name: Column, value: unknown, report: Report): string | null {
  const id = typeof value === 'number' ? String(value) : value;
  if (typeof id === 'string' && idPattern.test(id)) return id;
  report(
    id === undefined
      ? { zh: `缺少 ${name}。`, en: `${name} is missing.` }
      : {
          zh: `${name} 应为 1～64 位字母、数字或 - _ . : | *。`,
          en: `${name} has to be 1 to 64 letters, digits or - _ . : | *.`,
        },
  );
  return null;
}

function readText(name: Column, value: unknown, report: Report): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '') report({ zh: `${name} 不能为空。`, en: `${name} must not be empty.` });
  else if (/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(text)) {
    report({ zh: `${name} 含有换行或控制字符。`, en: `${name} holds a line break or a control character.` });
  } else if ([...text].length > maxTextLength) {
    report({
      zh: `${name} 超过 ${maxTextLength} 个字符。`,
      en: `${name} has more than ${maxTextLength} characters.`,
    });
  }
  return text;
}

function readImage(value: unknown, report: Report): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && /^(https:\/\/|cloud:\/\/|\/)\S+$/.test(value)) return value;
  report({
    zh: 'image 应为 https:// 或 cloud:// 地址，或小程序包内以 / 开头的路径。',
    en: 'image has to be an https:// or cloud:// address, or a path of the mini-program that begins with /.',
  });
  return null;
}

const ways = ['express', 'local', 'virtual', 'pickup'] as const;

function readLogistics(value: unknown, report: Report): (typeof ways)[number] | null {
  if (value === undefined || value === null) return null;
  const way = ways.find((each) => each === value);
  if (way === undefined) {
    report({
      zh: 'logistics 应为 express（快递）、local（同城配送）、virtual（虚拟商品）或 pickup（自提）。',
      en: 'logistics has to be express, local, virtual or pickup.',
    });
  }
  return way ?? null;
}

/** Either a price, or the bounds of one that the payer names. */
function readPrice(fields: Row['fields'], report: Report): ProductPrice | undefined {
  const amount = (name: Column) => readAmount(name, fields[name], report);
  const { amountFen, minAmountFen, maxAmountFen } = fields;
  const free = minAmountFen !== undefined || maxAmountFen !== undefined;
  if (free === (amountFen !== undefined)) {
    report({
      zh: '填写 amountFen（固定价格），或同时填写 minAmountFen 与 maxAmountFen（由付款人决定金额），二选一。',
      en: 'Give amountFen for a fixed price, or minAmountFen and maxAmountFen where the payer names the amount.',
    });
    return undefined;
  }
  if (!free) {
    const fixed = amount('amountFen');
    return fixed === undefined ? undefined : { kind: 'fixed', amountFen: fixed };
  }
  const min = amount('minAmountFen');
  const max = amount('maxAmountFen');
  if (min === undefined || max === undefined) return undefined;
  if (min <= max) return { kind: 'free', minAmountFen: min, maxAmountFen: max };
  report({ zh: 'minAmountFen 大于 maxAmountFen。', en: 'minAmountFen is more than maxAmountFen.' });
  return undefined;
}

function readAmount(name: Column, value: unknown, report: Report): number | undefined {
  const fen = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof fen === 'number' && Number.isSafeInteger(fen) && fen >= 1 && fen <= defaultPolicy.maxTotalFen)
    return fen;
  report({
    zh: `${name} 应为整数，单位分（1 元写 100），从 1 到 ${defaultPolicy.maxTotalFen}。`,
    en: `${name} has to be a whole number of fen (100 for 1 yuan), from 1 to ${defaultPolicy.maxTotalFen}.`,
  });
  return undefined;
}

const yes: ReadonlySet<unknown> = new Set([undefined, true, 'true', 'TRUE', '1', 'yes', '是']);
const no: ReadonlySet<unknown> = new Set([false, 'false', 'FALSE', '0', 'no', '否']);

function readFlag(value: unknown, report: Report): boolean {
  if (yes.has(value)) return true;
  if (!no.has(value)) report({ zh: 'onSale 应为 true 或 false。', en: 'onSale has to be true or false.' });
  return false;
}

function unknownColumn(name: string): Text {
  const known = columns.join(', ');
  return {
    zh: `没有字段 ${name.slice(0, 40)}；可用的有：${known}。`,
    en: `There is no field ${name.slice(0, 40)}; there are: ${known}.`,
  };
}
