/** The pages of “become a seller”, as a user fills them in. */
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { topPage } from './phone-page.ts';

const picture = fileURLToPath(new URL('../../miniprogram/assets/products/tea.png', import.meta.url));

export class ApplicationForm {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** A question by its label: the label, the control and the error below it. */
  field(label: string): Locator {
    const exactly = this.#page.getByText(label, { exact: true });
    return topPage(this.#page).locator('.field', {
      has: this.#page.locator('.field-label', { has: exactly }),
    });
  }

  async write(label: string, text: string): Promise<void> {
    await this.field(label).locator('input, textarea').fill(text);
  }

  async choose(label: string, option: string): Promise<void> {
    await this.field(label).locator('[role=radio], [role=checkbox]', { hasText: option }).first().tap();
  }

  /** Takes a photo through the file chooser and waits until WeChat Pay has it, or this other file until it is refused. */
  async photograph(label: string, other?: { name: string; content: string }): Promise<void> {
    await this.field(label)
      .getByRole('button', { name: /拍照或选择/ })
      .tap();
    const [chooser] = await Promise.all([
      this.#page.waitForEvent('filechooser'),
      this.#page.getByRole('button', { name: '从电脑选择文件' }).tap(),
    ]);
    await chooser.setFiles(
      other ? { name: other.name, mimeType: 'image/png', buffer: Buffer.from(other.content) } : picture,
    );
    await this.field(label).getByText('重拍').waitFor();
    await this.field(label).getByText('正在上传').waitFor({ state: 'detached' });
  }

  /** Turns the wheels of a picker to these rows, one a column, and confirms. */
  async pick(label: string, ...rows: readonly string[]): Promise<void> {
    await this.field(label).locator('[aria-haspopup=dialog]').tap();
    for (const [index, text] of rows.entries()) {
      const row = this.#page
        .locator('.picker-wheel')
        .nth(index)
        .getByRole('option', { name: text, exact: true });
      await row.tap();
      await this.#page.locator('.picker-row[aria-selected=true]', { hasText: text }).first().waitFor();
    }
    await this.#page.locator('.sheet-confirm').tap();
    await this.#page.locator('.mask').waitFor({ state: 'detached' });
  }

  async forever(label: string): Promise<void> {
    await this.field(label).getByRole('checkbox').tap();
  }

  /** Opens a long list and taps the row of this name, searching for it first. */
  async fromList(label: string, row: string): Promise<void> {
    await this.field(label).getByRole('button').tap();
    const sheet = topPage(this.#page).getByRole('dialog');
    await sheet.getByRole('button').nth(1).waitFor();
    const search = sheet.locator('input');
    if ((await search.count()) > 0) await search.fill(row.slice(0, 4));
    await sheet.getByRole('button', { name: row, exact: true }).tap();
    await sheet.waitFor({ state: 'detached' });
  }

  /** Fills in these pages and stops at the end of the last one. */
  async fill(pages: readonly FormPage[], arrived?: (title: string) => Promise<void>): Promise<void> {
    for (const [title, answer] of pages) {
      await this.title(title);
      await answer(this);
      await arrived?.(title);
      await this.next();
    }
  }

  async title(text: string): Promise<void> {
    await topPage(this.#page).locator('.apply-title', { hasText: text }).waitFor();
  }

  async next(): Promise<void> {
    await topPage(this.#page).getByText('下一步', { exact: true }).tap();
  }

  /** Leaves a page that was corrected: for the next one to correct, or for the last page. */
  async fixed(): Promise<void> {
    await topPage(this.#page).getByText('改好了', { exact: true }).tap();
  }

  /** On the last page: opens the page of this title. */
  async goTo(title: string): Promise<void> {
    await topPage(this.#page).locator('.apply-review-row', { hasText: title }).tap();
    await this.title(title);
  }

  /** On the last page. */
  async agreeAndSubmit(button = '提交申请'): Promise<void> {
    await this.title('核对并提交');
    const agreed = topPage(this.#page).locator('.apply-agree');
    if ((await agreed.getAttribute('aria-checked')) !== 'true') await agreed.tap();
    await topPage(this.#page).getByText(button, { exact: true }).tap();
  }
}

/** Title of a page, and how it is answered. */
export type FormPage = readonly [title: string, answer: (form: ApplicationForm) => Promise<void>];

const license = (photoLabel: string, numberLabel: string): FormPage => [
  '营业执照',
  async (form) => {
    await form.photograph(photoLabel);
    await form.write(numberLabel, '91440300MA5FXT0K2M');
    await form.write('商户名称', '南山区小满面包店');
    await form.write('经营者/法人姓名', '林小满');
  },
];

const documents: FormPage = [
  '经营者证件',
  async (form) => {
    await form.pick('证件类型', '中国大陆居民身份证');
    await form.photograph('身份证人像面');
    await form.photograph('身份证国徽面');
    await form.write('姓名', '林小满');
    await form.write('身份证号码', '11010519491231002X');
    await form.pick('身份证有效期开始', '2020年', '03月', '08日');
    await form.forever('身份证有效期结束');
  },
];

const account: FormPage = [
  '结算账户',
  async (form) => {
    await form.choose('账户类型', '经营者个人账户');
    await form.fromList('开户银行', '上海银行');
    await form.pick('开户城市', '广东省', '深圳市');
    await form.fromList('开户支行', '上海银行深圳营业部');
    await form.write('银行账号', '6222020000000000001');
  },
];

/** 个体工商户 at an e-commerce platform. The phone number is one digit short, which only the server rejects. */
export const ecommercePages: readonly FormPage[] = [
  [
    '商家类型',
    async (form) => {
      await form.choose('你是哪一类商家', '个体工商户');
      await form.write('商户简称', '小满面包');
    },
  ],
  license('营业执照/登记证书照片', '统一社会信用代码/注册号'),
  documents,
  [
    '超级管理员',
    async (form) => {
      await form.choose('谁是超级管理员', '经营者/法人本人');
      await form.write('管理员手机号', '1380013800');
    },
  ],
  account,
  [
    '经营信息',
    async (form) => {
      await form.write('店铺名称', '小满面包线上店');
      await form.write('店铺链接', 'https://shop.example.com/xiaoman');
    },
  ],
];

/** 个体户 of a service provider, which sells in a shop. */
export const applyment4subPages: readonly FormPage[] = [
  [
    '商家类型',
    async (form) => {
      await form.choose('你是哪一类商家', '个体户');
      await form.write('商户简称', '小满面包');
      await form.write('客服电话', '075586013388');
    },
  ],
  license('营业执照照片', '统一社会信用代码'),
  documents,
  [
    '超级管理员',
    async (form) => {
      await form.choose('谁是超级管理员', '经营者/法人本人');
      await form.write('管理员手机号', '13800138000');
      await form.write('管理员邮箱', 'xiaoman@example.com');
    },
  ],
  [
    '经营场景',
    async (form) => {
      await form.choose('在哪里经营', '线下场所');
      await form.write('线下场所名称', '小满面包南山店');
      await form.pick('线下场所城市', '广东省', '深圳市');
      await form.write('线下场所地址', '南山区科技路一号');
      await form.photograph('门头照片');
      await form.photograph('店内照片');
      await form.write('所属行业', '餐饮');
    },
  ],
  account,
];
