<?php
// Guzzle, on which wechatpay-php and EasyWeChat are built: `base_uri`, or HTTPS_PROXY and a certificate authority.
require '/usr/share/php/GuzzleHttp/autoload.php';

$proxied = getenv('HTTPS_PROXY') !== false;
$base = $proxied ? 'https://api.mch.weixin.qq.com/' : getenv('WECHATPAY_BASE_URL') . '/';
$client = new GuzzleHttp\Client(['base_uri' => $base] + ($proxied ? ['verify' => getenv('SSL_CERT_FILE')] : []));
$key = openssl_pkey_get_private(file_get_contents(getenv('WECHATPAY_PRIVATE_KEY_FILE')));

function call(string $method, string $target, string $body = ''): array
{
    global $client, $key;
    $time = (string) time();
    $nonce = bin2hex(random_bytes(16));
    openssl_sign("$method\n$target\n$time\n$nonce\n$body\n", $signature, $key, OPENSSL_ALGO_SHA256);
    $authorization = sprintf(
        'WECHATPAY2-SHA256-RSA2048 mchid="%s",nonce_str="%s",signature="%s",timestamp="%s",serial_no="%s"',
        getenv('WECHATPAY_MCHID'), $nonce, base64_encode($signature), $time, getenv('WECHATPAY_SERIAL_NO'));
    $response = $client->request($method, ltrim($target, '/'), [
        'headers' => ['Authorization' => $authorization, 'Accept' => 'application/json', 'Content-Type' => 'application/json'],
    ] + ($body === '' ? [] : ['body' => $body]));
    return json_decode((string) $response->getBody(), true);
}

$no = getenv('OUT_TRADE_NO');
call('POST', '/v3/pay/transactions/native', json_encode([
    'appid' => getenv('WECHATPAY_APPID'), 'mchid' => getenv('WECHATPAY_MCHID'), 'description' => 'sdk',
    'out_trade_no' => $no, 'notify_url' => 'https://shop.example/notify', 'amount' => ['total' => 1],
]));
$order = call('GET', "/v3/pay/transactions/out-trade-no/$no?mchid=" . getenv('WECHATPAY_MCHID'));
echo "query {$order['trade_state']}\n";
