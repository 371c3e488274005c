<?php
// Takes one payment by WeChat Pay v3 with PHP's own openssl: place an order, receive its callback, query it.
// Run it as it is: php order.php (PHP 8 with openssl).

foreach (explode(' ', 'BASE_URL APPID MCHID SERIAL_NO API_V3_KEY PUBLIC_KEY_ID OPENID PRIVATE_KEY_FILE PUBLIC_KEY_FILE') as $name) {
    if (!getenv("WECHATPAY_$name")) {
        $command = 'eval "$(npx wechatpay-sandbox env)"';
        fwrite(STDERR, "WECHATPAY_$name is not set; first run: $command · 未设置 WECHATPAY_{$name}，请先执行：$command\n");
        exit(1);
    }
}

function authorization(string $method, string $target, string $body): string
{
    $timestamp = (string) time();
    $nonce = bin2hex(random_bytes(16));
    openssl_sign("$method\n$target\n$timestamp\n$nonce\n$body\n", $signature, privateKey(), OPENSSL_ALGO_SHA256);
    return sprintf(
        'WECHATPAY2-SHA256-RSA2048 mchid="%s",nonce_str="%s",signature="%s",timestamp="%s",serial_no="%s"',
        getenv('WECHATPAY_MCHID'), $nonce, base64_encode($signature), $timestamp, getenv('WECHATPAY_SERIAL_NO'),
    );
}

/** Answers and callbacks are signed alike. Verify before you parse. Names of headers in lower case. */
function verify(array $headers, string $body): void
{
    $timestamp = $headers['wechatpay-timestamp'] ?? '0';
    if (($headers['wechatpay-serial'] ?? '') !== getenv('WECHATPAY_PUBLIC_KEY_ID')) {
        throw new RuntimeException('signed by another key');
    }
    if (abs(time() - (int) $timestamp) > 300) {
        throw new RuntimeException('older than five minutes');
    }
    $signature = base64_decode($headers['wechatpay-signature'] ?? '');
    $message = "$timestamp\n{$headers['wechatpay-nonce']}\n$body\n";
    $publicKey = openssl_pkey_get_public(file_get_contents(getenv('WECHATPAY_PUBLIC_KEY_FILE')));
    if (openssl_verify($message, $signature, $publicKey, OPENSSL_ALGO_SHA256) !== 1) {
        throw new RuntimeException('bad signature');
    }
}

function call(string $method, string $target, ?array $data = null): array
{
    $body = $data === null ? '' : json_encode($data, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    $headers = [
        'Authorization: ' . authorization($method, $target, $body),
        'Accept: application/json',
        'Content-Type: application/json',
        'User-Agent: sample',
        'Wechatpay-Serial: ' . getenv('WECHATPAY_PUBLIC_KEY_ID'),
    ];
    $options = ['method' => $method, 'header' => $headers, 'content' => $body, 'ignore_errors' => true];
    $text = file_get_contents(getenv('WECHATPAY_BASE_URL') . $target, false, stream_context_create(['http' => $options]));
    [, $status] = explode(' ', $http_response_header[0]);
    if ((int) $status >= 300) {
        throw new RuntimeException("$status $text");
    }
    verify(headersOf(array_slice($http_response_header, 1)), $text);
    return json_decode($text, true, flags: JSON_THROW_ON_ERROR);
}

function decrypt(array $resource): array
{
    $bytes = base64_decode($resource['ciphertext']);
    $text = openssl_decrypt(
        substr($bytes, 0, -16), 'aes-256-gcm', getenv('WECHATPAY_API_V3_KEY'), OPENSSL_RAW_DATA,
        $resource['nonce'], substr($bytes, -16), $resource['associated_data'] ?? '',
    );
    if ($text === false) {
        throw new RuntimeException('cannot be decrypted');
    }
    return json_decode($text, true, flags: JSON_THROW_ON_ERROR);
}

function privateKey(): OpenSSLAsymmetricKey
{
    return openssl_pkey_get_private(file_get_contents(getenv('WECHATPAY_PRIVATE_KEY_FILE')));
}

function headersOf(array $lines): array
{
    $headers = [];
    foreach ($lines as $line) {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        $headers[strtolower($name)] = trim($value);
    }
    return $headers;
}

/** One request of a plain HTTP server; a real program sits behind nginx, where the framework reads it. */
function readRequest($connection): array
{
    $lines = [];
    while (($line = rtrim(fgets($connection))) !== '') {
        $lines[] = $line;
    }
    $headers = headersOf(array_slice($lines, 1));
    return [$headers, stream_get_contents($connection, (int) $headers['content-length'])];
}

$server = stream_socket_server('tcp://127.0.0.1:' . (getenv('PORT') ?: '8080'));
$outTradeNo = 'S' . time() . bin2hex(random_bytes(4));
['prepay_id' => $prepayId] = call('POST', '/v3/pay/transactions/jsapi', [
    'appid' => getenv('WECHATPAY_APPID'),
    'mchid' => getenv('WECHATPAY_MCHID'),
    'description' => '示例商品 · sample',
    'out_trade_no' => $outTradeNo,
    'notify_url' => 'http://' . stream_socket_get_name($server, false) . '/notify',
    'amount' => ['total' => 1, 'currency' => 'CNY'],
    'payer' => ['openid' => getenv('WECHATPAY_OPENID')],
]);
echo "order $outTradeNo $prepayId\n";
while ($connection = stream_socket_accept($server, -1)) {
    try {
        [$headers, $body] = readRequest($connection);
        verify($headers, $body);
        $payment = decrypt(json_decode($body, true, flags: JSON_THROW_ON_ERROR)['resource']);
        fwrite($connection, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        fclose($connection);
    } catch (Exception $error) {
        echo "refused a callback: {$error->getMessage()}\n";
        fwrite($connection, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        fclose($connection);
        continue;
    }
    echo "callback {$payment['out_trade_no']} {$payment['trade_state']}\n";
    $mchid = getenv('WECHATPAY_MCHID');
    echo 'query ' . call('GET', "/v3/pay/transactions/out-trade-no/$outTradeNo?mchid=$mchid")['trade_state'] . "\n";
    exit(0);
}
