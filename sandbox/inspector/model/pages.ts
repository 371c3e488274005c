/** The official page of each API, as docs/fidelity.md names it. */
const pages: Record<string, string> = {
  JSAPI下单: 'merchant/4012791897',
  商户订单号查询订单: 'merchant/4012791900',
  微信支付订单号查询订单: 'merchant/4012791899',
  关闭订单: 'merchant/4012791901',
  服务商JSAPI下单: 'partner/4012523593',
  合单JSAPI下单: 'merchant/4012556926',
  申请退款: 'merchant/4013071036',
  查询单笔退款: 'merchant/4013071041',
  发起异常退款: 'merchant/4012810603',
  发起转账: 'merchant/4012716434',
  下载平台证书: 'merchant/4012551764',
  图片上传: 'partner/4012760490',
  二级商户进件: 'partner/4012713017',
  特约商户进件: 'partner/4012697052',
  'wx.requestPayment': 'merchant/4012791898',
};

export function pageOf(api: string | undefined): string | undefined {
  const page = api === undefined ? undefined : pages[api];
  return page && `https://pay.weixin.qq.com/doc/v3/${page}`;
}
