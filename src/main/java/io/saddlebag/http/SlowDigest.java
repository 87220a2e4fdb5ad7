package io.saddlebag.http;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A salted digest that takes a good part of a second, so that who reads one cannot try out many
 * secrets (PBKDF2, with the iterations that OWASP asks for:
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#pbkdf2). Its
 * text is {@code pbkdf2-sha512:<iterations>:<salt>:<digest>}, both in Base64.
 */
final class SlowDigest {
  private static final String NAME = "pbkdf2-sha512";
  private static final int ITERATIONS = 210_000;
  private static final int SALT_BYTES = 16;
  private static final int DIGEST_BITS = 256;

  private SlowDigest() {}

  /** A digest with a salt of its own. */
  static String of(String secret) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return text(ITERATIONS, salt, digest(secret, ITERATIONS, salt));
  }

  /** Whether a digest is of this secret; one that cannot be read is of none. */
  static boolean matches(String digest, String secret) {
    String[] parts = digest.split(":", -1);
    if (parts.length != 4 || !parts[0].equals(NAME) || !parts[1].matches("[1-9]\\d{0,7}")) {
      return false;
    }
    try {
      byte[] salt = Base64.getDecoder().decode(parts[2]);
      byte[] expected = Base64.getDecoder().decode(parts[3]);
      return salt.length > 0
          && MessageDigest.isEqual(expected, digest(secret, Integer.parseInt(parts[1]), salt));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String text(int iterations, byte[] salt, byte[] digest) {
    Base64.Encoder base64 = Base64.getEncoder();
    return String.join(
        ":",
        NAME,
        String.valueOf(iterations),
        base64.encodeToString(salt),
        base64.encodeToString(digest));
  }

  private static byte[] digest(String secret, int iterations, byte[] salt) {
    PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), salt, iterations, DIGEST_BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has PBKDF2WithHmacSHA512", e);
    } finally {
      spec.clearPassword();
    }
  }
}
