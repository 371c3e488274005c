import { expect, test } from 'vitest';
import { receivedAccountName } from './received-account';

test('an account that WeChat Pay has a fixed name for is named in the language of the user, a card as its bank is', () => {
  expect(receivedAccountName('支付用户零钱', 'en')).toBe('the WeChat balance');
  expect(receivedAccountName('支付用户零钱', 'zh')).toBe('支付用户零钱');
  expect(receivedAccountName('招商银行信用卡0403', 'en')).toBe('招商银行信用卡0403');
});
