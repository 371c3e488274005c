import type { Endpoint } from '../context.ts';
import { applyAfterSales, queryAfterSales } from './after-sales.ts';
import { cancelSubsidy, createSubsidy, returnSubsidy } from './subsidies.ts';

const roles = ['ecommerce'] as const;

/** 补差 and 售后服务分账: github.com/TheNorthMemory/wechatpay-openapi, docs/v3/ecommerce. */
export const subsidyEndpoints: readonly Endpoint[] = [
  {
    name: '请求补差',
    method: 'POST',
    path: '/v3/ecommerce/subsidies/create',
    bodyKind: 'json',
    roles,
    handle: (context) => ({ body: createSubsidy(context) }),
  },
  {
    name: '请求补差回退',
    method: 'POST',
    path: '/v3/ecommerce/subsidies/return',
    bodyKind: 'json',
    roles,
    handle: (context) => ({ body: returnSubsidy(context) }),
  },
  {
    name: '取消补差',
    method: 'POST',
    path: '/v3/ecommerce/subsidies/cancel',
    bodyKind: 'json',
    roles,
    handle: (context) => ({ body: cancelSubsidy(context) }),
  },
  {
    name: '请求售后服务分账',
    method: 'POST',
    path: '/v3/ecommerce/profitsharing/after-sales-orders',
    bodyKind: 'json',
    roles,
    handle: (context) => ({ body: applyAfterSales(context) }),
  },
  {
    name: '查询售后服务分账结果',
    method: 'GET',
    path: '/v3/ecommerce/profitsharing/after-sales-orders',
    bodyKind: 'none',
    roles,
    handle: (context) => ({ body: queryAfterSales(context) }),
  },
];
