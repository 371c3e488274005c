import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../../shared/core/testing/documents.ts';
import { CommandFailure } from '../env/failure.ts';
import { importProducts } from './import.ts';

const header = 'id,title,subtitle,image,amountFen,minAmountFen,maxAmountFen,sellerId,onSale';
const sticker = {
  _id: 'sticker',
  title: '贴纸',
  price: { kind: 'fixed', amountFen: 1 },
  onSale: true,
} as const;

function shop() {
  const documents = memoryDocuments();
  return {
    documents,
    async run(
      content: string | Uint8Array,
      options: { confirm?: boolean; documents?: typeof documents } = {},
    ) {
      const said: string[] = [];
      try {
        await importProducts({
          fileName: 'products.csv',
          content: typeof content === 'string' ? new TextEncoder().encode(content) : content,
          documents: options.documents ?? documents,
          say: (text) => void said.push(text),
          confirm: async () => options.confirm ?? true,
        });
        return { failed: false, said: said.join('\n') };
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        return { failed: true, said: [...said, error.message].join('\n') };
      }
    },
    all: () => documents.all('products'),
  };
}

describe('an import', () => {
  it('adds what is new and says what it costs', async () => {
    const { run, all } = shop();
    const { failed, said } = await run(
      `${header}\nsticker,贴纸,,/a.png,1,,,,\ntip,"打赏, 随意",,,,100,20000,,false\n`,
    );
    expect(failed, said).toBe(false);
    expect(said).toContain('+ sticker  贴纸  ¥0.01');
    expect(said).toContain('+ tip  打赏, 随意  ¥1.00–¥200.00  (off sale)');
    const none = { titleEn: null, subtitle: null, subtitleEn: null, sellerId: null, logistics: null };
    expect(await all()).toEqual([
      { ...none, ...sticker, image: '/a.png' },
      {
        ...none,
        _id: 'tip',
        title: '打赏, 随意',
        image: null,
        price: { kind: 'free', minAmountFen: 100, maxAmountFen: 20000 },
        onSale: false,
      },
    ]);
  });

  it('takes the same as JSON', async () => {
    const csv = shop();
    const json = shop();
    await csv.run(`${header}\nsticker,贴纸,,,1,,,,true\n`);
    await json.run(JSON.stringify([{ id: 'sticker', title: '贴纸', amountFen: 1, onSale: true }]));
    expect(json.all()).toEqual(await csv.all());
  });

  it('changes nothing the second time', async () => {
    const { run } = shop();
    const file = `${header}\nsticker,贴纸,,,1,,,,\n`;
    await run(file);
    expect((await run(file)).said).toContain('All 1 products are unchanged');
  });

  it('shows each field that changes, and leaves products alone that are not in the file', async () => {
    const { run, all, documents } = shop();
    await documents.insertIfAbsent('products', { ...sticker, subtitle: 'old' });
    await documents.insertIfAbsent('products', { ...sticker, _id: 'other' });
    const { said } = await run(`${header}\nsticker,贴纸,,,2,,,,no\n`);
    expect(said).toContain('price: ¥0.01 → ¥0.02');
    expect(said).toContain('onSale: true → false');
    expect(said).toContain('subtitle: old → ""');
    expect((await all()).map(({ _id }) => _id).sort()).toEqual(['other', 'sticker']);
  });

  it('writes nothing without a yes', async () => {
    const { run, all } = shop();
    const { said } = await run(`${header}\nsticker,贴纸,,,1,,,,\n`, { confirm: false });
    expect(said).toContain('Nothing was written');
    expect(await all()).toEqual([]);
  });

  it('takes goods of a seller that exists', async () => {
    const { run, all, documents } = shop();
    await documents.insertIfAbsent('sellers', { _id: 's1', name: 'x' });
    expect((await run(`id,title,amountFen,sellerId\na,A,1,s1\n`)).failed).toBe(false);
    expect(await all()).toMatchObject([{ _id: 'a', sellerId: 's1' }]);
  });

  it('says what is written and what is not when the database fails in the middle', async () => {
    const { run, all, documents } = shop();
    const failing = {
      ...documents,
      insertIfAbsent: ((collection, doc) => {
        if (doc._id === 'b') throw new Error('the network is down');
        return documents.insertIfAbsent(collection, doc);
      }) as typeof documents.insertIfAbsent,
    };
    const file = 'id,title,amountFen\na,A,1\nb,B,1\nc,C,1\n';
    const { failed, said } = await run(file, { documents: failing });
    expect(failed).toBe(true);
    expect(said).toContain('The 1 products before it are written, the other 2 are not');
    expect((await all()).map(({ _id }) => _id)).toEqual(['a']);
    expect((await run(file)).said).toContain('Wrote 2 products');
  });
});

describe('a file as Excel writes it', () => {
  const rows = 'id,title,amountFen\nsticker,贴纸,1\n';
  /** 贴纸 in GBK. */
  const gbk = Buffer.concat([
    Buffer.from('id,title,amountFen\r\nsticker,'),
    Buffer.from([0xcc, 0xf9, 0xd6, 0xbd]),
    Buffer.from(',1\r\n'),
  ]);
  it.each<[string, string | Uint8Array]>([
    ['with a byte order mark', `\uFEFF${rows}`],
    ['with Windows line ends', rows.replaceAll('\n', '\r\n')],
    ['in UTF-16', Buffer.from(`\uFEFF${rows}`, 'utf16le')],
    ['in GBK', gbk],
    ['with semicolons', rows.replaceAll(',', ';')],
    ['with tabs', rows.replaceAll(',', '\t')],
    ['with blank lines', `${rows}\n\n`],
  ])('%s is read', async (_, content) => {
    const { run, all } = shop();
    expect((await run(content)).said).toContain('+ sticker  贴纸  ¥0.01');
    expect(await all()).toMatchObject([sticker]);
  });
});

describe('a wrong file', () => {
  it.each<[string, string, string, RegExp]>([
    ['nothing', '', ':1 ', /empty/],
    ['a header only', `${header}\n`, ':1 ', /no product/],
    ['an unknown column', 'id,title,price\na,A,1\n', ':2 ', /no field price/],
    ['no id', 'title,amountFen\nA,1\n', ':2 ', /id is missing/],
    ['an id with a blank', 'id,title,amountFen\na b,A,1\n', ':2 ', /id has to be/],
    ['no title', 'id,title,amountFen\na,,1\n', ':2 ', /title must not be empty/],
    ['a long title', `id,title,amountFen\na,${'字'.repeat(128)},1\n`, ':2 ', /127/],
    ['a control character', 'id,title,amountFen\na,A\u001b[2J,1\n', ':2 ', /control character/],
    ['reversed text', 'id,title,amountFen\na,A\u202e,1\n', ':2 ', /control character/],
    ['a script as image', 'id,title,amountFen,image\na,A,1,javascript:alert(1)\n', ':2 ', /https/],
    [
      'a prototype',
      '[\n {"id":"a","title":"A","amountFen":1,"__proto__":{"x":1}}\n]',
      ':2 ',
      /no field __proto__/,
    ],
    ['no price', 'id,title,amountFen\na,A,\n', ':2 ', /amountFen/],
    ['yuan', 'id,title,amountFen\na,A,0.01\n', ':2 ', /whole number of fen/],
    ['a price of nothing', 'id,title,amountFen\na,A,0\n', ':2 ', /from 1/],
    ['a price with a sign', 'id,title,amountFen\na,A,¥1\n', ':2 ', /whole number of fen/],
    [
      'both kinds of price',
      'id,title,amountFen,minAmountFen,maxAmountFen\na,A,1,1,2\n',
      ':2 ',
      /fixed price/,
    ],
    ['half a range', 'id,title,minAmountFen\na,A,1\n', ':2 ', /maxAmountFen/],
    ['a range upside down', 'id,title,minAmountFen,maxAmountFen\na,A,3,2\n', ':2 ', /more than/],
    ['an image by http', 'id,title,amountFen,image\na,A,1,http://x/a.png\n', ':2 ', /https/],
    ['a flag that is none', 'id,title,amountFen,onSale\na,A,1,maybe\n', ':2 ', /true or false/],
    ['a seller that does not exist', 'id,title,amountFen,sellerId\na,A,1,s9\n', ':2 ', /no seller s9/],
    ['an id twice', 'id,title,amountFen\na,A,1\nb,B,1\na,A,2\n', ':4 ', /already appears in line 2/],
    ['a comma too many', 'id,title,amountFen\na,A,B,1\n', ':2 ', /columns/],
    ['an open quote', 'id,title,amountFen\na,"A,1\n', ':2 ', /not closed/],
    ['JSON that is none', '[\n  {"id": "a",}\n]', ':2 ', /JSON is malformed/],
    ['JSON that is no list', '{"id":"a"}', ':1 ', /list of products/],
    ['JSON with a number', '[\n  1\n]', ':2 ', /A product/],
    [
      'a wrong price in JSON',
      '[\n {"id":"a","title":"A","amountFen":1},\n {"id":"b","title":"B","amountFen":"x"}\n]',
      ':3 ',
      /whole number/,
    ],
  ])('with %s is refused with its line, in both languages', async (_, content, line, message) => {
    const { run, all } = shop();
    const { failed, said } = await run(content);
    expect(failed).toBe(true);
    expect(said).toContain(`products.csv${line}`);
    expect(said).toMatch(message);
    expect(said).toMatch(/[\u4e00-\u9fff]/);
    expect(await all()).toEqual([]);
  });

  it('is refused with all that is wrong, by line', async () => {
    const { run } = shop();
    const { said } = await run('id,title,amountFen\na,,0\nb,B,1\nc d,C,1\n');
    expect([...said.matchAll(/products\.csv:(\d+)/g)].map(([, line]) => line)).toEqual(['2', '2', '4']);
  });

  it('counts lines that are inside of quotes', async () => {
    const { run } = shop();
    const { said } = await run('id,title,amountFen\na,"two\nlines",1\nb,B,0\n');
    expect(said).toContain('products.csv:4 ');
  });
});
