/** What one row of the summary is about: folders and files of `shared`, without the slash at the end. The first that fits counts. */
const areas = [
  ['cryptography', 95, ['wechatpay/crypto']],
  ['callbacks', 95, ['wechatpay/notifications', 'payments/notifications']],
  ['calls to WeChat Pay', 95, ['wechatpay']],
  ['prices', 95, ['shop/pricing.ts', 'shop/cart.ts']],
  ['orders', 95, ['payments/orders', 'payments/failed-call.ts']],
  ['delivery', 95, ['payments/fulfilment']],
  ['refunds', 95, ['payments/refunds']],
  ['transfers', 95, ['payments/transfers']],
  ['profit sharing', 95, ['payments/sharing']],
  ['withdrawals', 95, ['payments/withdrawals']],
  ['bills and ledger', 95, ['payments/bills', 'payments/ledger']],
  ['reconciliation', 95, ['payments/reconcile']],
  ['complaints, shipping, management', 85, ['payments']],
  ['onboarding', 85, ['merchants']],
  ['products', 85, ['shop']],
  ['the platform', 85, ['cloudbase', 'weixin']],
  ['core and app', 85, ['core', 'app']],
];

/** For each area of `shared`: how much of it was measured, what was noticed, and what was not measured. */
export function areaTable(files, figures) {
  const left = new Set(files);
  const rows = areas.map(([name, aim, folders]) => {
    const own = [...left].filter((file) =>
      folders.some((folder) => file === `shared/${folder}` || file.startsWith(`shared/${folder}/`)),
    );
    for (const file of own) left.delete(file);
    return { name, aim, own, measured: own.filter((file) => figures.has(file)) };
  });
  const lines = rows.map(({ name, aim, own, measured }) => {
    const total = sum(measured.map((file) => figures.get(file)));
    const values = measured.length === 0 ? '– | – | – | –' : cells(total);
    return `| ${name} | ${measured.length} of ${own.length} | ${values} | ${aim} % |`;
  });
  const begun = rows.filter(({ measured }) => measured.length > 0);
  const missing = begun.flatMap(({ own, measured }) => own.filter((file) => !measured.includes(file)));
  return [
    '| area | files measured | mutants | noticed | change nothing | of the others noticed | aim |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
    'An area without figures is not measured, though its files are tested. Files that hold types alone have no mutants.',
    ...(missing.length > 0 ? [`Of the others these files are not measured: ${byFolder(missing)}.`] : []),
  ].join('\n');
}

function sum(figures) {
  const total = { mutants: 0, noticed: 0, changeNothing: 0 };
  for (const each of figures) for (const name of Object.keys(total)) total[name] += each[name];
  return total;
}

function cells(total) {
  return `${total.mutants} | ${total.noticed} | ${total.changeNothing || '–'} | ${percent(total)}`;
}

/** Of the mutants that change something, how many were noticed. */
export function percent({ mutants, noticed, changeNothing }) {
  const share = mutants === changeNothing ? 100 : (100 * noticed) / (mutants - changeNothing);
  return `${Math.floor(share * 10) / 10} %`;
}

function byFolder(files) {
  const folders = new Map();
  for (const file of files) {
    const at = file.lastIndexOf('/');
    const folder = file.slice('shared/'.length, at);
    folders.set(folder, [...(folders.get(folder) ?? []), file.slice(at + 1, -'.ts'.length)]);
  }
  return [...folders].map(([folder, names]) => `\`${folder}\` (${names.join(', ')})`).join(' · ');
}
