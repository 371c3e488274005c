/** What the functions store about bills, as far as the page shows it. */
export interface BillSums {
  rows: number;
  paidFen?: number;
  refundedFen?: number;
  feeFen?: number;
  incomeFen?: number;
  expenseFen?: number;
  outside?: Record<string, { fen: number }>;
}

export interface BillDay {
  _id: string;
  date: string;
  account: string;
  mchid: string;
  state: string;
  differences: number;
  failure: { code: string; message: string } | null;
  checkedAtMs: number;
}

export interface BillOfDay {
  _id: string;
  date: string;
  mchid: string;
  type: string;
  subMchid: string | null;
  state: string;
  sums: BillSums | null;
}

export interface BillDifference {
  _id: string;
  date: string;
  mchid: string;
  kind: string;
  movement: string | null;
  reference: string;
  outTradeNo: string | null;
  billedFen: number | null;
  recordedFen: number | null;
  detail?: string;
  remedy: { zh: string; en: string };
  state: 'OPEN' | 'REPAIRED' | 'SETTLED';
}
