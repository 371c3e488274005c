/**
 * The only module that talks to the cloud functions. Types come from the shared contract; nothing of it is
 * left at run time.
 */
import type {
  ApiError,
  ApplyMerchantAnswers,
  ApplyMerchantRequest,
  CloseOrderAnswer,
  CreateOrderAnswer,
  CreateOrderRequest,
  ListProductsAnswer,
  ListProductsRequest,
  QueryOrderAnswer,
  QueryOrderRequest,
  Result,
  UploadMediaAnswer,
  UploadMediaRequest,
} from '../../shared/contract/index.ts';
import { currentLanguage, type Pair, say } from '../i18n/index';

/** The call did not get through, or no trustworthy answer came back: what it did is not known. */
export const networkError: ApiError = {
  code: 'OUTCOME_UNKNOWN',
  message: '网络不太稳定，请稍后再试。',
  messageEn: 'The network is unstable. Please try again.',
  retryable: true,
};

/** Which of a deployment's order functions takes a payment: own goods, or the goods of sellers. */
export type OrderFunction = 'createOrder' | 'createPartnerOrder';

/** Calls a function. Never rejects: a broken connection is a Result too. */
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
  listProducts: (request: ListProductsRequest = {}) => call<ListProductsAnswer>('listProducts', request),
  createOrder: (via: OrderFunction, request: CreateOrderRequest) => call<CreateOrderAnswer>(via, request),
  queryOrder: (request: QueryOrderRequest) => call<QueryOrderAnswer>('queryOrder', request),
  closeOrder: (paymentNo: string) => call<CloseOrderAnswer>('closeOrder', { paymentNo }),
  uploadMedia: (request: UploadMediaRequest) => call<UploadMediaAnswer>('uploadMedia', request),
  applyMerchant: <A extends ApplyMerchantRequest['action']>(
    request: Extract<ApplyMerchantRequest, { action: A }> & { action: A },
  ) => call<ApplyMerchantAnswers[A]>('applyMerchant', request),
};

export type Api = typeof api;

/** The error in the user's language. */
export function errorText(error: Pick<ApiError, 'message' | 'messageEn'>): string {
  const pair: Pair = [error.message, error.messageEn];
  return say(pair, currentLanguage());
}
