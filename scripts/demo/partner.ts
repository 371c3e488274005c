/** Act two: a seller from an empty form to a first paid order, and a cart of two sellers. */
import { validApplications } from '../../sandbox/wechatpay/onboarding/testing/forms.ts';
import type {
  ApplicationView,
  ApplyMerchantAnswers,
  CreateOrderAnswer,
  UploadMediaAnswer,
} from '../../shared/contract/index.ts';
import { type DemoClient, requestToken, until } from './client.ts';
import { type Act, expectThat, type Step, yuan } from './stage.ts';

type Kind = 'ecommerce' | 'applyment4sub';

interface Cast {
  /** Applies to become a seller. */
  applicant: string;
  /** Buys from sellers. */
  payer: string;
  kind: Kind;
  /** A picture that passes as an ID photo here. */
  photo: Uint8Array;
  /** Puts goods of the new seller on sale, as its operator would in the console. */
  stock(product: Record<string, unknown> & { _id: string }): void;
}

export function partnerAct(client: DemoClient, cast: Cast): Act {
  const platform = cast.kind === 'ecommerce';
  return {
    zh: `第二幕 · ${platform ? '电商平台（电商收付通）' : '服务商（特约商户）'}进件与收款`,
    en: `Act two: ${platform ? 'an e-commerce platform' : 'a service provider'} onboards a seller and takes payments for it`,
    steps: new PartnerStory(client, cast).steps(),
  };
}

class PartnerStory {
  readonly #client: DemoClient;
  readonly #cast: Cast;
  #mediaId = '';
  #application: ApplicationView | undefined;

  constructor(client: DemoClient, cast: Cast) {
    this.#client = client;
    this.#cast = cast;
  }

  steps(): Step[] {
    const step = (zh: string, en: string, run: () => Promise<string>): Step => ({ zh, en, run });
    return [
      step('上传证件照', 'ID photos are uploaded and leave no copy behind', () => this.#upload()),
      step('提交进件申请', 'The application is validated, encrypted and submitted', () => this.#apply()),
      step('审核驳回，逐项说明', 'The reviewer rejects it, with a reason per field', () => this.#rejection()),
      step('修改后重新提交', 'It is revised under the same number', () => this.#revision()),
      step('审核通过，等待签约', 'It is approved; the seller must sign', () => this.#approval()),
      step('签约完成，轮询得知', 'It is signed; the timer finds out, and the seller exists', () =>
        this.#signing(),
      ),
      step('新商家的第一笔订单', "The new seller's first order is paid", () => this.#firstOrder()),
      step('两位商家，一次付款', 'A cart of two sellers is one payment and two orders', () =>
        this.#combined(),
      ),
    ];
  }

  async #upload(): Promise<string> {
    const { applicant, photo } = this.#cast;
    const fake = await this.#put(new TextEncoder().encode('MZ… not a picture'), 'jpg');
    const refused = await this.#client.call('uploadMedia', { action: 'finish', fileID: fake }, applicant);
    expectThat(!refused.ok, 'a renamed program was accepted as a photo');
    const fileID = await this.#put(photo, 'png');
    const answer = await this.#client.must<UploadMediaAnswer>(
      'uploadMedia',
      { action: 'finish', fileID },
      applicant,
    );
    expectThat(answer.action === 'finish', 'uploadMedia answered something else');
    this.#mediaId = answer.mediaId;
    return `renamed program → ${refused.error.code}; photo → ${answer.mediaId.slice(0, 24)}…, cloud file deleted`;
  }

  async #put(bytes: Uint8Array, extension: string): Promise<string> {
    const { applicant } = this.#cast;
    const begun = await this.#client.must<UploadMediaAnswer>(
      'uploadMedia',
      { action: 'begin', extension },
      applicant,
    );
    expectThat(begun.action === 'begin', 'uploadMedia answered something else');
    const response = await fetch(
      `${this.#client.url}/_cloud/files?cloudPath=${encodeURIComponent(begun.cloudPath)}`,
      {
        method: 'POST',
        headers: { 'x-sandbox-openid': applicant },
        body: Uint8Array.from(bytes),
      },
    );
    const { fileID } = (await response.json()) as { fileID?: string };
    expectThat(fileID, `the upload failed with HTTP ${response.status}`);
    return fileID;
  }

  async #apply(): Promise<string> {
    const form = this.#form();
    const broken = structuredClone(form);
    Object.assign(broken.contact_info as object, { mobile_phone: '12345' });
    const token = requestToken();
    const refused = await this.#client.call(
      'applyMerchant',
      { action: 'submit', requestToken: token, form: broken },
      this.#cast.applicant,
    );
    expectThat(!refused.ok && refused.error.fields?.[0], 'a wrong phone number was accepted');
    const { application } = await this.#merchant('submit', { requestToken: token, form });
    this.#application = application;
    return `${refused.error.fields[0].path}: ${refused.error.fields[0].message} → ${application.state}`;
  }

  async #rejection(): Promise<string> {
    await this.#review({ decision: 'reject', reasons: { merchant_shortname: '简称与主体无关，请修改' } });
    const application = await this.#reached('rejected');
    const reason = application.rejections?.[0];
    expectThat(reason, 'the rejection came without reasons');
    return `${application.state} · ${reason.path}: ${reason.message}`;
  }

  async #revision(): Promise<string> {
    const { applicationId } = this.#current();
    const form = this.#form();
    const { application } = await this.#merchant('revise', { applicationId, form });
    expectThat(application.applicationId === applicationId, 'the revision got another number');
    return `${applicationId} → ${application.state}`;
  }

  async #approval(): Promise<string> {
    await this.#review({ decision: 'approve' });
    const application = await this.#reached('sign');
    expectThat(application.signUrl, 'there is no address to sign at');
    return `${application.state} · ${application.signUrl}`;
  }

  async #signing(): Promise<string> {
    const { applicationId } = this.#current();
    await this.#client.post(`/_sandbox/applications/${applicationId}/sign`, {});
    // Nobody queries it: only the timer can find out.
    for (let minutes = 0; minutes < 120 && !(await this.#isFinished(applicationId)); minutes += 5) {
      await this.#client.post('/_sandbox/clock', { advanceMs: 5 * 60_000 });
      await this.#client.post('/_cloud/timers/reconcile', {});
    }
    expectThat(await this.#isFinished(applicationId), 'the timer did not find out in two hours');
    const application = await this.#reached('finished');
    expectThat(application.subMchid && application.sellerId, 'there is no seller');
    return `${application.state} → sub_mchid ${application.subMchid}`;
  }

  async #isFinished(applicationId: string): Promise<boolean> {
    const documents = await this.#client.documents<{ _id: string; stage: string }>('applications');
    return documents.some(({ _id, stage }) => _id === applicationId && stage === 'finished');
  }

  async #firstOrder(): Promise<string> {
    const { sellerId } = this.#current();
    expectThat(sellerId, 'there is no seller to buy from: an earlier step failed');
    this.#cast.stock({
      _id: 'demo-skewers',
      title: '烤串',
      price: { kind: 'fixed', amountFen: 1500 },
      onSale: true,
      sellerId,
    });
    const answer = await this.#buy(['demo-skewers']);
    await this.#pay(answer);
    return `${answer.paymentNo}, ${yuan(1500)} → SUCCESS, sub_mchid ${this.#current().subMchid}`;
  }

  async #combined(): Promise<string> {
    const answer = await this.#buy(['demo-skewers', 'bread-rye']);
    expectThat(answer.orders.length === 2, `${answer.orders.length} orders`);
    await this.#pay(answer);
    const amounts = answer.orders.map((order) => yuan(order.amountFen)).join(' + ');
    return `${answer.paymentNo}: ${amounts} → two orders SUCCESS`;
  }

  #buy(productIds: string[]): Promise<CreateOrderAnswer> {
    const items = productIds.map((productId) => ({ productId, quantity: 1 }));
    return this.#client.must('createPartnerOrder', { requestToken: requestToken(), items }, this.#cast.payer);
  }

  async #pay({ paymentNo, orders, payment }: CreateOrderAnswer): Promise<void> {
    const { payer } = this.#cast;
    expectThat(payment, 'there are no payment parameters');
    const opened = await this.#client.cashier(payment);
    expectThat('order' in opened, `the cashier refused: ${JSON.stringify(opened)}`);
    await this.#client.pay(paymentNo, payer);
    for (const { outTradeNo } of orders) {
      await until(`${outTradeNo} to be paid`, async () => {
        const order = await this.#client.orderState(outTradeNo, payer);
        return order.state === 'SUCCESS' ? order : undefined;
      });
    }
  }

  /** 个体工商户, with the photo that was uploaded. */
  #form(): Record<string, unknown> {
    const { kind } = this.#cast;
    const wanted = kind === 'ecommerce' ? '4' : 'SUBJECT_TYPE_INDIVIDUAL';
    const found = validApplications(kind, { imageId: this.#mediaId }).find(
      (form) => form.subjectType === wanted,
    );
    expectThat(found, `there is no sample form for ${wanted}`);
    const { out_request_no, business_code, ...form } = found.form as Record<string, unknown>;
    return structuredClone(form);
  }

  #merchant<A extends keyof ApplyMerchantAnswers>(action: A, data: object): Promise<ApplyMerchantAnswers[A]> {
    return this.#client.must('applyMerchant', { action, ...data }, this.#cast.applicant);
  }

  #review(decision: object): Promise<unknown> {
    return this.#client.post(`/_sandbox/applications/${this.#current().applicationId}/review`, decision);
  }

  /** Lets the sandbox's time pass and the timer poll, until the application is at this stage. */
  async #reached(stage: ApplicationView['stage']): Promise<ApplicationView> {
    this.#application = await until(`the application to be at "${stage}"`, async () => {
      await this.#client.post('/_sandbox/clock', { advanceMs: 60_000 });
      const { applications } = await this.#merchant('query', {
        applicationId: this.#current().applicationId,
      });
      return applications.find((application) => application.stage === stage);
    });
    return this.#application;
  }

  #current(): ApplicationView {
    expectThat(this.#application, 'there is no application to go on with: an earlier step failed');
    return this.#application;
  }
}
