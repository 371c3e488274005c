# Takes one payment by WeChat Pay v3: place an order, receive its callback, query it.
# Python's standard library and `cryptography` (pip install cryptography): the standard library has no RSA.
import base64, json, os, secrets, sys, time, urllib.error, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

env = os.environ
names = "BASE_URL APPID MCHID SERIAL_NO API_V3_KEY PUBLIC_KEY_ID OPENID PRIVATE_KEY_FILE PUBLIC_KEY_FILE"
for missing in [name for name in names.split() if not env.get("WECHATPAY_" + name)]:
    command = 'eval "$(npx wechatpay-sandbox env)"'
    sys.exit(f"WECHATPAY_{missing} is not set; first run: {command} · 未设置 WECHATPAY_{missing}，请先执行：{command}")
with open(env["WECHATPAY_PRIVATE_KEY_FILE"], "rb") as file:
    private_key = serialization.load_pem_private_key(file.read(), None)
with open(env["WECHATPAY_PUBLIC_KEY_FILE"], "rb") as file:
    public_key = serialization.load_pem_public_key(file.read())


def authorization(method, target, body):
    timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
    message = f"{method}\n{target}\n{timestamp}\n{nonce}\n{body}\n".encode()
    signature = base64.b64encode(private_key.sign(message, PKCS1v15(), hashes.SHA256())).decode()
    return (
        f'WECHATPAY2-SHA256-RSA2048 mchid="{env["WECHATPAY_MCHID"]}",nonce_str="{nonce}",signature="{signature}",'
        f'timestamp="{timestamp}",serial_no="{env["WECHATPAY_SERIAL_NO"]}"'
    )


def verify(headers, body):
    """Answers and callbacks are signed alike. Verify before you parse."""
    timestamp = headers["Wechatpay-Timestamp"]
    if headers["Wechatpay-Serial"] != env["WECHATPAY_PUBLIC_KEY_ID"]:
        raise ValueError("signed by another key")
    if abs(time.time() - int(timestamp)) > 300:
        raise ValueError("older than five minutes")
    message = f"{timestamp}\n{headers['Wechatpay-Nonce']}\n".encode() + body + b"\n"
    signature = base64.b64decode(headers["Wechatpay-Signature"])
    public_key.verify(signature, message, PKCS1v15(), hashes.SHA256())


def call(method, target, data=None):
    body = "" if data is None else json.dumps(data, ensure_ascii=False)
    request = urllib.request.Request(env["WECHATPAY_BASE_URL"] + target, method=method, data=body.encode() or None)
    request.add_header("Authorization", authorization(method, target, body))
    request.add_header("Accept", "application/json")
    request.add_header("Content-Type", "application/json")
    request.add_header("User-Agent", "sample")
    request.add_header("Wechatpay-Serial", env["WECHATPAY_PUBLIC_KEY_ID"])
    try:
        with urllib.request.urlopen(request) as response:
            answer = response.read()
            verify(response.headers, answer)
            return json.loads(answer)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{error.code} {error.read().decode()}")


def decrypt(resource):
    data = base64.b64decode(resource["ciphertext"])
    associated = resource.get("associated_data", "").encode()
    return json.loads(AESGCM(env["WECHATPAY_API_V3_KEY"].encode()).decrypt(resource["nonce"].encode(), data, associated))


class Callbacks(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            verify(self.headers, body)
            payment = decrypt(json.loads(body)["resource"])
        except Exception as error:
            print(f"refused a callback: {error!r}", flush=True)
            self.send_response(401)
            self.end_headers()
            return
        self.send_response(204)
        self.end_headers()
        print(f"callback {payment['out_trade_no']} {payment['trade_state']}", flush=True)
        target = f"/v3/pay/transactions/out-trade-no/{out_trade_no}?mchid={env['WECHATPAY_MCHID']}"
        print(f"query {call('GET', target)['trade_state']}", flush=True)
        Thread(target=self.server.shutdown).start()

    def log_message(self, *_):
        pass


out_trade_no = f"S{int(time.time())}{secrets.token_hex(4)}"
server = HTTPServer(("127.0.0.1", int(env.get("PORT", "8080"))), Callbacks)
prepay = call("POST", "/v3/pay/transactions/jsapi", {
    "appid": env["WECHATPAY_APPID"],
    "mchid": env["WECHATPAY_MCHID"],
    "description": "示例商品 · sample",
    "out_trade_no": out_trade_no,
    "notify_url": f"http://127.0.0.1:{server.server_port}/notify",
    "amount": {"total": 1, "currency": "CNY"},
    "payer": {"openid": env["WECHATPAY_OPENID"]},
})
print(f"order {out_trade_no} {prepay['prepay_id']}", flush=True)
server.serve_forever()
