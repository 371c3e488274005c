/** Made-up people and documents that pass every check. None of them are real. */

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An 18-character ID card number with its check character: area, birth day `YYYYMMDD`, order. */
export function idCardNumber(area = '440305', birth = '19900307', order = '104'): string {
  const body = `${area}${birth}${order}`;
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return `${body}${'10X98765432'[sum % 11]}`;
}

export const legalPerson = { name: '张三丰', idCard: idCardNumber(), phone: '13800138000' };
export const agent = {
  name: '李四光',
  idCard: idCardNumber('110101', '19851212', '201'),
  phone: '13900139000',
};
export const beneficiaries = ['1', '2', '3', '4'].map((order) => ({
  name: `王五${order}`,
  idCard: idCardNumber('310101', '19780808', `30${order}`),
}));

export const companyName = '深圳某某科技有限公司';
export const shopName = '张三餐饮店';
export const organName = '某某市图书馆';
export const address = '广东省深圳市南山区某某路1号';
export const creditCode = '91440300MA5EXAMPLE';
