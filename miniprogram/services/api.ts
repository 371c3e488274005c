/**
 * The only module that talks to the cloud functions. Types come from the shared contract; nothing of it is
 * left at run time.
 */
import type {
  ApiError,
  ApplyMerchantAnswers,
  ApplyMerchantRequest,
  CloseOrderAnswer,
  ConfirmReceiptRequest,
  CreateOrderAnswer,
  CreateOrderRequest,
  HandleComplaintsAnswers,
  HandleComplaintsRequest,
  ListProductsAnswer,
  ListProductsRequest,
  ManageShopAnswers,
  ManageShopRequest,
  OrderView,
  QueryOrderAnswer,
  QueryOrderRequest,
  ReceiveTransferAnswers,
  ReceiveTransferRequest,
  RefundOrderAnswers,
  RefundOrderRequest,
  RequestRefundAnswer,
  RequestRefundRequest,
  Result,
  SellerFundsAnswers,
  SellerFundsRequest,
  SellerProductsAnswer,
  SellerProductsRequest,
  ShareProfitAnswers,
  ShareProfitRequest,
  ShipOrderAnswer,
  ShipOrderRequest,
  TransferMoneyAnswers,
  TransferMoneyRequest,
  UploadMediaAnswer,
  UploadMediaRequest,
} from '../../shared/contract/index.ts';
import { currentLanguage, type Pair, say } from '../i18n/index';

/** The call failed or returned no trustworthy answer, so its effect is unknown. */
export const networkError: ApiError = {
  code: 'OUTCOME_UNKNOWN',
  message: '网络不太稳定，请稍后再试。',
  messageEn: 'The network is unstable. Please try again.',
  retryable: true,
};

/** Which of a deployment's order functions takes a payment: own goods, or the goods of sellers. */
export type OrderFunction = 'createOrder' | 'createPartnerOrder';

/** Calls a function. Never rejects: a connection error is a Result too. */
export async function call<T>(name: string, data: object): Promise<Result<T>> {
  try {
    const { result } = await wx.cloud.callFunction({ name, data });
    if (typeof result === 'object' && result !== null && 'ok' in result)
      return result as unknown as Result<T>;
    return { ok: false, error: networkError };
  } catch {
    return { ok: false, error: networkError };
  }
}

export const api = {
  async listProducts(request: ListProductsRequest = {}): Promise<Result<ListProductsAnswer>> {
    const answer = await call<ListProductsAnswer>('listProducts', request);
    return answer.ok ? { ok: true, data: { products: answer.data.products.map(inTheirLanguage) } } : answer;
  },
  createOrder: (via: OrderFunction, request: CreateOrderRequest) =>
    callForOrders<CreateOrderAnswer>(via, request),
  queryOrder: (request: QueryOrderRequest) => callForOrders<QueryOrderAnswer>('queryOrder', request),
  closeOrder: (paymentNo: string) => callForOrders<CloseOrderAnswer>('closeOrder', { paymentNo }),
  requestRefund: (request: RequestRefundRequest) => call<RequestRefundAnswer>('requestRefund', request),
  receiveTransfer: <A extends ReceiveTransferRequest['action']>(
    request: Extract<ReceiveTransferRequest, { action: A }> & { action: A },
  ) => call<ReceiveTransferAnswers[A]>('receiveTransfer', request),
  /** Called when the buyer returns from WeChat's confirmation: the function queries WeChat. */
  confirmReceipt: (request: ConfirmReceiptRequest) =>
    callForOrders<QueryOrderAnswer>('confirmReceipt', request),
  sellerFunds: <A extends SellerFundsRequest['action']>(
    request: Extract<SellerFundsRequest, { action: A }> & { action: A },
  ) => call<SellerFundsAnswers[A]>('sellerFunds', request),
  sellerProducts: (request: SellerProductsRequest) => call<SellerProductsAnswer>('sellerProducts', request),
  handleComplaints: <A extends HandleComplaintsRequest['action']>(
    request: Extract<HandleComplaintsRequest, { action: A }> & { action: A },
  ) => call<HandleComplaintsAnswers[A]>('handleComplaints', request),
  manageShop: <A extends ManageShopRequest['action']>(
    request: Extract<ManageShopRequest, { action: A }> & { action: A },
  ) => call<ManageShopAnswers[A]>('manageShop', request),
  refundOrder: <A extends RefundOrderRequest['action']>(
    request: Extract<RefundOrderRequest, { action: A }> & { action: A },
  ) => call<RefundOrderAnswers[A]>('refundOrder', request),
  shareProfit: <A extends ShareProfitRequest['action']>(
    request: Extract<ShareProfitRequest, { action: A }> & { action: A },
  ) => call<ShareProfitAnswers[A]>('shareProfit', request),
  shipOrder: (request: ShipOrderRequest) => call<ShipOrderAnswer>('shipOrder', request),
  transferMoney: <A extends TransferMoneyRequest['action']>(
    request: Extract<TransferMoneyRequest, { action: A }> & { action: A },
  ) => call<TransferMoneyAnswers[A]>('transferMoney', request),
  uploadMedia: (request: UploadMediaRequest) => call<UploadMediaAnswer>('uploadMedia', request),
  applyMerchant: <A extends ApplyMerchantRequest['action']>(
    request: Extract<ApplyMerchantRequest, { action: A }> & { action: A },
  ) => call<ApplyMerchantAnswers[A]>('applyMerchant', request),
};

export type Api = typeof api;

async function callForOrders<T extends { readonly orders: readonly OrderView[] }>(
  name: string,
  data: object,
): Promise<Result<T>> {
  const answer = await call<T>(name, data);
  if (!answer.ok) return answer;
  const orders = answer.data.orders.map((order) => ({ ...order, items: order.items.map(inTheirLanguage) }));
  return { ok: true, data: { ...answer.data, orders } };
}

/** Goods have an English name where the shop gave them one. */
function inTheirLanguage<
  T extends { title: string; titleEn?: string; subtitle?: string; subtitleEn?: string },
>(goods: T): T {
  if (currentLanguage() === 'zh' || goods.titleEn === undefined) return goods;
  return { ...goods, title: goods.titleEn, ...(goods.subtitleEn && { subtitle: goods.subtitleEn }) };
}

/** The error in the user's language. */
export function errorText(error: Pick<ApiError, 'message' | 'messageEn'>): string {
  const pair: Pair = [error.message, error.messageEn];
  return say(pair, currentLanguage());
}
