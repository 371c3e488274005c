/** vitest loads this before each test file: after every test, the money of every shop that it opened is checked. */
import { afterEach } from 'vitest';
import { checkWatchedMoney } from '../shared/payments/testing/watched-money.ts';

afterEach(checkWatchedMoney);
