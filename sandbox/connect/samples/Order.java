// Takes one payment by WeChat Pay v3 with the JDK alone: place an order, receive its callback, query it.
// Run it as it is: java Order.java (JDK 17 or newer). The JDK has no JSON; a real program uses a library for it.

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

public class Order {
  static final Map<String, String> env = System.getenv();
  static PrivateKey privateKey;
  static PublicKey publicKey;

  public static void main(String[] args) throws Exception {
    requireVariables();
    KeyFactory rsa = KeyFactory.getInstance("RSA");
    privateKey = rsa.generatePrivate(new PKCS8EncodedKeySpec(readPem("WECHATPAY_PRIVATE_KEY_FILE")));
    publicKey = rsa.generatePublic(new X509EncodedKeySpec(readPem("WECHATPAY_PUBLIC_KEY_FILE")));
    String outTradeNo = "S" + UUID.randomUUID().toString().replace("-", "").substring(0, 30);
    int port = Integer.parseInt(env.getOrDefault("PORT", "8080"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/notify", exchange -> receive(exchange, outTradeNo));
    server.start();
    String prepay =
        call(
            "POST",
            "/v3/pay/transactions/jsapi",
            """
            {"appid":"%s","mchid":"%s","description":"示例商品 · sample","out_trade_no":"%s","notify_url":"http://127.0.0.1:%d/notify",
            "amount":{"total":1,"currency":"CNY"},"payer":{"openid":"%s"}}"""
                .formatted(
                    env.get("WECHATPAY_APPID"), env.get("WECHATPAY_MCHID"), outTradeNo,
                    server.getAddress().getPort(), env.get("WECHATPAY_OPENID")));
    System.out.println("order " + outTradeNo + " " + field(prepay, "prepay_id"));
  }

  static void requireVariables() {
    String names = "BASE_URL APPID MCHID SERIAL_NO API_V3_KEY PUBLIC_KEY_ID OPENID PRIVATE_KEY_FILE PUBLIC_KEY_FILE";
    for (String name : names.split(" ")) {
      if (!env.getOrDefault("WECHATPAY_" + name, "").isEmpty()) continue;
      String command = "eval \"$(npx wechatpay-sandbox env)\"";
      System.err.printf(
          "WECHATPAY_%1$s is not set; first run: %2$s · 未设置 WECHATPAY_%1$s，请先执行：%2$s%n", name, command);
      System.exit(1);
    }
  }

  static String authorization(String method, String target, String body) throws Exception {
    long timestamp = Instant.now().getEpochSecond();
    String nonce = UUID.randomUUID().toString().replace("-", "");
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(privateKey);
    signer.update(String.join("\n", method, target, "" + timestamp, nonce, body, "").getBytes(StandardCharsets.UTF_8));
    return "WECHATPAY2-SHA256-RSA2048 mchid=\"%s\",nonce_str=\"%s\",signature=\"%s\",timestamp=\"%d\",serial_no=\"%s\""
        .formatted(
            env.get("WECHATPAY_MCHID"), nonce, Base64.getEncoder().encodeToString(signer.sign()),
            timestamp, env.get("WECHATPAY_SERIAL_NO"));
  }

  /** Answers and callbacks are signed alike. Verify before you parse. */
  static void verify(UnaryOperator<String> header, String body) throws GeneralSecurityException {
    String timestamp = header.apply("Wechatpay-Timestamp");
    if (!env.get("WECHATPAY_PUBLIC_KEY_ID").equals(header.apply("Wechatpay-Serial"))) {
      throw new GeneralSecurityException("signed by another key");
    }
    if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > 300) {
      throw new GeneralSecurityException("older than five minutes");
    }
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(publicKey);
    verifier.update(String.join("\n", timestamp, header.apply("Wechatpay-Nonce"), body, "").getBytes(StandardCharsets.UTF_8));
    if (!verifier.verify(Base64.getDecoder().decode(header.apply("Wechatpay-Signature")))) {
      throw new GeneralSecurityException("bad signature");
    }
  }

  static String call(String method, String target, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(env.get("WECHATPAY_BASE_URL") + target))
            .method(method, body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
            .header("Authorization", authorization(method, target, body))
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .header("User-Agent", "sample")
            .header("Wechatpay-Serial", env.get("WECHATPAY_PUBLIC_KEY_ID"))
            .build();
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() >= 300) throw new IllegalStateException(response.statusCode() + " " + response.body());
    verify(name -> response.headers().firstValue(name).orElse(""), response.body());
    return response.body();
  }

  static void receive(HttpExchange exchange, String outTradeNo) {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String payment;
      try {
        verify(name -> exchange.getRequestHeaders().getFirst(name), body);
        payment = decrypt(body);
      } catch (Exception error) {
        System.out.println("refused a callback: " + error);
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      exchange.sendResponseHeaders(204, -1);
      System.out.println("callback " + field(payment, "out_trade_no") + " " + field(payment, "trade_state"));
      String target = "/v3/pay/transactions/out-trade-no/" + outTradeNo + "?mchid=" + env.get("WECHATPAY_MCHID");
      System.out.println("query " + field(call("GET", target, ""), "trade_state"));
      System.exit(0);
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }

  static String decrypt(String callback) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec key = new SecretKeySpec(env.get("WECHATPAY_API_V3_KEY").getBytes(StandardCharsets.UTF_8), "AES");
    cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, field(callback, "nonce").getBytes(StandardCharsets.UTF_8)));
    cipher.updateAAD(field(callback, "associated_data").getBytes(StandardCharsets.UTF_8));
    return new String(cipher.doFinal(Base64.getDecoder().decode(field(callback, "ciphertext"))), StandardCharsets.UTF_8);
  }

  static String field(String json, String name) {
    var matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
    if (!matcher.find()) throw new IllegalStateException("no " + name + " in " + json);
    return matcher.group(1);
  }

  static byte[] readPem(String name) throws Exception {
    String pem = Files.readString(Path.of(env.get(name)));
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
  }
}
