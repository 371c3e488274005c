/** What the table of routes is made of. Types only. */

/** A string of which some values are known: WeChat Pay adds others without notice. */
export type Open<Known extends string> = Known | (string & {});

/** An object whose members no page lists. */
export type JsonObject = { readonly [name: string]: unknown };

export interface MediaFile {
  /** With the extension that says its type. */
  readonly filename: string;
  readonly bytes: Uint8Array;
}

/**
 * What a call needs to know about its route at run time. Paths are separated by blanks; `list[].name` is a member of
 * each element.
 */
export interface RouteFacts {
  /** Fields of the request that go encrypted. */
  readonly encrypt?: string;
  /** Wechatpay-Serial names the key of WeChat Pay also when nothing in the request is encrypted. */
  readonly serial?: true;
  /** Fields of the response that come encrypted. */
  readonly decrypt?: string;
  /** An upload: the form part that holds the file. */
  readonly upload?: string;
  /** Parameters that go into the query, where the others go into the body. */
  readonly query?: string;
  /** A DELETE whose parameters go into the body. */
  readonly body?: true;
  /** It answers with the bytes of a file, which WeChat Pay does not sign. */
  readonly bytes?: true;
  /** A write that WeChat Pay takes for the same one when it is repeated with the same parameters. */
  readonly repeat?: true;
}

/** The facts of a table that types routes: an interface from route to [parameters, response]. */
export type FactsOf<E> = { readonly [R in keyof E]: RouteFacts };
