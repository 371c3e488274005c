import { api } from './api';

/** Pictures of the products on sale, by product id. Decoration only: without an answer there are none. */
export async function loadPictures(): Promise<Readonly<Record<string, string>>> {
  const answer = await api.listProducts();
  if (!answer.ok) return {};
  return Object.fromEntries(answer.data.products.map(({ productId, image }) => [productId, image ?? '']));
}
