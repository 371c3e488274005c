/** The changes of a plan in words: what belongs to one collection is one line. */
import { collectionAcl, storageAcl } from '../cloud/blueprint.ts';
import type { Text } from '../env/text.ts';
import type { Change } from './plan.ts';

export interface Line {
  /** `+` adds, `~` changes. */
  readonly mark: '+' | '~';
  readonly text: Text;
  readonly changes: readonly Change[];
}

export function linesOf(changes: readonly Change[]): Line[] {
  const groups = new Map<string, Change[]>();
  for (const [index, change] of changes.entries()) {
    const key = 'collection' in change ? `collection ${change.collection}` : String(index);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].map((group) => ({ ...describe(group), changes: group }));
}

function describe(group: readonly Change[]): Omit<Line, 'changes'> {
  const [first] = group;
  if (!first) throw new Error('A group has at least one change.');
  if ('collection' in first) return describeCollection(first.collection, group);
  switch (first.kind) {
    case 'storage':
      return changed(`云存储权限 ${first.from} → ${storageAcl}`, `storage permission`);
    case 'function-rule':
      return changed(`安全规则：禁止客户端调用 ${first.closed.join('、')}`, 'rule: closed to clients');
    case 'route':
      return added(`HTTP 访问路径 ${first.path} → ${first.functionName}`, 'HTTP path');
    case 'timer':
      return added(`定时器 ${first.functionName} ${first.timer.name} (${first.timer.cron})`, 'timer');
    case 'notify-url':
      return added(`写入 .env.local：WECHATPAY_NOTIFY_URL=${first.url}`, 'address of the callbacks');
    case 'product':
      return added(`第一个商品 ${first.id}：一分钱贴纸`, 'first product: the one-fen sticker');
  }
}

function describeCollection(name: string, group: readonly Change[]): Omit<Line, 'changes'> {
  const isNew = group.some(({ kind }) => kind === 'collection');
  const acl = group.find((change) => change.kind === 'acl');
  const indexes = group.flatMap((change) =>
    change.kind === 'index' ? [`(${change.fields.join(', ')})`] : [],
  );
  const zh = [
    ...(isNew ? ['新建，仅管理端可读写'] : acl ? [`权限 ${acl.from} → ${collectionAcl}`] : []),
    ...(indexes.length > 0 ? [`索引 ${indexes.join(' ')}`] : []),
  ];
  const en = [
    ...(isNew ? ['new, for functions only'] : acl ? ['permission'] : []),
    ...(indexes.length > 0 ? [indexes.length === 1 ? '1 index' : `${indexes.length} indexes`] : []),
  ];
  return {
    mark: isNew ? '+' : '~',
    text: { zh: `集合 ${name}：${zh.join('，')}`, en: `collection: ${en.join(', ')}` },
  };
}

function added(zh: string, en: string): Omit<Line, 'changes'> {
  return { mark: '+', text: { zh, en } };
}

function changed(zh: string, en: string): Omit<Line, 'changes'> {
  return { mark: '~', text: { zh, en } };
}
