import java.nio.charset.StandardCharsets;
import java.security.*;
import java.security.spec.*;
import java.util.*;
import javax.crypto.Cipher;
import javax.crypto.spec.*;

/**
 * Makes jce-vectors.json with the JDK's own cryptography, which shares no code with Node's:
 * {@code java Vectors.java > jce-vectors.json}. The keys are made here and used nowhere else.
 */
public class Vectors {
  static final Base64.Encoder B64 = Base64.getEncoder();

  public static void main(String[] args) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    StringBuilder out = new StringBuilder("{\n");
    out.append("  \"madeWith\": \"" + System.getProperty("java.vendor") + " " + System.getProperty("java.version") + "\",\n");
    out.append("  \"privateKeyPkcs8\": \"" + B64.encodeToString(pair.getPrivate().getEncoded()) + "\",\n");
    out.append("  \"publicKeySpki\": \"" + B64.encodeToString(pair.getPublic().getEncoded()) + "\",\n");
    out.append("  \"signatures\": [\n" + signatures(pair) + "\n  ],\n");
    out.append("  \"oaep\": [\n" + oaep(pair) + "\n  ],\n");
    out.append("  \"gcm\": [\n" + gcm() + "\n  ]\n}\n");
    new java.io.PrintStream(System.out, true, "UTF-8").print(out);
  }

  static String signatures(KeyPair pair) throws Exception {
    List<String> rows = new ArrayList<>();
    String[] messages = {
      "GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n",
      "POST\n/v3/pay/transactions/jsapi\n1700000000\nabc\n{\"description\":\"Image形象店-深圳腾大-QQ公仔\"}\n",
      "wx2421b1c4370ec43b\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\nprepay_id=wx201410272009395522657a690389285100\n",
    };
    for (String message : messages) {
      Signature signature = Signature.getInstance("SHA256withRSA", "SunRsaSign");
      signature.initSign(pair.getPrivate());
      signature.update(message.getBytes(StandardCharsets.UTF_8));
      rows.add("    { \"message\": " + json(message) + ", \"signature\": \"" + B64.encodeToString(signature.sign()) + "\" }");
    }
    return String.join(",\n", rows);
  }

  static String oaep(KeyPair pair) throws Exception {
    List<String> rows = new ArrayList<>();
    for (String text : new String[] {"张三", "110101199003078515", "a".repeat(214), "", "北京市海淀区中关村".repeat(7)}) {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", "SunJCE");
      cipher.init(Cipher.ENCRYPT_MODE, pair.getPublic(),
          new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
      byte[] encrypted = cipher.doFinal(text.getBytes(StandardCharsets.UTF_8));
      rows.add("    { \"plaintext\": " + json(text) + ", \"ciphertext\": \"" + B64.encodeToString(encrypted) + "\" }");
    }
    return String.join(",\n", rows);
  }

  static String gcm() throws Exception {
    List<String> rows = new ArrayList<>();
    String[][] cases = {
      {"0123456789abcdef0123456789ABCDEF", "61f9c719728a", "transaction", "{\"out_trade_no\":\"1217752501201407033233368018\",\"attach\":\"自定义数据\"}"},
      {"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL", "fdasfjihihih", "certificate", "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----"},
      {"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL", "000000000001", "", "{}"},
    };
    for (String[] c : cases) {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(c[0].getBytes(StandardCharsets.UTF_8), "AES"),
          new GCMParameterSpec(128, c[1].getBytes(StandardCharsets.UTF_8)));
      cipher.updateAAD(c[2].getBytes(StandardCharsets.UTF_8));
      byte[] encrypted = cipher.doFinal(c[3].getBytes(StandardCharsets.UTF_8));
      rows.add("    { \"key\": " + json(c[0]) + ", \"nonce\": " + json(c[1]) + ", \"associatedData\": " + json(c[2])
          + ", \"plaintext\": " + json(c[3]) + ", \"ciphertext\": \"" + B64.encodeToString(encrypted) + "\" }");
    }
    return String.join(",\n", rows);
  }

  static String json(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
