// Takes one payment by WeChat Pay v3 with Go's standard library: place an order, receive its callback, query it.
package main

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

var (
	baseURL    = os.Getenv("WECHATPAY_BASE_URL")
	mchid      = os.Getenv("WECHATPAY_MCHID")
	keyID      = os.Getenv("WECHATPAY_PUBLIC_KEY_ID")
	privateKey *rsa.PrivateKey
	publicKey  *rsa.PublicKey
)

func requireVariables() {
	names := "BASE_URL APPID MCHID SERIAL_NO API_V3_KEY PUBLIC_KEY_ID OPENID PRIVATE_KEY_FILE PUBLIC_KEY_FILE"
	for _, name := range strings.Fields(names) {
		if os.Getenv("WECHATPAY_"+name) == "" {
			command := `eval "$(npx wechatpay-sandbox env)"`
			fmt.Fprintf(os.Stderr, "WECHATPAY_%[1]s is not set; first run: %[2]s · 未设置 WECHATPAY_%[1]s，请先执行：%[2]s\n", name, command)
			os.Exit(1)
		}
	}
}

type transaction struct {
	PrepayID   string `json:"prepay_id"`
	OutTradeNo string `json:"out_trade_no"`
	TradeState string `json:"trade_state"`
}

func authorization(method, target string, body []byte) string {
	timestamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), random(16)
	message := fmt.Sprintf("%s\n%s\n%s\n%s\n%s\n", method, target, timestamp, nonce, body)
	digest := sha256.Sum256([]byte(message))
	signature := must(rsa.SignPKCS1v15(rand.Reader, privateKey, crypto.SHA256, digest[:]))
	return fmt.Sprintf(`WECHATPAY2-SHA256-RSA2048 mchid="%s",nonce_str="%s",signature="%s",timestamp="%s",serial_no="%s"`,
		mchid, nonce, base64.StdEncoding.EncodeToString(signature), timestamp, os.Getenv("WECHATPAY_SERIAL_NO"))
}

// Answers and callbacks are signed alike. Verify before you parse.
func verify(header http.Header, body []byte) error {
	timestamp := header.Get("Wechatpay-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return errors.New("older than five minutes")
	}
	if header.Get("Wechatpay-Serial") != keyID {
		return errors.New("signed by another key")
	}
	signature, err := base64.StdEncoding.DecodeString(header.Get("Wechatpay-Signature"))
	if err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(fmt.Sprintf("%s\n%s\n%s\n", timestamp, header.Get("Wechatpay-Nonce"), body)))
	return rsa.VerifyPKCS1v15(publicKey, crypto.SHA256, digest[:], signature)
}

func call(method, target string, data any) transaction {
	var body []byte
	if data != nil {
		body = must(json.Marshal(data))
	}
	request := must(http.NewRequest(method, baseURL+target, bytes.NewReader(body)))
	request.Header.Set("Authorization", authorization(method, target, body))
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "sample")
	request.Header.Set("Wechatpay-Serial", keyID)
	response := must(http.DefaultClient.Do(request))
	defer response.Body.Close()
	text := must(io.ReadAll(response.Body))
	if response.StatusCode >= 300 {
		panic(fmt.Sprintf("%d %s", response.StatusCode, text))
	}
	check(verify(response.Header, text))
	var answer transaction
	check(json.Unmarshal(text, &answer))
	return answer
}

func receive(body []byte) (payment transaction, err error) {
	var callback struct {
		Resource struct {
			AssociatedData string `json:"associated_data"`
			Nonce          string `json:"nonce"`
			Ciphertext     []byte `json:"ciphertext"`
		} `json:"resource"`
	}
	if err = json.Unmarshal(body, &callback); err != nil {
		return
	}
	block := must(aes.NewCipher([]byte(os.Getenv("WECHATPAY_API_V3_KEY"))))
	gcm := must(cipher.NewGCM(block))
	resource := callback.Resource
	text, err := gcm.Open(nil, []byte(resource.Nonce), resource.Ciphertext, []byte(resource.AssociatedData))
	if err == nil {
		err = json.Unmarshal(text, &payment)
	}
	return
}

func main() {
	requireVariables()
	privateKey = must(x509.ParsePKCS8PrivateKey(readPEM("WECHATPAY_PRIVATE_KEY_FILE"))).(*rsa.PrivateKey)
	publicKey = must(x509.ParsePKIXPublicKey(readPEM("WECHATPAY_PUBLIC_KEY_FILE"))).(*rsa.PublicKey)
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	listener := must(net.Listen("tcp", "127.0.0.1:"+port))
	outTradeNo := fmt.Sprintf("S%d%s", time.Now().Unix(), random(4))
	done := make(chan bool)
	go http.Serve(listener, http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		body := must(io.ReadAll(request.Body))
		err := verify(request.Header, body)
		var payment transaction
		if err == nil {
			payment, err = receive(body)
		}
		if err != nil {
			fmt.Println("refused a callback:", err)
			writer.WriteHeader(http.StatusUnauthorized)
			return
		}
		writer.WriteHeader(http.StatusNoContent)
		fmt.Println("callback", payment.OutTradeNo, payment.TradeState)
		done <- true
	}))
	prepay := call("POST", "/v3/pay/transactions/jsapi", map[string]any{
		"appid":        os.Getenv("WECHATPAY_APPID"),
		"mchid":        mchid,
		"description":  "示例商品 · sample",
		"out_trade_no": outTradeNo,
		"notify_url":   fmt.Sprintf("http://%s/notify", listener.Addr()),
		"amount":       map[string]any{"total": 1, "currency": "CNY"},
		"payer":        map[string]any{"openid": os.Getenv("WECHATPAY_OPENID")},
	})
	fmt.Println("order", outTradeNo, prepay.PrepayID)
	<-done
	fmt.Println("query", call("GET", "/v3/pay/transactions/out-trade-no/"+outTradeNo+"?mchid="+mchid, nil).TradeState)
}

func readPEM(name string) []byte {
	block, _ := pem.Decode(must(os.ReadFile(os.Getenv(name))))
	return block.Bytes
}

func random(bytes int) string {
	value := make([]byte, bytes)
	must(rand.Read(value))
	return hex.EncodeToString(value)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}
