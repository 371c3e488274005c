/**
 * WeChat Pay API v3 and nothing else: keys, signing, verifying, ciphers, a client, and one file per API family.
 * Import single files where the size of a bundle counts: only `client.ts` leads to axios, and only when it sends.
 */
export * from './api/applyment4sub.ts';
export * from './api/capital.ts';
export * from './api/certificates.ts';
export * from './api/combine.ts';
export * from './api/ecommerce-applyment.ts';
export * from './api/jsapi.ts';
export * from './api/media.ts';
export type * from './api/order-types.ts';
export * from './api/partner-jsapi.ts';
export * from './api/settlement.ts';
export { decryptOaep, decryptResource, encryptOaep, maxOaepPlaintextBytes } from './ciphers.ts';
export { type ClientLimits, type ClientOptions, createClient } from './client.ts';
export type * from './client-types.ts';
export { WechatpayError, type WechatpayErrorCode, type WechatpayErrorKind } from './errors.ts';
export { parseApiV3Key, parseCertificate, parsePrivateKey, parsePublicKey, serialOf } from './keys.ts';
export type * from './notification-types.ts';
export { maxNotificationBytes, parseNotification } from './notifications.ts';
export { buildPath } from './path.ts';
export {
  type CertificateStore,
  createPlatformKeys,
  type PlatformKeys,
  type PlatformKeysOptions,
} from './platform-keys.ts';
export { authorizationHeader, paySign, requestMessage, signMessage } from './signer.ts';
export { TransportError } from './transport-error.ts';
export { isSigned, verifySignature } from './verifier.ts';
