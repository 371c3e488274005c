import type { ProviderKind } from '../../core/account.ts';
import { type FakeCall, FakeWechatpay, refusal } from '../../wechatpay/testing/fake-transport.ts';

const settlement = {
  account_type: 'ACCOUNT_TYPE_BUSINESS',
  account_bank: '工商银行',
  account_number: '62*************78',
};

export const routes = {
  ecommerce: {
    submit: 'POST /v3/ecommerce/applyments/',
    query: 'GET /v3/ecommerce/applyments/out-request-no/{out_request_no}',
    revoke: 'POST /v3/ecommerce/applyments/out-request-no/{out_request_no}/revoke',
  },
  partner: {
    submit: 'POST /v3/applyment4sub/applyment/',
    query: 'GET /v3/applyment4sub/applyment/business_code/{business_code}',
  },
  settlement: 'GET /v3/apply4sub/sub_merchants/{sub_mchid}/settlement',
  modifySettlement: 'POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement',
  settlementChange: 'GET /v3/apply4sub/sub_merchants/{sub_mchid}/application/{application_no}',
  provinces: 'GET /v3/capital/capitallhh/areas/provinces',
  cities: 'GET /v3/capital/capitallhh/areas/provinces/{province_code}/cities',
  corporateBanks: 'GET /v3/capital/capitallhh/banks/corporate-banking',
  personalBanks: 'GET /v3/capital/capitallhh/banks/personal-banking',
  branches: 'GET /v3/capital/capitallhh/banks/{bank_alias_code}/branches',
} as const;

/** Fake of WeChat Pay's application API: records requests and returns the answers that a test sets. */
export class FakeApplyments extends FakeWechatpay {
  readonly kind: ProviderKind;
  readonly submitRoute: string;
  readonly queryRoute: string;
  readonly #taken = new Set<string>();
  readonly #answers = new Map<string, { state: string; more: object }>();

  constructor(kind: ProviderKind, nowMs: () => number) {
    super({ nowMs });
    this.kind = kind;
    this.submitRoute = routes[kind].submit;
    this.queryRoute = routes[kind].query;
    this.on(this.submitRoute, (call) => this.#take(call));
    this.on(this.queryRoute, (call) => this.#find(call));
    this.on(routes.ecommerce.revoke, ({ path }) => {
      this.answer(path.out_request_no ?? '', 'CANCELED');
      return undefined;
    });
    this.on(routes.settlement, () => ({ ...settlement, verify_result: 'VERIFY_SUCCESS' }));
    this.on(routes.modifySettlement, () => ({ application_no: '102329389' }));
    this.on(routes.settlementChange, () => ({ ...settlement, verify_result: 'AUDITING' }));
    this.on(routes.provinces, () => ({
      total_count: 1,
      data: [{ province_name: '北京市', province_code: 10 }],
    }));
    this.on(routes.cities, () => ({ total_count: 1, data: [{ city_name: '北京市', city_code: 10 }] }));
    const bank = { bank_alias: '工商银行', bank_alias_code: '1000009561', account_bank: '工商银行' };
    const banks = [{ ...bank, account_bank_code: 1001, need_bank_branch: false }];
    for (const route of [routes.corporateBanks, routes.personalBanks]) {
      this.on(route, () => ({ total_count: 1, count: 1, offset: 0, data: banks }));
    }
    const branches = [{ bank_branch_name: '上海市周浦支行', bank_branch_id: '102290072311' }];
    this.on(routes.branches, () => ({ total_count: 1, count: 1, offset: 0, data: branches }));
  }

  /** What arrived, in order, its sensitive fields encrypted; a repetition byte for byte is the same request. */
  get submitted(): Record<string, unknown>[] {
    return [...this.#taken].map((rawBody) => JSON.parse(rawBody));
  }

  /** From now on a query of the application answers this; `more` in the API's own names. */
  answer(applicationId: string, state: string, more: object = {}): void {
    this.#answers.set(applicationId, { state, more });
  }

  #take({ body, rawBody }: FakeCall): object {
    this.#taken.add(rawBody);
    const { out_request_no, business_code } = body as Record<string, string>;
    const id = out_request_no ?? business_code ?? '';
    this.answer(id, this.kind === 'ecommerce' ? 'CHECKING' : 'APPLYMENT_STATE_AUDITING');
    return { applyment_id: 2000002124775691, ...(out_request_no && { out_request_no }) };
  }

  #find({ path }: FakeCall): object {
    const id = path.out_request_no ?? path.business_code ?? '';
    const known = this.#answers.get(id);
    if (!known && this.kind === 'partner') throw refusal('PARAM_ERROR');
    if (!known) throw refusal('RESOURCE_NOT_EXISTS', { status: 404 });
    const { state, more } = known;
    return this.kind === 'ecommerce'
      ? {
          applyment_id: 2000002124775691,
          out_request_no: id,
          applyment_state: state,
          applyment_state_desc: '',
          ...more,
        }
      : {
          applyment_id: 2000002124775691,
          business_code: id,
          applyment_state: state,
          applyment_state_msg: '',
          ...more,
        };
  }
}
