package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No form of a secret is seen. */
class RedactorTest {
  private static final String SECRET = "pl\"anted & p/ss+w\\rd é";
  private final Redactor redactor = new Redactor();

  @Test
  void a_secret_that_begins_another_one_leaves_no_rest_of_it() {
    redactor.learn(List.of("rotated", "rotated-since"));

    assertThat(redactor.redact("old rotated, new rotated-since.")).isEqualTo("old ***, new ***.");
  }

  @Test
  void secrets_that_overlap_leave_nothing_of_either() {
    redactor.learn(List.of("abcd1234", "1234wxyz"));

    assertThat(redactor.redact("<abcd1234wxyz>")).isEqualTo("<***>");
  }

  @Test
  void a_rotated_secret_stays_one() {
    redactor.learn(List.of("the-old-one"));
    redactor.learn(List.of("the-new-one"));

    assertThat(redactor.redact("the-old-one the-new-one")).isEqualTo("*** ***");
  }

  @Test
  void a_secret_is_masked_in_every_form_that_programs_quote() throws Exception {
    redactor.learn(List.of(SECRET));
    String form = URLEncoder.encode(SECRET, StandardCharsets.UTF_8);

    for (String seen :
        List.of(
            SECRET,
            form,
            form.replace("+", "%20"),
            form.toLowerCase(java.util.Locale.ROOT),
            new ObjectMapper().writeValueAsString(SECRET),
            SECRET.replace("&", "&amp;"))) {
      assertThat(redactor.redact("it is " + seen + " there"))
          .as(seen)
          .doesNotContainIgnoringCase("anted");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "u", "us", "use", "user", "a-longer-name"})
  void a_secret_is_masked_in_base64_whatever_stands_before_it(String user) {
    String secret = "planted-password-of-hq";
    redactor.learn(List.of(secret));
    String pair = user + ":" + secret + ":more";
    byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);

    for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
      String clean = redactor.redact("sent " + encoder.encodeToString(bytes));

      assertThat(clean).contains("***");
      String rest = clean.substring(5).replace("***", "");
      assertThat(rest.length()).as(clean).isLessThan(user.length() * 4 / 3 + 16);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://owner:hunter22@db.example.org:5432/ledger",
        "jdbc:postgresql://db.example.org/ledger?user=hunter22&ssl=true",
        "jdbc:postgresql://db.example.org/ledger?ssl=true&password=hunter22",
        "jdbc:postgresql://db.example.org/ledger?sslpassword=hunter22",
        "jdbc:sqlserver://db.example.org;databaseName=x;password=hunter22",
        "https://hunter22@db.example.org/",
        "amqp://owner:p@hunter22@db.example.org",
        "sftp://db.example.org?username=me&passwd=hunter22",
        "aws2-s3://db.example.org?secretKey=RAW(hunter22)",
        "https://db.example.org/x?access_token=hunter22",
        "https://db.example.org/x?client_secret=hunter22"
      })
  void a_secret_in_a_url_is_masked_without_being_known(String url) {
    String clean = redactor.redact("cannot reach " + url + " now");

    assertThat(clean).doesNotContain("hunter22").contains("db.example.org").endsWith(" now");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the run fills@2026-01-01T00:00:00Z failed",
        "https://hq.example.org/primary/api/v2/export/12?limit=100",
        "write to help@example.org, see hq.password in application.properties",
        "Retry-After: 30"
      })
  void what_is_no_secret_stays(String text) {
    assertThat(redactor.redact(text)).isEqualTo(text);
  }
}
