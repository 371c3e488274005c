// OkHttp, on which wechatpay-java is built: Java's proxy properties and a trust store, since its host is an enum.
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.UUID;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

public class OkHttpOrder {
  static final OkHttpClient client = new OkHttpClient();
  static final boolean proxied = System.getProperty("https.proxyHost") != null;

  static String env(String name) {
    return System.getenv("WECHATPAY_" + name);
  }

  static String call(String method, String target, String body) throws Exception {
    String pem = Files.readString(Path.of(env("PRIVATE_KEY_FILE"))).replaceAll("-----.*?-----|\\s", "");
    PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    String time = String.valueOf(System.currentTimeMillis() / 1000);
    String nonce = UUID.randomUUID().toString().replace("-", "");
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(key);
    signer.update((method + "\n" + target + "\n" + time + "\n" + nonce + "\n" + body + "\n").getBytes("UTF-8"));
    String signature = Base64.getEncoder().encodeToString(signer.sign());
    String authorization = "WECHATPAY2-SHA256-RSA2048 mchid=\"" + env("MCHID") + "\",nonce_str=\"" + nonce + "\",signature=\""
        + signature + "\",timestamp=\"" + time + "\",serial_no=\"" + env("SERIAL_NO") + "\"";
    Request request = new Request.Builder()
        .url((proxied ? "https://api.mch.weixin.qq.com" : env("BASE_URL")) + target)
        .header("Authorization", authorization).header("Accept", "application/json").header("User-Agent", "okhttp")
        .method(method, body.isEmpty() ? null : RequestBody.create(MediaType.parse("application/json"), body)).build();
    try (Response response = client.newCall(request).execute()) {
      String text = response.body().string();
      if (!response.isSuccessful()) throw new IllegalStateException(response.code() + " " + text);
      return text;
    }
  }

  public static void main(String[] args) throws Exception {
    String no = System.getenv("OUT_TRADE_NO");
    call("POST", "/v3/pay/transactions/native", "{\"appid\":\"" + env("APPID") + "\",\"mchid\":\"" + env("MCHID")
        + "\",\"description\":\"sdk\",\"out_trade_no\":\"" + no
        + "\",\"notify_url\":\"https://shop.example/notify\",\"amount\":{\"total\":1}}");
    String found = call("GET", "/v3/pay/transactions/out-trade-no/" + no + "?mchid=" + env("MCHID"), "");
    System.out.println("query " + found.replaceAll(".*\"trade_state\":\"(\\w+)\".*", "$1"));
    System.exit(0);
  }
}
