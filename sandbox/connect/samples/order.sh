#!/usr/bin/env bash
# Takes one payment by WeChat Pay v3 with curl and openssl: place an order, query it until it is paid.
# A callback needs a server, and AES-GCM, which the openssl command cannot do: see the programs in other languages.
set -euo pipefail

for name in BASE_URL APPID MCHID SERIAL_NO API_V3_KEY PUBLIC_KEY_ID OPENID PRIVATE_KEY_FILE PUBLIC_KEY_FILE; do
  name=WECHATPAY_$name command='eval "$(npx wechatpay-sandbox env)"'
  [ -n "${!name:-}" ] || { echo "$name is not set; first run: $command · 未设置 $name，请先执行：$command" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

call() { # call METHOD TARGET [BODY]
  local method=$1 target=$2 body=${3:-} timestamp nonce signature
  timestamp=$(date +%s)
  nonce=$(openssl rand -hex 16)
  signature=$(printf '%s\n%s\n%s\n%s\n%s\n' "$method" "$target" "$timestamp" "$nonce" "$body" |
    openssl dgst -sha256 -sign "$WECHATPAY_PRIVATE_KEY_FILE" | openssl base64 -A)
  curl -sS -X "$method" "$WECHATPAY_BASE_URL$target" -D "$work/headers" -o "$work/body" \
    -H "Authorization: WECHATPAY2-SHA256-RSA2048 mchid=\"$WECHATPAY_MCHID\",nonce_str=\"$nonce\",signature=\"$signature\",timestamp=\"$timestamp\",serial_no=\"$WECHATPAY_SERIAL_NO\"" \
    -H 'Accept: application/json' -H 'Content-Type: application/json' -H 'User-Agent: sample' \
    -H "Wechatpay-Serial: $WECHATPAY_PUBLIC_KEY_ID" ${body:+--data-binary "$body"}
  grep -q '^HTTP/1.1 2' "$work/headers" || { head -1 "$work/headers" >&2; cat "$work/body" >&2; exit 1; }
  verify
  cat "$work/body"
}

header() { grep -i "^$1:" "$work/headers" | sed 's/^[^:]*: *//' | tr -d '\r'; }

verify() { # Verify before you parse.
  [ "$(header Wechatpay-Serial)" = "$WECHATPAY_PUBLIC_KEY_ID" ] || { echo 'signed by another key' >&2; exit 1; }
  header Wechatpay-Signature | openssl base64 -d -A >"$work/signature"
  { printf '%s\n%s\n' "$(header Wechatpay-Timestamp)" "$(header Wechatpay-Nonce)"; cat "$work/body"; echo; } |
    openssl dgst -sha256 -verify "$WECHATPAY_PUBLIC_KEY_FILE" -signature "$work/signature" >/dev/null
}

field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

no="S$(date +%s)$(openssl rand -hex 4)"
prepay=$(call POST /v3/pay/transactions/jsapi "{\"appid\":\"$WECHATPAY_APPID\",\"mchid\":\"$WECHATPAY_MCHID\",\"description\":\"示例商品 · sample\",\"out_trade_no\":\"$no\",\"notify_url\":\"https://example.com/notify\",\"amount\":{\"total\":1,\"currency\":\"CNY\"},\"payer\":{\"openid\":\"$WECHATPAY_OPENID\"}}")
echo "order $no $(field prepay_id <<<"$prepay")"
until [ "${state:=}" = SUCCESS ]; do
  sleep 1
  state=$(call GET "/v3/pay/transactions/out-trade-no/$no?mchid=$WECHATPAY_MCHID" | field trade_state)
  echo "query $state"
done
