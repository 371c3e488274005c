# requests, on which wechatpayv3 is built: HTTPS_PROXY and REQUESTS_CA_BUNDLE, since its host is fixed.
import base64
import json
import os
import secrets
import time

import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

env = os.environ
host = 'https://api.mch.weixin.qq.com' if 'HTTPS_PROXY' in env else env['WECHATPAY_BASE_URL']
with open(env['WECHATPAY_PRIVATE_KEY_FILE'], 'rb') as file:
    key = serialization.load_pem_private_key(file.read(), None)


def call(method, target, body=''):
    now, nonce = str(int(time.time())), secrets.token_hex(16)
    message = f'{method}\n{target}\n{now}\n{nonce}\n{body}\n'.encode()
    signature = base64.b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()
    authorization = (
        f'WECHATPAY2-SHA256-RSA2048 mchid="{env["WECHATPAY_MCHID"]}",nonce_str="{nonce}",signature="{signature}",'
        f'timestamp="{now}",serial_no="{env["WECHATPAY_SERIAL_NO"]}"'
    )
    headers = {'Authorization': authorization, 'Accept': 'application/json', 'Content-Type': 'application/json'}
    response = requests.request(method, host + target, headers=headers, data=body.encode() or None)
    response.raise_for_status()
    return response.json()


no = env['OUT_TRADE_NO']
order = {
    'appid': env['WECHATPAY_APPID'],
    'mchid': env['WECHATPAY_MCHID'],
    'description': 'sdk',
    'out_trade_no': no,
    'notify_url': 'https://shop.example/notify',
    'amount': {'total': 1},
}
call('POST', '/v3/pay/transactions/native', json.dumps(order))
print('query', call('GET', f'/v3/pay/transactions/out-trade-no/{no}?mchid={env["WECHATPAY_MCHID"]}')['trade_state'])
