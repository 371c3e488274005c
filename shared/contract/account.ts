/** The kind of WeChat Pay account: 直连商户, 普通服务商 or 电商收付通平台. */
export type AccountKind = 'direct' | 'partner' | 'ecommerce';

/** The kinds that take payments for others. A deployment has at most one of them. */
export type ProviderKind = Exclude<AccountKind, 'direct'>;
