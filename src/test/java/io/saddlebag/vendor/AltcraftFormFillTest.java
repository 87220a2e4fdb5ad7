package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Altcraft's form fills of one person; the numbers are those of section 8 of its sheet. */
@Tag("long")
class AltcraftFormFillTest extends AltcraftContract {
  @Override
  String kamelet() {
    return "altcraft-form-fill-source";
  }

  @Override
  String parameters() {
    return "connection: marketing\nformId: 1\ndbId: 1\nmatching: email\n"
        + "email: ann@example.org\n";
  }

  @Override
  String[] create() {
    return new String[] {"POST", "/api/v1.1/forms/fill"};
  }

  @Override
  String[] file() {
    return new String[] {"GET", "/api/download/.*"};
  }

  @Test
  void the_person_goes_out_in_the_words_of_the_vendor() throws Exception {
    assertDeliveredOnce(run());

    assertThat(vendor.requests().get(0).path()).isEqualTo("/api/v1.1/forms/fill");
    assertThat(vendor.requests().get(0).bodyText())
        .contains("\"email\":\"ann@example.org\"")
        .contains("\"db_id\":1")
        .doesNotContain("phone");
  }

  @Test
  void a_person_without_what_they_are_found_by_is_refused_before_anything_is_sent()
      throws Exception {
    runtime.export(EXPORT, yaml().replace("email: ann@example.org", "")).start();

    assertThat(runtime.saddlebag().exports().problems()).asString().contains("email");
    assertThat(vendor.requests()).isEmpty();
  }
}
