/** Requests and answers about products. Amounts are integers in fen. */

/** listProducts: the products on sale, all or one seller's. */
export interface ListProductsRequest {
  readonly sellerId?: string;
}

export interface ListProductsAnswer {
  readonly products: readonly ProductView[];
}

export interface ProductView {
  readonly productId: string;
  readonly title: string;
  readonly titleEn?: string;
  readonly subtitle?: string;
  readonly subtitleEn?: string;
  /** Path or URL of a picture. */
  readonly image?: string;
  readonly price:
    | { readonly kind: 'fixed'; readonly amountFen: number }
    | { readonly kind: 'free'; readonly minAmountFen: number; readonly maxAmountFen: number };
  /** Absent: the shop's own goods, paid through createOrder. Present: createPartnerOrder. */
  readonly sellerId?: string;
  readonly sellerName?: string;
}

/** What a seller sets of one of its products. */
export interface ProductInput {
  /** 1 to 127 characters. */
  readonly title: string;
  readonly subtitle?: string;
  /** Fixed price of one piece. */
  readonly amountFen: number;
}

/** sellerProducts: the owner of a seller lists, adds and changes that seller's goods. */
export type SellerProductsRequest =
  /** All of them, on sale or not. */
  | { readonly action: 'list'; readonly sellerId: string }
  /** On sale at once. Generate the token once per product, so that a double tap adds only one. */
  | {
      readonly action: 'add';
      readonly sellerId: string;
      readonly requestToken: string;
      readonly product: ProductInput;
    }
  /** Orders that were placed before keep their price. */
  | {
      readonly action: 'change';
      readonly sellerId: string;
      readonly productId: string;
      readonly product: ProductInput;
    }
  | {
      readonly action: 'setOnSale';
      readonly sellerId: string;
      readonly productId: string;
      readonly onSale: boolean;
    };

/** Every action answers the seller's products, the newest first. */
export interface SellerProductsAnswer {
  readonly products: readonly SellerProductView[];
}

export interface SellerProductView extends ProductView {
  readonly onSale: boolean;
}
