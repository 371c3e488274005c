/**
 * WeChat Pay API v3 and nothing else: keys, signing, verifying, ciphers, a client, and one file per API family.
 * Import single files where the size of a bundle counts: only `client.ts` leads to axios, and only when it sends.
 */
export * from './api/certificates.ts';
export * from './api/combine.ts';
export * from './api/jsapi.ts';
export type * from './api/order-types.ts';
export * from './api/partner-jsapi.ts';
export { decryptOaep, decryptResource, encryptOaep, maxOaepPlaintextBytes } from './crypto/ciphers.ts';
export { parseApiV3Key, parseCertificate, parsePrivateKey, parsePublicKey, serialOf } from './crypto/keys.ts';
export {
  type CertificateStore,
  createPlatformKeys,
  type PlatformKeys,
  type PlatformKeysOptions,
} from './crypto/platform-keys.ts';
export { authorizationHeader, paySign, requestMessage, signMessage } from './crypto/signer.ts';
export { isSigned, verifySignature } from './crypto/verifier.ts';
export { WechatpayError, type WechatpayErrorCode, type WechatpayErrorKind } from './errors.ts';
export { type ClientLimits, type ClientOptions, createClient, officialBases } from './http/client.ts';
export type * from './http/client-types.ts';
export { buildPath } from './http/path.ts';
export { TransportError } from './http/transport-error.ts';
export { maxNotificationBytes, parseNotification } from './notifications/notifications.ts';
export type * from './notifications/types.ts';
export type { CoreEndpoints } from './routes/generated/core-endpoints.ts';
export type { FactsOf, JsonObject, MediaFile, Open, RouteFacts } from './routes/types.ts';
