import type {
  ApiError,
  ProductInput,
  SellerProductsRequest,
  SellerProductView,
} from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import type { FieldView } from '../../services/apply/view';
import { amountField, fieldErrors, inputField } from '../../services/operator/fields';
import { parseYuan, yuan } from '../../utils/money';
import { newToken } from '../../utils/token';

const t = {
  ...common,
  ...texts({
    newTitle: ['添加商品', 'New product'],
    changeTitle: ['修改商品', 'Change the product'],
    name: ['商品名称', 'Name'],
    subtitle: ['简介', 'Description'],
    price: ['价格（元）', 'Price in yuan'],
    priceHelp: ['已有的订单保持下单时的价格', 'Orders that were placed keep their price'],
    priceBad: ['请填写价格，最多两位小数', 'Enter a price with at most two decimals'],
    required: ['请填写', 'Required'],
    fixThese: ['请先补全标红的项目', 'Please complete the fields in red'],
    add: ['上架', 'Put on sale'],
    added: ['已上架', 'On sale now'],
    save: ['保存', 'Save'],
    saved: ['已保存', 'Saved'],
    onSale: ['在售', 'On sale'],
    onSaleHint: ['顾客可以购买', 'Customers can buy it'],
    offSale: ['已下架', 'Off sale'],
    offSaleHint: ['商店里看不到', 'It is not shown in the shop'],
    takeOff: ['下架', 'Take off sale'],
    putOn: ['重新上架', 'Put on sale'],
    gone: ['没有这件商品', 'There is no such product'],
  }),
};

type Answers = Readonly<Record<'title' | 'subtitle' | 'price', string>>;
const noAnswers: Answers = { title: '', subtitle: '', price: '' };

/** A seller adds a product, or changes the one named in `product`. */
Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    problem: '',
    productId: '',
    onSale: false,
    fields: [] as FieldView[],
    busy: false,
  },
  sellerId: '',
  answers: noAnswers,
  /** Created once, so that a second tap adds the same product. */
  token: '',

  onLoad(query: Record<string, string | undefined>) {
    this.sellerId = decodeURIComponent(query.seller ?? '');
    this.token = newToken();
    const productId = decodeURIComponent(query.product ?? '');
    this.setData({ productId });
    wx.setNavigationBarTitle({ title: productId ? t.changeTitle : t.newTitle });
    void this.load();
  },

  async load() {
    const { productId } = this.data;
    if (productId) {
      const answer = await api.sellerProducts({ action: 'list', sellerId: this.sellerId });
      const product = answer.ok
        ? answer.data.products.find((each) => each.productId === productId)
        : undefined;
      if (!product) {
        this.setData({ kind: 'error', message: answer.ok ? t.gone : errorText(answer.error) });
        return;
      }
      this.show(product);
    }
    this.setData({ kind: 'ready' });
    this.draw();
  },

  show({ title, subtitle = '', price, onSale }: SellerProductView) {
    const amount = price.kind === 'fixed' ? yuan(price.amountFen).replaceAll(',', '') : '';
    this.answers = { title, subtitle, price: amount };
    this.setData({ onSale });
  },

  draw(errors: Readonly<Record<string, string>> = {}) {
    const { title, subtitle, price } = this.answers;
    this.setData({
      fields: [
        inputField('title', t.name, { value: title, maxLength: 127, error: errors.title ?? '' }),
        inputField('subtitle', t.subtitle, {
          ...{ value: subtitle, maxLength: 127, optional: true },
          error: errors.subtitle ?? '',
        }),
        amountField('price', t.price, {
          ...{ value: price, error: errors.price ?? '' },
          help: this.data.productId ? t.priceHelp : '',
        }),
      ],
    });
  },

  change(event: WechatMiniprogram.CustomEvent<{ key: string; value: string }>) {
    const { key, value } = event.detail;
    this.answers = { ...this.answers, [key]: value };
  },

  async submit() {
    const title = this.answers.title.trim();
    const subtitle = this.answers.subtitle.trim();
    const amountFen = parseYuan(this.answers.price);
    const errors: Record<string, string> = {
      ...(title === '' && { title: t.required }),
      ...(!amountFen && { price: t.priceBad }),
    };
    if (Object.keys(errors).length > 0 || !amountFen) {
      this.fail(t.fixThese, errors);
      return;
    }
    const product: ProductInput = { title, ...(subtitle && { subtitle }), amountFen };
    const { sellerId, token: requestToken } = this;
    const { productId } = this.data;
    const done = await this.send(
      productId
        ? { action: 'change', sellerId, productId, product }
        : { action: 'add', sellerId, requestToken, product },
    );
    if (!done) return;
    void wx.showToast({ title: productId ? t.saved : t.added, icon: 'success' });
    void wx.navigateBack();
  },

  async toggle() {
    const { productId, onSale } = this.data;
    const done = await this.send({
      action: 'setOnSale',
      sellerId: this.sellerId,
      productId,
      onSale: !onSale,
    });
    if (done) this.setData({ onSale: !onSale });
  },

  /** @returns whether it succeeded; otherwise the page says why. */
  async send(request: SellerProductsRequest): Promise<boolean> {
    if (this.data.busy) return false;
    this.setData({ busy: true, problem: '' });
    const answer = await api.sellerProducts(request);
    this.setData({ busy: false });
    if (answer.ok) return true;
    // Another number only for another product: what may have been added keeps its token.
    if (answer.error.code === 'TOKEN_REUSED') this.token = newToken();
    this.fail(errorText(answer.error), errorsOf(answer.error));
    return false;
  },

  fail(problem: string, errors: Readonly<Record<string, string>>) {
    this.setData({ problem });
    this.draw(errors);
    void wx.pageScrollTo({ scrollTop: 0, duration: 200 });
  },
});

/** The server's paths are those of the request; the form has a name of its own for the amount. */
function errorsOf(error: ApiError): Record<string, string> {
  const names = Object.entries(fieldErrors(error)).map(([path, text]) => [
    path.replace('product.', '').replace('amountFen', 'price'),
    text,
  ]);
  return Object.fromEntries(names);
}
