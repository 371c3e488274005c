/**
 * The main entry of the package that `npm run package:wechatpay` makes. In this repository single files are imported,
 * so that a bundle only contains what it uses: only `client.ts` loads axios, and only when it sends.
 */

export type { CertificateSources, CertificateStore } from './crypto/certificate-cache.ts';
export type { CertificateItem } from './crypto/certificate-items.ts';
export { decryptOaep, decryptResource, encryptOaep, maxOaepPlaintextBytes } from './crypto/ciphers.ts';
export { parseApiV3Key, parseCertificate, parsePrivateKey, parsePublicKey, serialOf } from './crypto/keys.ts';
export { createPlatformKeys, type PlatformKeys, type PlatformKeysOptions } from './crypto/platform-keys.ts';
export { authorizationHeader, paySign, requestMessage, signMessage } from './crypto/signer.ts';
export { isSigned, verifySignature } from './crypto/verifier.ts';
export { WechatpayError, type WechatpayErrorCode, type WechatpayErrorKind } from './errors.ts';
export { downloadCertificates } from './http/certificates.ts';
export { type ClientLimits, type ClientOptions, createClient, officialBases } from './http/client.ts';
export type * from './http/client-types.ts';
export { buildPath } from './http/path.ts';
export { TransportError } from './http/transport-error.ts';
export type { Log } from './log.ts';
export { maxNotificationBytes, parseNotification } from './notifications/notifications.ts';
export type * from './notifications/types.ts';
export type { CoreEndpoints } from './routes/generated/core-endpoints.ts';
export type { FactsOf, JsonObject, MediaFile, Open, RouteFacts } from './routes/types.ts';
